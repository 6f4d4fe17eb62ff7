"""The hooks that are asked while a file is read: readers of files, names of places, changes of records.

Each is made one function here, so that the stages know nothing of plugins.  It is None when no plugin
implements the hook: then nothing is asked, and nothing is paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any, TypeAlias

from pluggy import PluginManager

from pioneer_etl.contract.errors import FileRefused, Location, PioneerError, PluginError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Field, FieldType, OrgUnit
from pioneer_etl.match.model import FileContext
from pioneer_etl.plugins.calls import caller, place_of
from pioneer_etl.transform.model import (
    FieldValue,
    ParseValue,
    Part,
    Record,
    RecordContext,
    SourceCell,
    Submission,
    ValueContext,
    ValueState,
)
from pioneer_etl.workbook.model import Workbook

# Bytes and what is known of the file to a workbook; None: no plugin reads such files.
ReadWorkbook: TypeAlias = Callable[[bytes, FileContext], Workbook | None]
ModifyRecords: TypeAlias = Callable[[Submission], Submission]

_Asked: TypeAlias = Sequence[tuple[str, Callable[..., Any]]]


def implementations(manager: PluginManager, names: Mapping[str, str], hook: str, *, last_first: bool) -> _Asked:
    """Every plugin that implements a hook, by its own name, with the function that asks it alone.

    `names` gives the plugin's name by the name it is registered under.  With `last_first` the workspace's
    own are asked before the installed ones.
    """
    found = getattr(manager.hook, hook).get_hookimpls()
    ordered = reversed(found) if last_first else found
    return [(names[each.plugin_name], caller(manager, each.plugin, hook)) for each in ordered]


def workbook_reader(asked: _Asked) -> ReadWorkbook | None:
    """All plugins' `read_workbook` as one function; None when no plugin has any.

    A plugin is given a private copy of the file under its own name.  FileRefused "plugin.reader_failed" or
    "plugin.reader_answer" for a plugin that raises or answers nonsense.
    """
    if not asked:
        return None
    from tempfile import TemporaryDirectory

    def read(data: bytes, context: FileContext) -> Workbook | None:
        with TemporaryDirectory(prefix="pioneer-") as folder:
            path = Path(folder, PurePath(context.file).name)
            path.write_bytes(data)
            for name, ask in asked:
                where = Location(context.file)
                try:
                    answer = ask(path=path, context=context)
                except PioneerError:
                    raise
                except Exception as error:
                    kind = type(error).__name__
                    raise FileRefused(
                        "plugin.reader_failed", where, plugin=name, reason=kind, place=place_of(error)
                    ) from None
                if isinstance(answer, Workbook):
                    return replace(answer, name=context.file, sha256=sha256(data).hexdigest())
                if answer is not None:
                    found = type(answer).__name__
                    raise FileRefused("plugin.reader_answer", where, plugin=name, found=found, expected="Workbook")
        return None

    return read


def with_places(asked: _Asked, parse_value: ParseValue | None) -> ParseValue | None:
    """A value parser that asks `resolve_place` for the cells of fields that are places, then `parse_value`.

    A plugin that raises, or names a unit that the workspace does not have, is a PluginError at the cell.
    """
    if not asked:
        return parse_value

    def parse(cell: SourceCell, field: Field, context: ValueContext) -> FieldValue | None:
        if field.type is FieldType.PLACE and isinstance(cell.value, str):
            for name, ask in asked:
                try:
                    answer = ask(name=cell.value, period=context.period, context=context)
                except Exception as error:
                    kind = type(error).__name__
                    raise PluginError("plugin.value_failed", plugin=name, reason=kind, place=place_of(error)) from None
                if answer is not None:
                    unit = _unit(answer, name, context)
                    how = None if unit.name == cell.value.strip() else f"{cell.value.strip()}→{unit.name}（{name}）"
                    return FieldValue(unit.code, ValueState.VALUE, None, cell.value, None, how)
        return parse_value(cell, field, context) if parse_value is not None else None

    return parse


def _unit(answer: object, plugin: str, context: ValueContext) -> OrgUnit:
    code = answer.code if isinstance(answer, OrgUnit) else answer
    unit = context.places.unit(code) if isinstance(code, str) and context.places is not None else None
    if unit is None:
        found = type(answer).__name__ if not isinstance(code, str) else code
        raise PluginError("plugin.place_unknown", plugin=plugin, found=found)
    return unit


def record_changer(asked: _Asked) -> ModifyRecords | None:
    """All plugins' `modify_records`, one after the other, as one function over a submission; None without any.

    What a plugin leaves out is a finding that names the lines; what it changes says so in its conversion.  A plugin
    that fails, or invents lines, quarantines the submission.
    """
    if not asked:
        return None

    def modify(submission: Submission) -> Submission:
        parts: list[Part] = []
        findings: list[Finding] = list(submission.findings)
        for part in submission.parts:
            context = RecordContext(submission.dataset, part.layout, part.sheet, submission.township, submission.period)
            records = part.records
            for name, ask in asked:
                records, said = _modified(name, ask, records, context)
                findings += said
            parts.append(replace(part, records=records))
        return replace(submission, parts=tuple(parts), findings=tuple(findings))

    return modify


def _modified(
    plugin: str, ask: Callable[..., Any], records: tuple[Record, ...], context: RecordContext
) -> tuple[tuple[Record, ...], list[Finding]]:
    try:
        answers = ask(records=records, context=context)
        if not answers:  # None is left out of the list of answers
            return records, []
        changed = tuple(answers[0])
    except Exception as error:
        reason = type(error).__name__
        return records, [
            finding(
                "plugin.records_failed", sheet=context.sheet, plugin=plugin, reason=reason, place=str(place_of(error))
            )
        ]
    lines = {each.line for each in records}
    strange = [each for each in changed if not isinstance(each, Record) or each.line not in lines]
    if strange:
        found = type(strange[0]).__name__ if not isinstance(strange[0], Record) else strange[0].line
        return records, [finding("plugin.records_invented", sheet=context.sheet, plugin=plugin, found=found)]
    dropped = sorted(lines - {each.line for each in changed})
    said = []
    if dropped:
        where = "、".join(map(str, dropped))
        said.append(
            finding("plugin.records_dropped", sheet=context.sheet, plugin=plugin, count=len(dropped), lines=where)
        )
    return tuple(_signed(changed, records, plugin)), said


def _signed(changed: Sequence[Record], before: Sequence[Record], plugin: str) -> Iterator[Record]:
    """The records with the plugin's name on every value that it changed and did not explain."""
    known = {each.line: each for each in before}
    for record in changed:
        old = known[record.line].values
        values = {
            name: value
            if value is old.get(name) or value.conversion is not None or value == old.get(name)
            else replace(value, conversion=plugin)
            for name, value in record.values.items()
        }
        yield replace(record, values=values)
