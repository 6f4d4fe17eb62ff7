"""The way into the warehouse: open it, load files, make decisions, ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.warehouse.audit import current_user
from pioneer_etl.warehouse.compare import compare_forms
from pioneer_etl.warehouse.connect import connect
from pioneer_etl.warehouse.decisions import answer, transaction
from pioneer_etl.warehouse.known import known_files
from pioneer_etl.warehouse.load import Target, load_all, load_group
from pioneer_etl.warehouse.migrate import is_migrated, migrate
from pioneer_etl.warehouse.model import FileResult, LoadedFile
from pioneer_etl.warehouse.queries import FindingRow, findings
from pioneer_etl.warehouse.sql import scalar
from pioneer_etl.warehouse.tables import follow_contracts, up_to_date

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts

ORIGINALS = "originals"


class Warehouse:
    """An open warehouse.  Keep it open no longer than a command: nobody else can write meanwhile.

    `connection` is DuckDB's own, for the stages that query.
    """

    def __init__(
        self,
        path: Path,
        connection: duckdb.DuckDBPyConnection,
        contracts: Contracts,
        who: str,
        keep_originals: bool = True,
    ) -> None:
        self.path = path
        self.connection = connection
        self.contracts = contracts
        self.who = who
        self._keep_originals = keep_originals

    @property
    def originals(self) -> Path:
        """Where the mailed files' bytes are kept, beside the warehouse file."""
        return self.path.parent / ORIGINALS

    def known(self, sha256: str, reading_key: str) -> FileResult | None:
        """What became of these bytes before; None when they must be read (see `LoadedFile.reading_key`)."""
        return known_files(self.connection, {sha256: reading_key}).get(sha256)

    def known_files(self, keys: Mapping[str, str]) -> dict[str, FileResult]:
        """The same for many files at once: `keys` gives the reading key of each hash, the answer what is known."""
        return known_files(self.connection, keys)

    def load_file(self, file: LoadedFile) -> FileResult:
        """One file in one transaction, a batch of its own."""
        (result,) = load_group(self._target(), [file])
        return result

    def new_batch(self) -> int:
        """The number of a new batch, for files that are loaded in several goes and belong together."""
        number: int = scalar(self.connection, "SELECT nextval('batch_id')")
        return number

    def load_files(
        self, files: Iterable[LoadedFile], batch: int | None = None, *, comparing: bool = False
    ) -> Iterator[FileResult]:
        """Files as one batch, a few in one transaction; the warehouse file is checkpointed at the end.

        Every submission is in wholly or not at all; a result comes once its file is safely in.  With `comparing`
        checks between forms are made for those that are complete while other processes read the rest; the caller makes
        the others (`compare_forms`), and then the checkpoint.

        Of two files in a batch that are the same form the later received stands.
        """
        target = self._target(batch)
        # Other processes read files meanwhile: threads of DuckDB's own would only be in their way.
        self.connection.execute("SET threads = 1")
        try:
            yield from load_all(target, files, self._compare_complete if comparing else None)
        finally:
            self.connection.execute("RESET threads")
            if not comparing:
                self.checkpoint()

    def compare_forms(self) -> int:
        """Make the checks between forms, where a form, another one or a check has changed; how many were looked at."""
        return compare_forms(self.connection, self.contracts)

    def _compare_complete(self) -> None:
        compare_forms(self.connection, self.contracts, complete_only=True)

    def answer(self, answers: Mapping[str, str], who: str) -> None:
        """What a township says about findings, by their identities; see `decisions.answer`."""
        with transaction(self.connection):
            answer(self.connection, answers, who or self.who)

    def open_between(self) -> tuple[FindingRow, ...]:
        """What the checks between forms found and nobody has answered."""
        return tuple(each for each in findings(self.connection, state="open") if each.between_forms)

    def checkpoint(self) -> None:
        """Bring everything from the log into the file: what a power cut damages is the log."""
        self.connection.execute("CHECKPOINT")

    def _target(self, batch: int | None = None) -> Target:
        number = self.new_batch() if batch is None else batch
        return Target(
            connection=self.connection,
            contracts=self.contracts,
            originals=self.originals if self._keep_originals else None,
            batch=number,
            who=self.who,
        )


@contextmanager
def open_warehouse(
    path: Path,
    contracts: Contracts,
    *,
    read_only: bool = False,
    patience: float = 5.0,
    who: str = "",
    migrations: Path | None = None,
    keep_originals: bool = True,
) -> Iterator[Warehouse]:
    """The warehouse at `path`, made or brought up to date when needed.

    Waits up to `patience` seconds while another process has it, then raises WarehouseHeld.  Read-only, a
    missing warehouse is a WarehouseError and contracts that changed are followed first.  `keep_originals` is False only
    while the originals themselves are being loaded again.
    """
    connection = connect(path, read_only=read_only, patience=patience)
    try:
        if not read_only:
            migrate(connection, migrations)
            follow_contracts(connection, contracts)
        elif not (is_migrated(connection, migrations) and up_to_date(connection, contracts)):
            connection.close()
            with open_warehouse(path, contracts, patience=patience, migrations=migrations) as warehouse:
                warehouse.checkpoint()
            connection = connect(path, read_only=True, patience=patience)
        yield Warehouse(path, connection, contracts, who or current_user(), keep_originals)
    finally:
        connection.close()
