"""A small county with two datasets, and forms made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.model import Code, CodeList, Dataset, Field, FieldType, Label, OrgUnit, Period
from pioneer_etl.contract.places import Places
from pioneer_etl.transform.model import CellAccount, CellUse, FieldValue, Part, Record, Submission, Value, ValueState
from pioneer_etl.warehouse.model import LoadedFile

YEAR = Period(date(2004, 1, 1), date(2004, 12, 31), "2004")
COUNTY = OrgUnit("330327000000", "苍南县", "county", None)
YISHAN = OrgUnit("330327100000", "宜山镇", "township", COUNTY.code)
LINGXI = OrgUnit("330327101000", "灵溪镇", "township", COUNTY.code)
VILLAGES = tuple(OrgUnit(f"330327100{n:03}", f"宜{n}村", "village", YISHAN.code) for n in range(1, 10))
OTHERS = tuple(OrgUnit(f"330327101{n:03}", f"灵{n}村", "village", LINGXI.code) for n in range(1, 10))
NOON = datetime(2004, 10, 8, 12, 0)

ECONOMY = Dataset(
    name="economy",
    title=Label("村集体经济收入", "village economy"),
    grain=Label("一个村", "one village"),
    key=("village",),
    period_type="year",
    place_field="village",
    fields=(
        Field("village", Label("村", "village"), FieldType.PLACE, required=True),
        Field("total", Label("总收入", "total"), FieldType.DECIMAL, unit="万元"),
        Field("households", Label("户数", "households"), FieldType.INTEGER, unit="户"),
        Field("growth", Label("增长率", "growth"), FieldType.PERCENT),
        Field("pay", Label("报酬制度", "pay system"), FieldType.CODE, codes="pay"),
        Field("founded", Label("成立时间", "founded"), FieldType.MONTH),
        Field("audited", Label("已审计", "audited"), FieldType.BOOLEAN),
        Field("remarks", Label("备注", "remarks"), FieldType.TEXT),
    ),
)
ROSTER = Dataset(
    name="roster",
    title=Label("后备干部名册", "roster"),
    grain=Label("一个人", "one person"),
    key=("name",),
    period_type="year",
    fields=(
        Field("name", Label("姓名", "name"), FieldType.PERSON_NAME, personal="name"),
        Field("id_number", Label("身份证号", "ID"), FieldType.ID, personal="id"),
        Field("born", Label("出生日期", "born"), FieldType.DATE, personal="birth"),
    ),
)
PAY = CodeList(
    "pay", Label("报酬制度", "pay"), (Code("1", Label("效益工资制", "wages")), Code("2", Label("民主评定制", "vote")))
)
COLUMNS = {each.name: number for number, each in enumerate(ECONOMY.fields, 1)}


def county_contracts(root: Path, *datasets: Dataset) -> Contracts:
    return Contracts(
        datasets={each.name: each for each in datasets or (ECONOMY, ROSTER)},
        code_lists={"pay": PAY},
        places=Places((COUNTY, YISHAN, LINGXI, *VILLAGES, *OTHERS)),
        root=root,
    )


def held(value: Value | None, state: ValueState | None = None, text: str | None = None, **more: object) -> FieldValue:
    """A value as a cell plainly says it, or a state with a text of its own."""
    if state is None:
        if value is None:
            state = ValueState.BLANK
        else:
            state = ValueState.ZERO if value == 0 and not isinstance(value, (bool, str)) else ValueState.VALUE
    return FieldValue(value, state, text=str(value) if text is None and value is not None else text or "", **more)  # type: ignore[arg-type]


def village(place: OrgUnit, line: int, **values: Value | FieldValue | None) -> Record:
    """A record of `economy`; fields that are not named are blank."""
    made = {each.name: v if isinstance(v := values.get(each.name), FieldValue) else held(v) for each in ECONOMY.fields}
    made["village"] = held(place.name)
    return Record(line, made, place)


def economy(
    records: Sequence[Record],
    township: OrgUnit | None = YISHAN,
    period: Period | None = YEAR,
    findings: tuple[Finding, ...] = (),
    sheet: str = "表1",
    **more: Mapping[str, int] | bool,
) -> Submission:
    part = Part(
        sheet=sheet,
        table_index=0,
        layout="plain",
        transposed=bool(more.get("transposed", False)),
        column_map=COLUMNS,
        records=tuple(records),
    )
    return Submission(ECONOMY, township, period, (part,), findings, filler="张三")


def totals(*amounts: str | int, township: OrgUnit = YISHAN, period: Period = YEAR) -> Submission:
    """A form that gives each village one total."""
    places = VILLAGES if township is YISHAN else OTHERS
    return economy(
        [village(places[at], at + 5, total=Decimal(amount)) for at, amount in enumerate(amounts)],
        township,
        period,
    )


def mailed(
    name: str,
    *submissions: Submission,
    content: str | None = None,
    minutes: int = 0,
    findings: tuple[Finding, ...] = (),
    key: str = "k1",
    refused: bool = False,
) -> LoadedFile:
    """A file received some minutes after noon."""
    data = (content or name).encode()
    return LoadedFile(
        name=name,
        sha256=sha256(data).hexdigest(),
        received=NOON + timedelta(minutes=minutes),
        reading_key=key,
        data=data,
        submissions=submissions,
        accounts=(CellAccount("表1", 12, {CellUse.LOADED: 10, CellUse.HEADER: 2}),),
        findings=findings,
        refused=refused,
        plugins={"plain": "builtin 1.0"},
    )
