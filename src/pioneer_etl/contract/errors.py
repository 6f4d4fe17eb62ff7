"""The one family of errors, each with a stable code whose words stand in the catalogue."""

from __future__ import annotations

from typing import Any

from pioneer_etl.contract.catalogue import Language, message, remedy
from pioneer_etl.contract.unchanging import unchanging


@unchanging
class Location:
    """Where something is: a file, and in it a sheet and cell, or a line and key."""

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    line: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.sheet is not None:
            place += f" [{self.sheet}]"
        if self.cell is not None:
            place += f" {self.cell}"
        if self.line is not None:
            place += f":{self.line}"
        if self.key is not None:
            place += f" {self.key}"
        return place.strip()


class PioneerError(Exception):
    """Anything the tool reports instead of a traceback.

    `code` is a key of the catalogue (`contract/messages/`), `arguments` fill its text; give what
    was expected and what was found among them.  Personal data must be masked by the raiser.
    """

    exit_code = 2

    def __init__(self, code: str, location: Location | None = None, **arguments: Any) -> None:
        self.code = code
        self.location = location or Location()
        self.arguments = {key: str(value) for key, value in arguments.items()}
        super().__init__(code, self.arguments)

    def message(self, language: Language = "zh") -> str:
        return message(self.code, self.arguments, language)

    def remedy(self, language: Language = "zh") -> str:
        return remedy(self.code, self.arguments, language)

    def __str__(self) -> str:
        place = str(self.location)
        return f"{place}: {self.message('en')}" if place else self.message("en")


class FileRefused(PioneerError):
    """A file that cannot be read safely or at all; the rest of the batch goes on."""

    exit_code = 1


class ConfigurationError(PioneerError):
    """A declaration (pioneer.toml, a dataset, a layout, a summary) that is wrong."""


class UsageError(PioneerError):
    """A command or call that asks for something that does not exist."""


class PluginError(PioneerError):
    """A plugin that failed; it is set aside, named, and the rest go on."""


class WarehouseHeld(PioneerError):
    """Another process has the warehouse open."""

    exit_code = 3


class WarehouseError(PioneerError):
    """The warehouse cannot be opened, migrated or written."""
