"""Tables printed in several blocks of columns on the same rows (序号 姓名 … ｜ 序号 姓名 …)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pioneer_etl.contract.address import Range
from pioneer_etl.table.grid import TEXT
from pioneer_etl.table.model import HeaderColumn
from pioneer_etl.table.split import Hypothesis
from pioneer_etl.table.words import is_number_head


def blocks(split: Hypothesis, heads: Sequence[HeaderColumn]) -> tuple[Range, ...]:
    """The blocks of columns that a table's heads repeat; empty where they do not.

    `heads` are all columns from left to right.  Blocks repeat when all their heads do, or when all but
    the first do and the first is a column of words that label the rest (资产 年初数 期末数 ｜ 负债 年初数 期末数).
    """
    count = len(heads)
    whole = [head.path for head in heads]
    if not all(whole) or any(head.column + 1 != after.column for head, after in pairwise(heads)):
        return ()
    for size in range(2, count // 2 + 1):
        if count % size:
            continue
        starts = range(0, count, size)
        paths = _without_block_heads(whole, starts, size)
        same = all(paths[start + 1 : start + size] == paths[1:size] for start in starts)
        if not same or len(set(paths[:size])) < size:
            continue
        first_same = all(paths[start] == paths[0] for start in starts)
        if first_same and (_labels(split, heads, starts) or is_number_head(paths[0][-1])):
            return _ranges(split, heads, size)
        if not first_same and _labels(split, heads, starts) and (size >= 3 or _counted(split, heads, starts)):
            return _ranges(split, heads, size)
    return ()


def _without_block_heads(paths: Sequence[tuple[str, ...]], starts: range, size: int) -> list[tuple[str, ...]]:
    """The paths without heads that stand over whole blocks (收入 over one, 支出 over the next), if there are any."""
    outer = [paths[start][0] for start in starts]
    each_has = all(len(path) > 1 and path[0] == outer[at // size] for at, path in enumerate(paths))
    return [path[1:] for path in paths] if each_has and len(set(outer)) == len(outer) else list(paths)


def _counted(split: Hypothesis, heads: Sequence[HeaderColumn], starts: range) -> bool:
    """Whether every block of two columns ends with one of numbers (收入 金额 ｜ 支出 金额)."""
    return all(split.profiles[heads[start + 1].column].numeric >= 0.8 for start in starts)


def _labels(split: Hypothesis, heads: Sequence[HeaderColumn], starts: Sequence[int]) -> bool:
    """Whether every block begins with a column of words that nearly all differ."""
    for start in starts:
        column = heads[start].column
        texts = [
            split.grid.text(row, column)
            for row in split.sample.rows
            if row >= split.body and split.grid.shape(row, column) == TEXT
        ]
        if len(texts) < 2 or len(set(texts)) < 0.8 * len(texts) or split.profiles[column].text < 0.8:
            return False
    return True


def _ranges(split: Hypothesis, heads: Sequence[HeaderColumn], size: int) -> tuple[Range, ...]:
    region = split.region
    return tuple(
        Range(region.top, heads[start].column, region.bottom, heads[start + size - 1].column)
        for start in range(0, len(heads), size)
    )
