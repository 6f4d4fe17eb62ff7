"""What changed between two revisions of a form, record by record and field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.masking import mask
from pioneer_etl.contract.model import CodeList, Dataset, Label
from pioneer_etl.transform.model import ValueState
from pioneer_etl.warehouse.lineage import RecordRef, SourceCell, source_cells
from pioneer_etl.warehouse.model import STANDING
from pioneer_etl.warehouse.sql import literals, quoted, rows

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record that differs.

    `kind` is changed, added or removed (the whole record); of what the county did corrected, entered or difference.
    Texts are as the cells said them, personal ones masked; a blank is "", any other state without a value is in
    brackets, e.g. "[none]".
    """

    kind: str
    key: str
    field: str
    label: Label
    before: str
    after: str
    before_cell: str | None
    after_cell: str | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "kind": self.kind,
            "key": self.key,
            "field": self.field,
            "label": self.label.zh,
            "before": self.before,
            "after": self.after,
            "before_cell": self.before_cell,
            "after_cell": self.after_cell,
        }


_Record = dict[str, SourceCell]


def diff(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    township_code: str,
    period: str,
    revisions: tuple[int, int] | None = None,
    code_lists: Mapping[str, CodeList] | None = None,
) -> tuple[Change, ...]:
    """Changes from one revision to another; without `revisions`, from the last but one to the last, and what the
    county has laid over that or put beside it.

    UsageError when there are no two revisions, nor anything of the county's own.
    """
    found = dict(
        rows(
            connection,
            "SELECT revision, id FROM submission WHERE dataset = ? AND township_code = ? AND period = ?"
            " AND revision IS NOT NULL ORDER BY revision",
            [dataset.name, township_code, period],
        )
    )
    beside = _beside(connection, dataset, township_code, period, code_lists) if revisions is None else []
    if beside and len(found) < 2:
        return tuple(beside)
    if revisions is None and len(found) >= 2:
        revisions = tuple(sorted(found)[-2:])
    if revisions is None or not set(revisions) <= set(found):
        raise UsageError("diff.no_revisions", found=len(found), expected=" ".join(map(str, revisions or ())))
    before, after = (_records(connection, dataset, found[each], code_lists) for each in revisions)
    changes: list[Change] = []
    for key in dict.fromkeys((*before, *after)):
        changes += _changes(dataset, key, before.get(key), after.get(key))
    return (*changes, *beside)


def _beside(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    township_code: str,
    period: str,
    code_lists: Mapping[str, CodeList] | None,
) -> list[Change]:
    """Corrections of the form that stands, records that were entered, and differences."""
    changes: list[Change] = []
    for number, status in rows(
        connection,
        "SELECT id, status FROM submission WHERE dataset = ? AND township_code = ? AND period = ?"
        f" AND status IN ({literals((*STANDING, 'entered', 'difference'))}) ORDER BY id",
        [dataset.name, township_code, period],
    ):
        for key, record in _records(connection, dataset, number, code_lists).items():
            for field in dataset.fields:
                cell = record[field.name]
                if field.name == dataset.place_field:
                    continue  # it is what the line is called
                if cell.corrected is not None:
                    after = mask(cell.corrected.partition(" → ")[2], field.personal)
                    kind, before = "corrected", _shown(cell, field.personal)
                elif status not in STANDING and cell.state in (ValueState.VALUE, ValueState.ZERO):
                    kind, before, after = status, "", _shown(cell, field.personal)
                else:
                    continue
                name = "差额" if status == "difference" else key.split("\x1f")[0]
                changes.append(Change(kind, name, field.name, field.label, before, after, cell.cell, None))
    return changes


def _changes(dataset: Dataset, key: str, before: _Record | None, after: _Record | None) -> list[Change]:
    kind = "changed" if before and after else "added" if after else "removed"
    found = []
    for field in dataset.fields:
        old, new = (record.get(field.name) if record else None for record in (before, after))
        same = old is not None and new is not None and (old.value, old.state) == (new.value, new.state)
        nothing = all(each is None or each.state is ValueState.ABSENT for each in (old, new))
        if same or nothing:
            continue
        found.append(
            Change(
                kind=kind,
                key=key.split("\x1f")[0],
                field=field.name,
                label=field.label,
                before=_shown(old, field.personal),
                after=_shown(new, field.personal),
                before_cell=old.cell if old else None,
                after_cell=new.cell if new else None,
            )
        )
    return found


def _shown(cell: SourceCell | None, personal: str | None) -> str:
    if cell is None or cell.state in (ValueState.BLANK, ValueState.ABSENT):
        return ""
    text = mask(cell.text, personal)
    if cell.state in (ValueState.VALUE, ValueState.ZERO):
        return text
    return f"{text} [{cell.state.value}]".strip()


def _records(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    submission: int,
    code_lists: Mapping[str, CodeList] | None,
) -> dict[str, _Record]:
    """Every record of a submission by its key; a key that occurs again is counted."""
    refs: list[RecordRef] = rows(
        connection,
        f"SELECT submission_id, part, line FROM store.{quoted(dataset.name)} WHERE submission_id = ?"
        " ORDER BY part, line",
        [submission],
    )
    columns = {field.name: source_cells(connection, dataset, refs, field.name, code_lists) for field in dataset.fields}
    found: dict[str, _Record] = {}
    seen: Counter[str] = Counter()
    for place in range(len(refs)):
        record = {name: cells[place] for name, cells in columns.items()}
        key = _key(dataset, record)
        seen[key] += 1
        found[f"{key}\x1f{seen[key]}"] = record
    return found


def _key(dataset: Dataset, record: _Record) -> str:
    """What tells the record from others, as a person reads it and unmasked only in what is compared."""
    names = list(dataset.key)
    if dataset.place_field is not None and dataset.place_field not in names:
        names.insert(0, dataset.place_field)
    shown = [mask(record[name].text, dataset.field(name).personal) for name in names]
    exact: Sequence[str] = [str(record[name].value) for name in names]
    return " ".join(shown) + "\x1f" + "\x1e".join(exact)
