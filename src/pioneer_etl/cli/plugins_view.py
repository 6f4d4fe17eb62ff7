"""A proposed layout beside its sample: the first records, each column in the colour of its match."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from pioneer_etl.cli.language import say
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.masking import mask
from pioneer_etl.contract.model import Dataset
from pioneer_etl.match.lines import Frame
from pioneer_etl.match.model import MatchKind
from pioneer_etl.plugins.proposal import Proposal, ProposedColumn, ProposedForm, State
from pioneer_etl.transform.doubts import personal_class

if TYPE_CHECKING:
    from rich.console import RenderableType

_ROWS: Final = 4
_WIDEST: Final = 14
_STYLES: Final = {State.UNSURE: "bold yellow", State.IGNORED: "grey62", State.EMPTY: "grey62"}
_TAKEN: Final = {MatchKind.EXACT: "green", MatchKind.SYNONYM: "cyan"}
_LEGEND: Final = (
    ("green", "cli.plugins.new.by_name"),
    ("cyan", "cli.plugins.new.by_synonym"),
    ("magenta", "cli.plugins.new.by_proof"),
    ("bold yellow", "cli.plugins.new.unsure"),
    ("grey62", "cli.plugins.new.ignored"),
)


def proposal_view(proposal: Proposal, contracts: Contracts, language: Language, room: int) -> RenderableType:
    """Every form with its first records, on a terminal `room` cells wide."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = []
    for form in proposal.forms:
        dataset = contracts.datasets[form.dataset]
        source = form.sources[0]
        title = dataset.title.zh if language == "zh" else dataset.title.en
        head = Text(f"{title} ", style="bold")
        head.append(f"{source.file} [{source.sheet}] {form.kind.value}", style="default")
        if len(form.sources) > 1:
            head.append(f" +{len(form.sources) - 1}", style="default")
        parts.append(head)
        parts.append(Text("  " + " · ".join((*form.titles, *form.sheets, *form.headers)), style="grey62"))
        parts += _tables(form, dataset, language, room)
    legend = Text("")
    for style, code in _LEGEND:
        legend.append(f" {say(code, language)} ", style=style)
    parts.append(legend)
    for place in proposal.passed_over:
        parts.append(Text(say("cli.plugins.new.passed_over", language, place=place), style="grey62"))
    return Group(*parts)


def _tables(form: ProposedForm, dataset: Dataset, language: Language, room: int) -> list[RenderableType]:
    """The first records under their headings and fields, in as many blocks as the terminal needs."""
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    from pioneer_etl.cli.tables import blocks

    shown = [each for each in form.columns if each.state is not State.EMPTY]
    columns = [[each.heading, _field(each, dataset, language), *_cells(form, each, dataset)] for each in shown]
    widths = [min(_WIDEST, max(map(cell_len, column))) for column in columns]
    found: list[RenderableType] = []
    for block in blocks(widths, room):
        table = Table(show_lines=False, pad_edge=False)
        for place in block:
            style = _style(shown[place])
            table.add_column(
                Text(columns[place][0]), style=style, header_style="default", max_width=_WIDEST, overflow="fold"
            )
        for row in range(1, len(columns[0])):
            table.add_row(*(Text(columns[place][row]) for place in block), end_section=row == 1)
        found.append(table)
    return found


def _style(column: ProposedColumn) -> str:
    if column.state is State.TAKEN and column.confidence >= 1 and column.kind is not MatchKind.EXACT:
        return "magenta"  # proved, or answered
    return _STYLES.get(column.state) or _TAKEN.get(column.kind, "magenta")


def _field(column: ProposedColumn, dataset: Dataset, language: Language) -> str:
    """The field that a column becomes, how firmly, or that it is asked about."""
    if column.state is State.IGNORED:
        return say("cli.plugins.new.ignored", language)
    if column.field is None:
        return "?"
    label = dataset.field(column.field).label
    text = label.zh if language == "zh" else label.en
    _, _, tick = (column.target or "").partition("=")
    text = f"{text}={tick}" if tick else text
    if column.state is State.UNSURE:
        return f"? {text} {column.confidence:.0%}"
    return text


def _cells(form: ProposedForm, column: ProposedColumn, dataset: Dataset) -> list[str]:
    """What the first records say, personal data masked; of a register, a record each."""
    personal = personal_class(dataset.field(column.field)) if column.field is not None else None
    found = []
    for frame, record in islice(_records(form), _ROWS):
        value = frame.reading.sheet.at(*frame.cell(column.line, record))
        found.append("" if value is None else _clipped(mask(" ".join(str(value).split()), personal)))
    return found


def _clipped(text: str) -> str:
    """A value that takes one line."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= _WIDEST else set_cell_size(text, _WIDEST - 1).rstrip() + "…"


def _records(form: ProposedForm) -> Iterator[tuple[Frame, int]]:
    """The records of a form with the tables that they stand in; other tables only where their columns are the same."""
    first = form.sources[0].frame
    headings = [(line.line, line.key) for line in first.lines]
    for source in form.sources:
        if [(line.line, line.key) for line in source.frame.lines] == headings:
            yield from ((source.frame, record) for record in source.frame.records)
