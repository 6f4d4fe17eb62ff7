"""One hash over everything of the plugins that decides how a file is read."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from pioneer_etl.contract.model import Check
from pioneer_etl.contract.unchanging import values_of
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
    """A value spelt the same way in every process: dataclasses by their fields, mappings in their own order."""
    return json.dumps(value, ensure_ascii=False, default=_parts)


def _parts(value: object) -> object:
    """What a value that JSON does not know consists of: patterns have their text, whatever is no dataclass its repr."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, *_fields(type(value))(value)]
    if isinstance(value, re.Pattern):
        return ["/", value.pattern, value.flags]
    return dict(value) if isinstance(value, Mapping) else repr(value)


@cache
def _fields(kind: type) -> Callable[[object], Sequence[object]]:
    """The values of a dataclass's fields, in order."""
    return values_of([each.name for each in dataclasses.fields(kind)])
