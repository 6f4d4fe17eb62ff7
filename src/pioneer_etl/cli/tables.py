"""Tables that a terminal can show: wide ones in blocks of columns, never a letter a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pioneer_etl.cli.call import console

_CELL = 40  # the widest a column gets where there is not room for everything
_FRAME = 3  # what a column costs besides its text


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """A table on stdout.  What does not fit beside each other follows below, each block after the first column."""
    from rich.cells import cell_len
    from rich.markup import escape
    from rich.table import Table

    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    out = console()
    natural = [
        max([cell_len(heading), *(cell_len(row[index]) for row in texts)]) for index, heading in enumerate(headings)
    ]
    for number, columns in enumerate(blocks(natural, out.width)):
        table = Table(title=title if number == 0 else None, title_justify="left", header_style="bold")
        for column in columns:
            table.add_column(escape(headings[column]), overflow="fold", min_width=min(natural[column], 4))
        for row in texts:
            table.add_row(*(escape(row[column]) for column in columns))
        out.print(table)


def blocks(widths: Sequence[int], room: int) -> list[list[int]]:
    """Columns in blocks that fit `room`; all in one when their texts may be folded to fit, the first column in each."""
    needed = [min(width, _CELL) + _FRAME for width in widths]
    if not widths or sum(needed) + 1 <= room or _folds(widths, room):
        return [list(range(len(widths)))]
    found: list[list[int]] = [[0]]
    used = needed[0] + 1
    for column in range(1, len(widths)):
        if used + needed[column] > room and len(found[-1]) > 1:
            found.append([0])
            used = needed[0] + 1
        found[-1].append(column)
        used += needed[column]
    return found


def _folds(widths: Sequence[int], room: int) -> bool:
    """Whether only a few long texts are too wide, which may go on in the next line."""
    long = [width for width in widths if width > _CELL // 2]
    short = sum(width + _FRAME for width in widths if width <= _CELL // 2)
    return bool(long) and short + len(long) * (_CELL // 2 + _FRAME) + 1 <= room
