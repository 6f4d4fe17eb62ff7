"""The settings of a workspace: `pioneer.toml`, every one with a default."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.workbook.limits import Limits

NAME = "pioneer.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a county sets.

    `period` is used where neither a file nor the command line tells the period (empty: ask).
    `workers` is how many processes read files side by side (0: as many as there are cores).
    """

    county_code: str = ""
    county_name: str = ""
    period: str = ""
    workers: int = 0
    limits: Limits = field(default_factory=Limits)


_KEYS = {"county": {"code", "name"}, "ingest": {"period", "workers"}, "limits": {each.name for each in fields(Limits)}}


def load_settings(root: Path) -> Settings:
    """The settings of the workspace at `root`; ConfigurationError names file, line and key."""
    path = root / NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except FileNotFoundError as error:
        raise ConfigurationError("workspace.none", Location(file=str(root))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError("workspace.unreadable", Location(file=str(path)), reason=error) from error
    for section, values in data.items():
        _known(path, text, section, _KEYS, section)
        if not isinstance(values, Mapping):
            raise _wrong(path, text, section, "[section]", values)
        for key in values:
            _known(path, text, key, _KEYS[section], f"{section}.{key}")
    county, ingest = data.get("county", {}), data.get("ingest", {})
    return Settings(
        county_code=_typed(path, text, county, "code", str, ""),
        county_name=_typed(path, text, county, "name", str, ""),
        period=_typed(path, text, ingest, "period", str, ""),
        workers=_typed(path, text, ingest, "workers", int, 0),
        limits=_limits(path, text, data.get("limits", {})),
    )


def _limits(path: Path, text: str, values: Mapping[str, Any]) -> Limits:
    limits = Limits()
    for key in values:
        default = getattr(limits, key)
        kinds = (int, float) if isinstance(default, float) else type(default)
        limits = replace(limits, **{key: _typed(path, text, values, key, kinds, default)})
    return limits


def _typed(path: Path, text: str, values: Mapping[str, Any], key: str, kind: Any, default: Any) -> Any:
    value = values.get(key, default)
    if not isinstance(value, kind) or isinstance(value, bool):
        name = kind.__name__ if isinstance(kind, type) else "number"
        raise _wrong(path, text, key, name, value)
    return value


def _known(path: Path, text: str, key: str, known: Any, full: str) -> None:
    if key not in known:
        close = difflib.get_close_matches(key, list(known), n=1)
        raise ConfigurationError(
            "workspace.unknown_key",
            Location(file=str(path), line=_line(text, key), key=full),
            found=key,
            expected=close[0] if close else ", ".join(sorted(known)),
        )


def _wrong(path: Path, text: str, key: str, expected: str, found: Any) -> ConfigurationError:
    return ConfigurationError(
        "workspace.wrong_type",
        Location(file=str(path), line=_line(text, key), key=key),
        expected=expected,
        found=repr(found),
    )


def _line(text: str, key: str) -> int | None:
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip(" [").startswith(key):
            return number
    return None
