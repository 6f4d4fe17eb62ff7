"""A workspace as a folder: its declarations and plugins, its database, and the names that a user may say."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.version import VERSION
from pioneer_etl.workspace.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.contract.model import Dataset, OrgUnit, Period
    from pioneer_etl.pipeline import Kit
    from pioneer_etl.plugins.manager import Plugins
    from pioneer_etl.workbook.nursery import Nursery


DATABASE = Path("warehouse", "pioneer.duckdb")


@dataclass(frozen=True)
class Folder:
    """A folder that an analyst owns.  Nothing is read before it is needed; every connection is short.

    `disabled` names plugins that are switched off; `nursery` is a process that reading may begin with.
    """

    root: Path
    settings: Settings
    disabled: tuple[str, ...] = ()
    nursery: Nursery | None = field(default=None, compare=False, repr=False)

    @property
    def database(self) -> Path:
        return self.root / DATABASE

    @property
    def workers(self) -> int:
        return self.settings.workers or os.cpu_count() or 1

    @cached_property
    def kit(self) -> Kit:
        """Contracts, plugins and limits."""
        from pioneer_etl.pipeline import make_kit

        return make_kit(self.root, self.disabled, self.settings.limits)

    @property
    def contracts(self) -> Contracts:
        return self.kit.contracts

    @property
    def plugins(self) -> Plugins:
        return self.kit.plugins

    @cached_property
    def reading_key(self) -> str:
        """Changes whenever a file might be read otherwise than before: contracts, plugins, the program itself."""

        digest = hashlib.sha256(f"{VERSION}|{self.plugins.fingerprint}|{','.join(self.disabled)}".encode())
        folder = self.root / "warehouse"
        declared = [folder / "org_units.csv", *folder.glob("datasets/*.toml"), *folder.glob("codes/*.toml")]
        for path in sorted(each for each in declared if each.is_file()):
            digest.update(path.name.encode() + path.read_bytes())
        # Of expected.toml only what is open changes how a file is read: due dates may be moved freely.
        digest.update("|".join(each.text for each in self.contracts.expected.open).encode())
        return digest.hexdigest()[:32]

    def period(self, text: str) -> Period:
        """The period that a text names; UsageError when it names none."""
        from pioneer_etl.contract.period import parse_period

        found = parse_period(text)
        if found is None:
            raise UsageError("workspace.no_period", found=text)
        return found

    def township(self, text: str) -> OrgUnit:
        """The township that a name, alias or code names; UsageError with suggestions when none does."""
        places = self.contracts.places
        unit = places.unit(text)
        if unit is not None:
            return unit
        match = places.resolve(text, level="township")
        if match.unit is None:
            raise UsageError(
                "workspace.no_township", found=text, expected="、".join(each.name for each in match.candidates)
            )
        return match.unit

    def _dataset(self, name: str) -> Dataset:
        contract = self.contracts.datasets.get(name)
        if contract is None:
            raise UsageError("workspace.no_dataset", found=name, expected=", ".join(self.contracts.datasets))
        return contract

    def plugin_label(self, layout: str) -> str:
        """ "name version" of the plugin that a layout came from."""
        info = self.plugins.plugin_of(layout)
        return f"{info.name} {info.version}".strip() if info is not None else layout

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A short read-only connection to the warehouse."""
        from pioneer_etl.warehouse.store import open_warehouse

        self._require_loaded()
        with open_warehouse(self.database, self.contracts, read_only=True) as warehouse:
            yield warehouse.connection

    @contextmanager
    def _writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A short connection that may write."""
        from pioneer_etl.warehouse.store import open_warehouse

        self._require_loaded()
        with open_warehouse(self.database, self.contracts) as warehouse:
            yield warehouse.connection

    def _period_or_latest(self, connection: duckdb.DuckDBPyConnection, text: str | None) -> Period:
        from pioneer_etl.warehouse.queries import periods

        if text is not None:
            return self.period(text)
        reported = [self.period(each) for each in periods(connection)]
        if not reported:
            raise UsageError("workspace.nothing_loaded")
        return max(reported, key=lambda each: (each.end, -each.start.toordinal()))

    def _require_loaded(self) -> None:
        if not self.database.is_file():
            raise UsageError("workspace.nothing_loaded")
