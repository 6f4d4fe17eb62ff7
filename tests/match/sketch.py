"""Sheets as understanding would hand them on, drawn by hand, and a small made-up county to match them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Aggregation, Code, CodeList, Dataset, Field, FieldType, Label, OrgUnit
from pioneer_etl.contract.places import Places
from pioneer_etl.contract.units import split_unit
from pioneer_etl.table.model import CellRole, HeaderColumn, Role, RowRole, SheetReading, Table, TableKind, TableRow
from pioneer_etl.workbook.model import Scalar, Sheet, Style


def field(name: str, zh: str, kind: FieldType, **more: object) -> Field:
    return Field(name, Label(zh, name.replace("_", " ")), kind, **more)  # type: ignore[arg-type]


MONEY = {"unit": "万元", "accepted_units": ("元",), "aggregation": Aggregation.SUM}
ECONOMY = Dataset(
    name="economy",
    title=Label("村集体经济收入", "collective income"),
    grain=Label("一个村", "one village"),
    key=("village",),
    period_type="year",
    place_field="village",
    titles=("集体经济收入", "集体经济"),
    fields=(
        field("village", "村", FieldType.PLACE, required=True, synonyms=("村名",)),
        field("total", "总收入", FieldType.DECIMAL, required=True, synonyms=("合计", "集体经济收入/合计"), **MONEY),
        field("operating", "经营收入", FieldType.DECIMAL, synonyms=("经营性收入",), **MONEY),
        field("last_year", "上年总收入", FieldType.DECIMAL, synonyms=("上年/合计", "上年收入"), **MONEY),
        field("households", "户数", FieldType.INTEGER, unit="户", aggregation=Aggregation.SUM),
        field("rate", "到会率", FieldType.PERCENT, unit="%"),
        field("learning", "学习型支部", FieldType.BOOLEAN),
        field("remarks", "备注", FieldType.TEXT),
    ),
)
ROSTER = Dataset(
    name="roster",
    title=Label("后备干部名册", "reserve cadres"),
    grain=Label("一人", "one person"),
    key=("village", "name"),
    period_type="year",
    place_field="village",
    titles=("后备干部",),
    fields=(
        field("name", "姓名", FieldType.PERSON_NAME, required=True, personal="name"),
        field("sex", "性别", FieldType.CODE, codes="sex"),
        field("birth", "出生年月", FieldType.MONTH, personal="birth"),
        field("village", "所在村", FieldType.PLACE, required=True, synonyms=("村名",)),
        field("id_number", "身份证号", FieldType.ID),
        field("phone", "联系电话", FieldType.PHONE),
    ),
)
SEX = CodeList("sex", Label("性别", "sex"), (Code("1", Label("男", "male")), Code("2", Label("女", "female"))))
UNITS = (
    OrgUnit("330327000000", "苍南县", "county", None),
    OrgUnit("330327100000", "宜山镇", "township", "330327000000"),
    OrgUnit("330327100201", "宜一村", "village", "330327100000"),
    OrgUnit("330327100202", "宜二村", "village", "330327100000"),
    OrgUnit("330327100203", "宜三村", "village", "330327100000"),
    OrgUnit("330327101000", "钱库镇", "township", "330327000000"),
    OrgUnit("330327101201", "项东村", "village", "330327101000"),
)


@cache
def contracts() -> Contracts:
    """A county of two townships and two datasets."""
    return Contracts({"economy": ECONOMY, "roster": ROSTER}, {"sex": SEX}, Places(UNITS), Path())


def reading(
    headers: Sequence[str],
    rows: Sequence[Sequence[Scalar | None]],
    *,
    name: str = "Sheet1",
    around: Sequence[tuple[Role, str]] = ((Role.TITLE, "宜山镇2004年度村集体经济收入情况表"),),
    below: Sequence[tuple[Role, str]] = (),
    unit: str | None = "万元",
    kind: TableKind = TableKind.LIST,
    labels: int = 1,
    roles: Mapping[int, RowRole] | None = None,
    confirmed: bool | None = True,
    formats: Mapping[tuple[int, int], str] | None = None,
    merges: Sequence[Range] = (),
) -> SheetReading:
    """A sheet with lines above, one header row of paths ("a/b（万元）"), a body, and lines below.

    `roles` tells the body rows (from 0) that are no data; `formats` number formats by (body row, column), both from 0.
    """
    grid: list[tuple[Scalar | None, ...]] = [(text,) for _, text in around]
    marks = {Position(r, 1): CellRole(role, 0) for r, (role, _) in enumerate(around, 1)}
    top = len(grid) + 1
    grid.append(tuple(headers))
    columns = []
    for c, text in enumerate(headers, 1):
        parts, own = [], None
        for part in text.split("/"):
            bare, found = split_unit(part)
            own = found or own
            parts.append(bare)
        columns.append(HeaderColumn(c, tuple(part for part in parts if part), (Position(top, c),) if text else (), own))
        if text:
            marks[Position(top, c)] = CellRole(Role.HEADER, 0)
    body: list[TableRow] = []
    for number, cells in enumerate(rows):
        row = top + 1 + number
        grid.append(tuple(cells))
        role = (roles or {}).get(number, RowRole.DATA)
        label = next((str(cell) for cell in cells[:labels] if cell is not None), "")
        covers = tuple(each.row for each in body if each.role is RowRole.DATA) if role is RowRole.TOTAL else ()
        told = confirmed if role in (RowRole.TOTAL, RowRole.SUBTOTAL) else None
        body.append(TableRow(row, role, (label,), (Position(row, 1),), confirmed=told, covers=covers))
        for c, cell in enumerate(cells, 1):
            if cell is None or (isinstance(cell, str) and not cell.strip()):
                continue
            own_role = Role.ROW_LABEL if c <= labels else Role.VALUE
            marks[Position(row, c)] = CellRole(Role(role.value) if role is not RowRole.DATA else own_role, 0)
    bottom = len(grid)
    for role_below, text in below:
        grid.append((text,))
        marks[Position(len(grid), 1)] = CellRole(role_below, 0)
    table = Table(
        range=Range(top, 1, bottom, len(headers)),
        kind=kind,
        header_rows=(top,),
        label_columns=tuple(columns[:labels]),
        columns=tuple(columns[labels:]),
        rows=tuple(body),
        title=next((text for role, text in around if role is Role.TITLE), None),
        unit=unit,
    )
    styles = {Position(top + 1 + r, c + 1): Style(number_format=text) for (r, c), text in (formats or {}).items()}
    sheet = Sheet(name, tuple(grid), tuple(merges), styles=styles, has_styles=bool(styles), count=len(marks))
    return SheetReading(sheet, (table,), marks)
