"""Evidence for which way a table runs.  Each rule sees one kinds.Candidate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from pioneer_etl.contract.units import parse_unit, split_unit
from pioneer_etl.table.grid import DATE, NUMBER, YEAR
from pioneer_etl.table.kinds import Candidate
from pioneer_etl.table.model import TableKind
from pioneer_etl.table.outline import numbering
from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.words import is_attribute, is_of_which, is_period, is_subtotal, is_total, is_unit_head, squeeze


def _share(texts: Sequence[str], test: Callable[[str], object]) -> float:
    said = [text for text in texts if text]
    return sum(1 for text in said if test(text)) / len(said) if said else 0.0


def usual(_: Candidate) -> float:
    """Records usually stand in rows."""
    return 1.0


def periods_in_labels(seen: Candidate) -> float:
    """The labels tell times and changes (本期 上期 增减), the heads do not; or the other way round."""
    return _share(seen.labels, is_period) - _share(seen.heads, is_period)


def attributes_in_labels(seen: Candidate) -> float:
    """The labels are called as fields are (名称 金额 日期), the heads are not; or the other way round."""
    return _share(seen.labels, is_attribute) - _share(seen.heads, is_attribute)


def total_in_heads(seen: Candidate) -> float:
    """The total stands over a column, so the items stand in columns; or in a row, so they stand in rows."""

    def adds(text: str) -> bool:
        return is_total(text) or is_subtotal(text)

    across, down = any(map(adds, seen.heads)), any(map(adds, seen.labels))
    return (1.0 if across else 0.0) - (1.0 if down else 0.0)


def items_in_heads(seen: Candidate) -> float:
    """The heads are numbered, or say 其中, as items do; or the labels are."""

    def item(text: str) -> bool:
        return numbering(text) is not None or is_of_which(text)

    return (1.0 if _share(seen.heads, item) > 0.1 else 0.0) - (1.0 if _share(seen.labels, item) > 0.1 else 0.0)


def units_in_labels(seen: Candidate) -> float:
    """The labels name units of different kinds, the heads none; or the other way round."""

    def units(texts: Sequence[str]) -> float:
        named = [split_unit(text)[1] for text in texts]
        return len({unit for unit in named if unit}) / len(texts) if texts else 0.0

    return max(-1.0, min(1.0, 2 * (units(seen.labels) - units(seen.heads))))


def units_beside_labels(seen: Candidate) -> float:
    """A column beside the labels gives every row a unit of its own (单位: 户 人 万元), under heads that name records.

    A stock list (品名 单位 数量 单价) has such a column too, but its heads name fields.
    """
    units, *figures = ("", *seen.heads) if seen.units else seen.heads
    if not (seen.units or is_unit_head(units)) or not figures:
        return 0.0
    if _share(figures, lambda text: is_attribute(text) or is_period(text)) > 0.25:
        return 0.0
    if seen.units:
        return 1.0
    said = [text for row in seen.rows if (text := seen.grid.text(row, seen.columns[0]))]
    return 1.0 if said and sum(parse_unit(text) is not None for text in said) >= 0.8 * len(said) else 0.0


def rows_of_one_kind(seen: Candidate) -> float:
    """Each row holds things of one class while the columns mix them; or the other way round."""

    def purity(lines: Sequence[Sequence[int]]) -> float:
        counts = [[cells.count(kind) for kind in set(cells) if kind] for cells in lines]
        filled = sum(map(sum, counts))
        return sum(max(each) for each in counts if each) / filled if filled else 1.0

    cells = [seen.fine(r) for r in seen.rows]
    if len(seen.columns) == 1:
        kinds = {kind for (kind,) in cells if kind}
        return 0.6 if len(kinds) > 1 else 0.0
    return max(-1.0, min(1.0, 2 * (purity(cells) - purity([list(line) for line in zip(*cells, strict=True)]))))


def pairs(seen: Candidate) -> float:
    """Two columns, of short labels that all differ and of what they say: each row a field of one thing."""
    if len(seen.columns) != 1 or len(seen.rows) < 2 or not seen.corner:
        return 0.0
    shape = seen.grid.shape(seen.top, seen.columns[0])
    labels = (seen.corner, *seen.labels)
    if len(set(labels)) < len(labels) or max(map(len, labels)) > 40:
        return 0.0
    if shape in (NUMBER, YEAR, DATE):
        return 1.0
    return 0.6 if not is_attribute(seen.heads[0]) and not is_period(seen.heads[0]) else -1.0


def corner_is_field(seen: Candidate) -> float:
    """The corner is called as a field is (名称), like the labels under it."""
    return 1.0 if len(seen.columns) == 1 and seen.corner.endswith(("名称", "姓名")) else 0.0


def look_of_header(seen: Candidate) -> float:
    """The first row looks unlike the rows below it (bold, filled), as a list's header does."""
    if not seen.grid.sheet.has_styles or not seen.rows:
        return 0.0

    def bold(rows: Sequence[int]) -> float:
        styles = seen.grid.styles([(r, c) for r in rows for c in seen.columns])
        return sum([style.bold for style in styles]) / len(styles)

    return 1.0 if bold([seen.top]) - bold(seen.rows[:5]) > 0.6 else 0.0


def years_in_labels(seen: Candidate) -> float:
    """The labels are years, as in a series of one record a year."""
    years = sum(1 for r in seen.rows if seen.grid.shape(r, seen.region.left) == YEAR)
    return 1.0 if years > 0.8 * len(seen.rows) else 0.0


def many_records(seen: Candidate) -> float:
    """There are many more rows than columns, as a list has."""
    return 1.0 if len(seen.rows) > 30 and len(seen.rows) > 2 * len(seen.columns) else 0.0


def heads_alike(seen: Candidate) -> float:
    """The heads end alike (宜一村 宜二村), as names of records do; or the labels do."""

    def alike(texts: Sequence[str]) -> bool:
        names = [text for text in map(squeeze, texts) if not is_attribute(text) and not is_period(text)]
        ends = [text[-1] for text in names if len(text) >= 2 and text[-1].isalpha() and not text[-1].isascii()]
        return len(ends) == len(texts) >= 3 and max(map(ends.count, ends)) >= 0.8 * len(ends)

    return (1.0 if alike(seen.heads) else 0.0) - (1.0 if alike(seen.labels) else 0.0)


def _told(seen: Candidate) -> str:
    return f"heads {' | '.join(seen.heads[:4])}; labels {' | '.join(seen.labels[:4])}"


_LIST, _ACROSS = TableKind.LIST, TableKind.TRANSPOSED

KIND_RULES: Final[tuple[Rule, ...]] = (
    Rule("usual", Stage.KIND, 1.5, usual, _LIST),
    Rule("look-of-header", Stage.KIND, 1.0, look_of_header, _LIST),
    Rule("years-in-labels", Stage.KIND, 2.0, years_in_labels, _LIST),
    Rule("many-records", Stage.KIND, 2.0, many_records, _LIST),
    Rule("periods-in-labels", Stage.KIND, 4.0, periods_in_labels, _ACROSS, _told),
    Rule("attributes-in-labels", Stage.KIND, 2.5, attributes_in_labels, _ACROSS, _told),
    Rule("total-in-heads", Stage.KIND, 1.0, total_in_heads, _ACROSS, _told),
    Rule("items-in-heads", Stage.KIND, 1.5, items_in_heads, _ACROSS, _told),
    Rule("units-in-labels", Stage.KIND, 2.0, units_in_labels, _ACROSS, _told),
    Rule("units-beside-labels", Stage.KIND, 4.0, units_beside_labels, _ACROSS, _told),
    Rule("rows-of-one-kind", Stage.KIND, 3.0, rows_of_one_kind, _ACROSS, _told),
    Rule("pairs", Stage.KIND, 2.0, pairs, _ACROSS, _told),
    Rule("corner-is-field", Stage.KIND, 1.0, corner_is_field, _ACROSS, _told),
    Rule("heads-alike", Stage.KIND, 1.5, heads_alike, _ACROSS, _told),
)
