"""The samples of the bundled township plugins: each format's own township, cut down to ten villages.

python -m pioneer_etl.demo.samples plugins
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from pioneer_etl.demo.county import FORMATS
from pioneer_etl.demo.made.facts import YEAR, Fact, Facts, Missing
from pioneer_etl.demo.places import Township, townships
from pioneer_etl.demo.truth import truth_of
from pioneer_etl.demo.workbooks.common import DemoFile, FormPlace
from pioneer_etl.plugins.expected import Lines, expected_path, write_lines

VILLAGES = 10
MONTHS = (("training", "date"), ("reserve_cadre", "birth_month"))  # the other dates say the day


def sample_files(plugin: str) -> list[DemoFile]:
    """The sample of a bundled plugin, as its first township would send it."""
    sender = next(each for each in townships() if each.plugin == plugin)
    small = replace(sender, villages=tuple(each for each in sender.villages if each.code in _some_villages(sender)))
    return FORMATS[plugin](small, YEAR, reduced(small))


def _some_villages(sender: Township) -> set[str]:
    """The codes of ten villages, and of those without which a form would have no line."""
    step = max(1, len(sender.villages) // VILLAGES)
    some = {village.code for village in sender.villages[::step][:VILLAGES]}
    for records in truth_of(sender.name).values():
        about = [_about(facts) for facts in records if _about(facts)]
        if about and not some & set(about):
            some.add(about[0])
    return some


def _about(facts: Facts) -> str:
    """The code of the village or township that a record is about; empty for one about the sender."""
    return str(facts.get("village", facts.get("unit", "")))


def reduced(sender: Township) -> Mapping[str, tuple[Facts, ...]]:
    """The truth of a township, as far as it is about the villages that `sender` has kept."""
    kept = {"", sender.code, *(village.code for village in sender.villages)}
    everything = truth_of(sender.name)
    return {
        dataset: tuple(facts for facts in records if _about(facts) in kept) for dataset, records in everything.items()
    }


def expectations(file: DemoFile, sender: Township) -> list[Lines]:
    """What a file must give, dataset by dataset."""
    found: dict[str, Lines] = {}
    for form in file.forms:
        part = expectation(form, sender)
        before = found.get(form.dataset)
        found[form.dataset] = replace(before, lines=before.lines + part.lines) if before else part
    return list(found.values())


def expectation(form: FormPlace, sender: Township) -> Lines:
    """What a form, or a part of one, must give, written down from the truth (not from what reading it gave)."""
    fields = [field for field, fact in form.records[0].items() if fact is not Missing.ABSENT]
    names = {village.code: village.name for village in sender.villages}
    lines = []
    for row, facts in zip(form.written.rows, form.records, strict=True):
        about = {
            "at": f"{form.sheet}!{row}" + (f"#{form.table + 1}" if form.table else ""),
            "period": form.period,
            "township": sender.name,
            "place": names.get(_about(facts), sender.name),
        }
        lines.append(about | {field: _spelt(field, facts[field], form) for field in fields})
    return Lines(form.dataset, ("at", "period", "township", "place", *fields), tuple(lines), {})


def _spelt(field: str, fact: Fact, form: FormPlace) -> str:
    if isinstance(fact, Missing):
        return f"<none> {form.none_mark}" if fact is Missing.NONE else ""
    if isinstance(fact, date):
        return f"{fact:%Y-%m}" if (form.dataset, field) in MONTHS else fact.isoformat()
    if isinstance(fact, bool):
        return "true" if fact else "false"
    if isinstance(fact, Decimal):
        text = f"{fact:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(fact)


def write_samples(folder: Path) -> list[Path]:
    """Write every plugin's samples and expectations below `folder`; the samples' paths."""
    written = []
    for plugin in sorted(FORMATS):
        sender = next(each for each in townships() if each.plugin == plugin)
        for file in sample_files(plugin):
            path = folder / plugin / "samples" / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
            for lines in expectations(file, sender):
                write_lines(lines, expected_path(path, lines.dataset))
            written.append(path)
    return written


if __name__ == "__main__":
    write_samples(Path(sys.argv[1]))
