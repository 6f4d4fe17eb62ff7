"""Years side by side in one table: a view of it for each, as if the year stood there alone."""

from __future__ import annotations

from dataclasses import replace

from pioneer_etl.match.model import SHARED, MatchedTable


def by_period(matched: MatchedTable) -> tuple[MatchedTable, ...]:
    """A table as it stands for each of its periods: itself, or, with years side by side, one view a year.

    What a view is told of besides are the findings of the whole table: those that keep a form from loading are said
    of every year, the others once.
    """
    own = matched.identity.period
    periods = [period or own for period in matched.block_periods]
    if len(set(periods)) < 2:
        return (matched,)
    views = []
    for number, period in enumerate(dict.fromkeys(periods)):
        blocks = {block for block, each in enumerate(periods) if each == period}
        lines = tuple(line for line in matched.lines if line.block in blocks or line.block == SHARED)
        findings = tuple(each for each in matched.findings if each.quarantines or not number)
        who = replace(matched.identity, period=period)
        views.append(replace(matched, identity=who, lines=lines, findings=findings))
    return tuple(views)
