"""When something is wrong with the warehouse: look, recover, or make it anew from the originals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.finding import Finding
from pioneer_etl.workspace.reading import Incoming, Options, read_files, reading_crew

if TYPE_CHECKING:
    from pioneer_etl.warehouse.originals import Original
    from pioneer_etl.warehouse.store import Warehouse
    from pioneer_etl.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was found, and done: a damaged log set aside, files read again, the old warehouse's new place."""

    findings: tuple[Finding, ...]
    damaged_log: Path | None = None
    read_again: int = 0
    former: Path | None = None


def repair(workspace: Workspace, *, rebuild: bool = False) -> RepairReport:
    """See `Workspace.repair`.  UsageError when there is neither a warehouse nor an original to make one from."""
    from pioneer_etl.warehouse import repair as tools
    from pioneer_etl.warehouse.originals import originals
    from pioneer_etl.warehouse.store import ORIGINALS, open_warehouse

    path = workspace.database
    if rebuild:
        kept = len(tuple(originals(path.parent / ORIGINALS)))
        if not kept:
            raise UsageError("workspace.nothing_loaded")

        def load(warehouse: Warehouse, files: Sequence[Original]) -> None:
            _load(workspace, warehouse, files)

        former = tools.rebuild(path, workspace.contracts, load)
        return RepairReport(tools.check(path), read_again=kept, former=former)
    if not path.is_file():
        raise UsageError("workspace.nothing_loaded")
    damaged = tools.recover(path)
    lost = tools.lost_originals(path)
    if lost:
        with open_warehouse(path, workspace.contracts) as warehouse:
            _load(workspace, warehouse, lost)
    return RepairReport(tools.check(path), damaged, len(lost))


def _load(workspace: Workspace, warehouse: Warehouse, files: Sequence[Original]) -> None:
    """Read originals the way they were read first, those that came together as one batch."""
    with reading_crew(workspace, len(files)) as crew:
        for _, together in groupby(files, key=lambda each: each.batch):
            for _ in warehouse.load_files(read_files(workspace, [_incoming(each) for each in together], crew)):
                pass
    warehouse.compare_forms()


def _incoming(original: Original) -> Incoming:
    said = original.context
    options = Options(said.get("township"), said.get("period"), said.get("layout"))
    data = original.path.read_bytes()
    return Incoming(original.name, said.get("folder", ""), data, original.sha256, original.received, options)
