"""One hash over everything of the plugins that decides how a file is read."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from pioneer_etl.contract.model import Check
from pioneer_etl.match.layout import Layout
from pioneer_etl.plugins.discovery import Candidate
from pioneer_etl.plugins.hookspecs import API_VERSION


def fingerprint(
    loaded: Sequence[tuple[Candidate, object]],
    layouts: Sequence[Layout],
    checks: Mapping[str, Sequence[Check]],
    datasets: Sequence[Path] = (),
) -> str:
    """A hash of the plugins in their order, their code, layouts, checks and datasets (with their code lists).

    The tool's own version is not in it.  A comment in a layout changes nothing; nor does where the workspace lies.
    """
    parts = [str(API_VERSION)]
    parts += [f"{each.name} {each.origin} {each.version} {_code(plugin)}" for each, plugin in loaded]
    unplaced = [dataclasses.replace(each, source=None) for each in layouts]
    parts += [_spelt(unplaced), _spelt(checks)]
    files = [file for path in datasets for file in (path, *sorted((path.parent / "codes").glob("*.toml")))]
    parts += [sha256(each.read_bytes()).hexdigest() for each in files if each.is_file()]
    return sha256("\n".join(parts).encode()).hexdigest()


def _code(plugin: object) -> str:
    """The hash of the file that a plugin's code stands in; empty when it has none."""
    file = getattr(plugin, "__file__", None)
    path = Path(file) if isinstance(file, str) else None
    return sha256(path.read_bytes()).hexdigest() if path is not None and path.is_file() else ""


def _spelt(value: object) -> str:
    """A value spelt the same way in every process: patterns by their text, mappings in their own order."""
    if isinstance(value, re.Pattern):
        return f"/{value.pattern}/{value.flags}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (f"{each.name}={_spelt(getattr(value, each.name))}" for each in dataclasses.fields(value))
        return f"{type(value).__name__}({', '.join(fields)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_spelt(key)}: {_spelt(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_spelt, value)) + "]"
    return repr(value)
