"""How a summary stands on paper: which cell prints what.  Shared by the writers and by `trace`.

Column 1 holds the row labels, columns 2 and on the measures.  Rows: the title, the line with period
and unit, the header rows, a column index row where one is declared, then the body.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.model import Label
from pioneer_etl.report.model import CellState, Figure, Heading, SummaryCell, SummarySpec, SummaryTable, words
from pioneer_etl.report.words import period_words, word

TITLE_ROW = 1
LINE_ROW = 2
HEADER_TOP = 3
FIRST_MEASURE = 2


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A heading on the grid, corners inside; `measure` where it stands right over one column."""

    text: str
    top: int
    left: int
    bottom: int
    right: int
    measure: str | None = None


def header_depth(headings: tuple[Heading, ...]) -> int:
    """How many rows the headings take."""
    return max((each.depth for each in headings), default=1)


def leaves_of(headings: tuple[Heading, ...]) -> tuple[Heading, ...]:
    """The headings right over the columns, left to right."""
    return tuple(leaf for heading in headings for leaf in heading.leaves)


def header_cells(
    spec: SummarySpec, headings: tuple[Heading, ...], language: Language, detail: bool = False
) -> tuple[HeaderCell, ...]:
    """The header as cells, the label column's first; a leaf reaches down to the last header row."""
    bottom = HEADER_TOP + header_depth(headings) - 1
    label = word("village", language) if detail else words(spec.row_label, language)
    cells = [HeaderCell(label, HEADER_TOP, 1, bottom, 1)]
    left = FIRST_MEASURE
    for heading in headings:
        _place(spec, heading, language, HEADER_TOP, left, bottom, cells)
        left += len(heading.leaves)
    return tuple(cells)


def _place(
    spec: SummarySpec, heading: Heading, language: Language, top: int, left: int, bottom: int, cells: list[HeaderCell]
) -> None:
    width = len(heading.leaves)
    last = bottom if heading.measure is not None else top
    text = heading_text(spec, heading, language)
    cells.append(HeaderCell(text, top, left, last, left + width - 1, heading.measure))
    for child in heading.children:
        _place(spec, child, language, top + 1, left, bottom, cells)
        left += len(child.leaves)


def heading_text(spec: SummarySpec, heading: Heading, language: Language) -> str:
    """A heading's words; under a column's its unit where that is not the table's own."""
    text = words(heading.label, language)
    measure = spec.measures.get(heading.measure or "")
    if measure is None or measure.unit is None or measure.unit == spec.unit:
        return text
    unit = words(measure.unit, language)
    if not unit:
        return text
    return f"{text}\n（{unit}）" if language == "zh" else f"{text}\n({unit})"


def body_top(spec: SummarySpec, headings: tuple[Heading, ...]) -> int:
    """The first row of the body."""
    return HEADER_TOP + header_depth(headings) + (1 if spec.index_row else 0)


def unit_line(table: SummaryTable, language: Language) -> str:
    """单位：万元 over the table; "" where the summary has no unit of its own."""
    unit = words(table.spec.unit, language) if table.spec.unit else ""
    return word("unit_line", language, unit=unit) if unit else ""


def period_line(table: SummaryTable, language: Language) -> str:
    """The line over the table that says the period."""
    return word("period_line", language, period=period_words(table.period, language))


def signature_items(table: SummaryTable, language: Language) -> tuple[str, ...]:
    """What is to be filled in under the table by hand: 填表单位, 审核人 and the like."""
    return tuple(words(each, language).replace("{county}", table.county) for each in table.spec.signature)


def note_lines(table: SummaryTable, language: Language) -> tuple[str, ...]:
    """The notes under the table, numbered when there are several, the first led by 说明."""
    texts = [words(each, language) for each in table.notes]
    if len(texts) > 1:
        texts = [f"{i}. {text}" for i, text in enumerate(texts, 1)]
    return tuple(word("notes", language) + text if i == 0 else text for i, text in enumerate(texts))


def shown(cell: SummaryCell, number_format: str, language: Language) -> str:
    """What a cell prints: the figure by its format, or the word for its state."""
    if cell.value is not None:
        return format_figure(cell.value, cell.format or number_format, language)
    return state_word(cell.state, language)


def state_word(state: CellState, language: Language) -> str:
    """What a cell without a figure prints: not reported, undefined, or nothing."""
    if state is CellState.UNREPORTED:
        return word("unreported", language)
    if state is CellState.UNDEFINED:
        return word("undefined", language)
    return ""


def format_figure(value: Figure, number_format: str, language: Language = "zh") -> str:
    """A figure in the part of Excel's number formats that summaries use: #,##0.00, 0.0% and the like."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if isinstance(value, Label):
        return words(value, language)
    percent = number_format.endswith("%")
    digits = number_format.removesuffix("%").partition(".")[2]
    exact = Decimal(value) * (100 if percent else 1)
    if number_format == "General":
        return f"{exact.normalize():f}"
    rounded = exact.quantize(Decimal(1).scaleb(-len(digits)), ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)
    text = f"{rounded:,f}" if "," in number_format else f"{rounded:f}"
    return text + ("%" if percent else "")
