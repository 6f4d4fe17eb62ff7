"""One hash over everything of the plugins that decides how a file is read."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from pioneer_etl.contract.model import Check
from pioneer_etl.match.layout import Layout
from pioneer_etl.plugins.discovery import Candidate
from pioneer_etl.plugins.hookspecs import API_VERSION


@dataclasses.dataclass(frozen=True)
class Fingerprint:
    """The plugins in their order with their code, layouts, checks and datasets (with their code lists).

    The tool's own version is not in it.  A comment in a layout changes nothing; nor does where the workspace lies.
    `files` are hashes of what stands in files; spelling out the rest waits until somebody asks.
    """

    files: tuple[str, ...]
    layouts: Sequence[Layout]
    checks: Mapping[str, Sequence[Check]]

    @cached_property
    def digest(self) -> str:
        """The hash over all of it."""
        unplaced = [dataclasses.replace(each, source=None) for each in self.layouts]
        parts = (str(API_VERSION), *self.files, _spelt(unplaced), _spelt(self.checks))
        return sha256("\n".join(parts).encode()).hexdigest()


def fingerprint(
    loaded: Sequence[tuple[Candidate, object]],
    layouts: Sequence[Layout],
    checks: Mapping[str, Sequence[Check]],
    datasets: Sequence[Path] = (),
) -> Fingerprint:
    """The fingerprint of plugins that were loaded."""
    parts = [f"{each.name} {each.origin} {each.version} {_code(plugin)}" for each, plugin in loaded]
    files = [file for path in datasets for file in (path, *sorted((path.parent / "codes").glob("*.toml")))]
    parts += [sha256(each.read_bytes()).hexdigest() for each in files if each.is_file()]
    return Fingerprint(tuple(parts), layouts, checks)


def _code(plugin: object) -> str:
    """The hash of the file that a plugin's code stands in; empty when it has none."""
    file = getattr(plugin, "__file__", None)
    path = Path(file) if isinstance(file, str) else None
    return sha256(path.read_bytes()).hexdigest() if path is not None and path.is_file() else ""


def _spelt(value: object) -> str:
    """A value spelt the same way in every process: patterns by their text, mappings in their own order."""
    if value is None or isinstance(value, str | int):  # most are
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_spelt, value)) + "]"
    if isinstance(value, re.Pattern):
        return f"/{value.pattern}/{value.flags}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (f"{each.name}={_spelt(getattr(value, each.name))}" for each in dataclasses.fields(value))
        return f"{type(value).__name__}({', '.join(fields)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_spelt(key)}: {_spelt(item)}" for key, item in value.items()) + "}"
    return repr(value)
