"""An entry template: a township's workbook with its places, drop-downs and live checks, ready to be filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Dataset, Field, FieldType, OrgUnit, Period
from pioneer_etl.contract.places import name_on, valid_on
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.entry.identity import (
    CHECK_HEADING,
    LAST_PERIOD,
    LISTS,
    SHEET,
    STATUS,
    FormIdentity,
    TemplateIdentity,
    form_title,
    form_version,
    identity_rows,
)
from pioneer_etl.entry.template_check import check_formula, status_formula
from pioneer_etl.entry.template_form import Drawn, alike, draw_form, number_format, put_heading, stamp
from pioneer_etl.entry.template_formula import DATED, NUMERIC, Line
from pioneer_etl.entry.template_instructions import write_instructions
from pioneer_etl.report.cell_values import put_figure, put_text

if TYPE_CHECKING:
    from openpyxl.styles.cell_style import StyleArray

_HEADER_ROW: Final = 4  # title, sender and period, status, headings
_SPARE: Final = 5  # lines below the places: what the register of places does not know yet
_LINES: Final = 40  # lines of a roster, or so many more than last period's
_OPEN: Final = Protection(locked=False)
_GREY: Final = PatternFill("solid", fgColor="F2F2F2")
_FILLS: Final = {"✗": "F8CBAD", "▲": "FFE699", "！": "FFF2CC", "✓": "E2EFDA"}
_NEEDED: Final = PatternFill("solid", bgColor="FFF2CC")
_FIRST_DAY: Final = date(1920, 1, 1)


@unchanging
class LastPeriod:
    """A township's last form of a dataset: its period, how many records, and the values by place (code) and field.

    Only what is no personal data is among the values.
    """

    period: str
    records: int
    values: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def make_template(
    datasets: Sequence[Dataset],
    township: OrgUnit,
    period: Period,
    contracts: Contracts,
    last: Mapping[str, LastPeriod] | None = None,
) -> bytes:
    """The .xlsx for one township and period with a sheet a dataset; the same arguments give the same cells.

    `last` gives the township's last forms by dataset, for the grey columns to compare with.
    """
    book = Workbook()
    front = book.active
    assert isinstance(front, Worksheet)
    stamp(book)
    lists = _Lists(book.create_sheet(LISTS))
    forms = []
    for dataset in datasets:
        sheet = book.create_sheet(index=len(book.worksheets) - 1)
        form = _Form(dataset, township, period, contracts, (last or {}).get(dataset.name), lists)
        forms.append(form.write(sheet))
    write_instructions(front, datasets, township, period, contracts)
    identity = TemplateIdentity(township.code, period.text, tuple(forms))
    hidden = book.create_sheet(SHEET)
    for n, row in enumerate(identity_rows(identity), 1):
        for column, text in enumerate(row, 1):
            put_text(hidden.cell(n, column), text)
    hidden.sheet_state = lists.sheet.sheet_state = "hidden"
    for sheet in book.worksheets:
        _protect(sheet)
    versions = " ".join(f"{each.dataset}:{each.version}" for each in forms)
    book.properties.title = f"{township.name} {period.text} " + "、".join(form_title(each) for each in datasets)
    book.properties.keywords = f"{township.code} {period.text} {versions}"
    for name, words in (("township", township.code), ("period", period.text), ("forms", versions)):
        book.custom_doc_props.append(StringProperty(name=f"pioneer_{name}", value=words))
    book.active = 1
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def template_places(dataset: Dataset, township: OrgUnit, period: Period, contracts: Contracts) -> list[OrgUnit]:
    """The places that may stand in a form: the township's valid villages, and itself where levels are mixed."""
    children = contracts.places.children(township.code)
    units = [unit for unit in children if valid_on(unit, period.end)]
    return [township, *units] if dataset.mixed_levels else units


def lists_every_place(dataset: Dataset) -> bool:
    """Whether a form has one line for each village, all of which must be reported."""
    place = dataset.place_field
    return (
        place is not None
        and dataset.key == (place,)
        and any(f"complete({place})" in c.expression for c in dataset.checks)
    )


def _protect(sheet: Worksheet) -> None:
    """Locked but for its open cells, without a password: against slips, not against people."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatCells = protection.formatColumns = protection.formatRows = False
    protection.sort = protection.autoFilter = protection.insertRows = False


class _Lists:
    """The hidden sheet of what drop-downs offer, a column each."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.ranges: dict[tuple[str, ...], str] = {}

    def range_of(self, title: str, words: Sequence[str]) -> str:
        """The range that holds `words`, written once."""
        key = tuple(words)
        if key not in self.ranges:
            column = len(self.ranges) + 1
            letter = get_column_letter(column)
            put_text(self.sheet.cell(1, column), title)
            for row, text in enumerate(words, 2):
                put_text(self.sheet.cell(row, column), text)
            self.ranges[key] = f"{LISTS}!${letter}$2:${letter}${len(words) + 1}"
        return self.ranges[key]


@unchanging
class _Form:
    """One form of a template while it is written."""

    dataset: Dataset
    township: OrgUnit
    period: Period
    contracts: Contracts
    last: LastPeriod | None
    lists: _Lists

    def write(self, sheet: Worksheet) -> FormIdentity:
        dataset = self.dataset
        places = self._places()
        prefilled = self._prefilled(places)
        spare = _SPARE if prefilled else _LINES + (self.last.records if self.last else 0)
        drawn = draw_form(
            sheet,
            dataset,
            self.contracts,
            lines=len(prefilled) + spare,
            header_row=_HEADER_ROW,
            sender=name_on(self.township, self.period.end),
            period=_period_words(self.period),
            drop_downs=self._validate,
        )
        self._open(sheet, drawn)
        for row in range(drawn.first_line, drawn.last_line + 1):
            sheet.cell(row, 1, row - drawn.header_row)
        for row, (name, text) in enumerate(prefilled, drawn.first_line):
            cell = sheet.cell(row, drawn.columns[name])
            put_text(cell, text)
            cell.protection = Protection(locked=True)
        self._checks(sheet, drawn, len(places))
        self._last_period(sheet, drawn, places)
        sheet.print_area = f"A1:{get_column_letter(drawn.width)}{drawn.last_line + 2}"
        return FormIdentity(
            sheet.title,
            dataset.name,
            form_version(dataset),
            (drawn.first_line, drawn.last_line),
            {each.name: each.label.zh for each in dataset.fields},
        )

    def _places(self) -> list[OrgUnit]:
        return template_places(self.dataset, self.township, self.period, self.contracts)

    def _prefilled(self, places: Sequence[OrgUnit]) -> list[tuple[str, str]]:
        """What is filled in beforehand, a line each: a field's name and its text."""
        dataset = self.dataset
        if lists_every_place(dataset):
            return [(dataset.key[0], name_on(unit, self.period.end)) for unit in places]
        key = dataset.field(dataset.key[0])
        if len(dataset.key) == 1 and key.codes is not None:
            return [(key.name, code.label.zh) for code in self.contracts.code_lists[key.codes].codes]
        return []

    def _validate(self, sheet: Worksheet, each: Field, cells: str) -> None:
        rule = self._validation(each)
        if rule is None:
            return
        rule.allow_blank = True
        rule.showErrorMessage = True
        rule.errorTitle = each.label.zh[:32]
        rule.add(cells)
        sheet.add_data_validation(rule)

    def _validation(self, each: Field) -> DataValidation | None:
        options = self._options(each)
        if options:
            rule = DataValidation(type="list", formula1=f"={self.lists.range_of(each.label.zh, options)}")
            rule.error = "请从下拉列表中选择。\nPlease choose from the list."
            if each.type is FieldType.PLACE:
                rule.errorStyle = "warning"  # a place that the register does not know yet
            return rule
        if each.type in DATED:
            rule = DataValidation(type="date", operator="between")
            rule.formula1, rule.formula2 = _serial(_FIRST_DAY), _serial(date(self.period.end.year + 30, 12, 31))
            shape = "1966-5" if each.type is FieldType.MONTH else "2004-9-30"
            rule.error = f"请填日期，如 {shape}。\nPlease enter a date."
            rule.prompt, rule.promptTitle, rule.showInputMessage = f"如 {shape}", each.label.zh[:32], True
            return rule
        if each.type in NUMERIC:
            low, high = _limits(each)
            kind = "whole" if each.type is FieldType.INTEGER else "decimal"
            rule = DataValidation(type=kind, operator="between", formula1=f"{low:f}", formula2=f"{high:f}")
            unit = f"（{each.unit}）" if each.unit and each.type is not FieldType.PERCENT else ""
            rule.error = f"请填数{unit}，不要带单位或文字。\nPlease enter a number only."
            return rule
        return None

    def _options(self, each: Field) -> list[str]:
        if each.codes is not None:
            return [code.label.zh for code in self.contracts.code_lists[each.codes].codes]
        if each.type is FieldType.BOOLEAN:
            return ["是", "否"]
        if each.type is FieldType.PLACE:
            return [name_on(unit, self.period.end) for unit in self._places()]
        return []

    def _open(self, sheet: Worksheet, drawn: Drawn) -> None:
        """The cells to fill in, and those of sender and signature, are open."""
        opened: dict[tuple[int, ...], StyleArray] = {}
        for row in sheet.iter_rows(drawn.first_line, drawn.last_line, 1, drawn.width):
            for cell in row:
                style = tuple(cell._style)
                if style in opened:
                    cell._style = copy(opened[style])
                else:
                    cell.protection = _OPEN
                    opened[style] = cell._style
        for cell in sheet[drawn.last_line + 2][: drawn.width]:
            if hasattr(cell, "protection") and cell.value is not None:
                cell.protection = _OPEN

    def _checks(self, sheet: Worksheet, drawn: Drawn, villages: int) -> None:
        """The check column, the status line and the colours."""
        column = drawn.width + 1
        letter = get_column_letter(column)
        put_heading(sheet, drawn.header_row, column, CHECK_HEADING)
        sheet.column_dimensions[letter].width = 44
        fields = {each.name: each for each in self.dataset.fields}
        for row in range(drawn.first_line, drawn.last_line + 1):
            cells = {name: f"{get_column_letter(at)}{row}" for name, at in drawn.columns.items()}
            line = Line(cells, fields, self.contracts.code_lists, self.period, villages)
            sheet.cell(row, column, check_formula(self.dataset, line, drawn))
        first_cell = sheet.cell(drawn.first_line, column)
        first_cell.alignment = Alignment(vertical="center", wrap_text=True)
        first_cell.font = Font(name="宋体", size=9)
        alike(sheet, column, range(drawn.first_line, drawn.last_line + 1))
        checked = f"{letter}{drawn.first_line}:{letter}{drawn.last_line}"
        _colour(sheet, checked, f"{letter}{drawn.first_line}")
        row = drawn.header_row - 1
        put_text(sheet.cell(row, 1), STATUS)
        sheet.cell(row, 1).font = Font(name="宋体", size=9, bold=True)
        sheet.cell(row, 1).alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=drawn.width)
        sheet.cell(row, 2, status_formula(f"${letter}${drawn.first_line}:${letter}${drawn.last_line}"))
        sheet.cell(row, 2).font = Font(name="宋体", size=11, bold=True)
        sheet.cell(row, 2).alignment = Alignment(vertical="center")
        sheet.row_dimensions[row].height = 26
        _colour(sheet, f"B{row}", f"$B${row}")
        first, last = get_column_letter(2), get_column_letter(drawn.width)
        filled = f"COUNTA(${first}{drawn.first_line}:${last}{drawn.first_line})>0"
        for each in self.dataset.fields:
            if each.required:
                at = get_column_letter(drawn.columns[each.name])
                rule = FormulaRule(formula=[f'AND({filled},{at}{drawn.first_line}="")'], fill=_NEEDED)
                sheet.conditional_formatting.add(f"{at}{drawn.first_line}:{at}{drawn.last_line}", rule)

    def _last_period(self, sheet: Worksheet, drawn: Drawn, places: Sequence[OrgUnit]) -> None:
        """Last period's values in grey beside each place, where the form lists every place."""
        if self.last is None or not self.last.values or not lists_every_place(self.dataset):
            return
        shown = [
            each for each in self.dataset.fields if each.personal is None and each.name != self.dataset.place_field
        ]
        for column, each in enumerate(shown, drawn.width + 2):
            put_heading(sheet, drawn.header_row, column, f"{LAST_PERIOD}{self.last.period}\n{each.label.zh}")
            sheet.cell(drawn.header_row, column).fill = _GREY
            sheet.column_dimensions[get_column_letter(column)].width = max(12, 2 * len(each.label.zh))
            for row, unit in enumerate(places, drawn.first_line):
                value = self.last.values.get(unit.code, {}).get(each.name)
                if value is None:
                    continue
                cell = sheet.cell(row, column)
                put_figure(cell, self._words(each, value), number_format(each))
                cell.font, cell.fill = Font(name="宋体", size=10, italic=True, color="808080"), _GREY

    def _words(self, each: Field, value: object) -> object:
        if isinstance(value, bool):
            return "是" if value else "否"
        if each.codes is not None:
            labels = {code.code: code.label.zh for code in self.contracts.code_lists[each.codes].codes}
            return labels.get(str(value), str(value))
        return value


def _colour(sheet: Worksheet, cells: str, first: str) -> None:
    for mark, colour in _FILLS.items():
        fill = PatternFill("solid", bgColor=colour)
        rule = FormulaRule(formula=[f'ISNUMBER(FIND("{mark}",{first}))'], fill=fill, stopIfTrue=True)
        sheet.conditional_formatting.add(cells, rule)


def _limits(each: Field) -> tuple[Decimal, Decimal]:
    # A spreadsheet's "whole" refuses what does not fit 15 digits anyway.
    low = each.minimum if each.minimum is not None else Decimal(-999_999_999)
    return low, each.maximum if each.maximum is not None else Decimal(999_999_999_999)


def _serial(day: date) -> str:
    return str((day - date(1899, 12, 30)).days)


def _period_words(period: Period) -> str:
    if period.text.isdigit():
        return f"{period.text}年度"
    if "H" in period.text:
        return f"{period.text[:4]}年{'上' if period.text.endswith('1') else '下'}半年"
    if "Q" in period.text:
        return f"{period.text[:4]}年第{'一二三四'[int(period.text[-1]) - 1]}季度"
    months = [f"{each[:4]}年{int(each[5:7])}月" for each in period.text.split("/")]
    return "至".join(months)
