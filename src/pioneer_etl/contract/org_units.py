"""The county's list of places: `warehouse/org_units.csv`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.model import OrgUnit
from pioneer_etl.contract.places import LEVELS, Places

_SPAN: Final = ("valid_from", "valid_to")
COLUMNS: Final = ("code", "name", "level", "parent", "aliases", *_SPAN, "attributes", "former_names", "successor")
_FORMER: Final = re.compile(r"(.+?)\s*@\s*(\S+)")


def load_places(path: Path) -> Places:
    """The places of org_units.csv (UTF-8).

    Columns: code, name, level, parent, aliases (separated by ;), valid_from, valid_to, attributes (k=v; …),
    former_names (name@last day; …), successor (codes separated by ;).
    ConfigurationError names file and line.
    """
    name = str(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(csv.reader(file), name))
    except OSError as error:
        raise ConfigurationError("config.unreadable", Location(file=name), reason=error.strerror or "") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("config.encoding", Location(file=name)) from error
    lines: dict[str, int] = {}
    levels = {unit.code: unit.level for _, unit in rows}
    for line, unit in rows:
        if unit.code in lines:
            raise ConfigurationError(
                "places.duplicate_code", Location(name, line=line), found=unit.code, first=lines[unit.code]
            )
        lines[unit.code] = line
        if unit.parent is not None and unit.parent not in levels:
            raise ConfigurationError(
                "places.unknown_parent", Location(name, line=line), name=unit.name, found=unit.parent
            )
        if unit.parent is not None and LEVELS.index(levels[unit.parent]) >= LEVELS.index(unit.level):
            raise ConfigurationError("places.bad_level", Location(name, line=line), name=unit.name, found=unit.level)
        for code in unit.successors:
            if levels.get(code) != unit.level or code == unit.code or unit.valid_to is None:
                raise ConfigurationError(
                    "places.bad_successor", Location(name, line=line), name=unit.name, found=code, level=unit.level
                )
    return Places(unit for _, unit in rows)


def _rows(reader: Iterable[list[str]], file: str) -> Iterator[tuple[int, OrgUnit]]:
    columns: list[str] = []
    line = 0
    for row in reader:
        line = getattr(reader, "line_num", line + 1)
        if not any(cell.strip() for cell in row):
            continue
        if not columns:
            columns = [cell.strip().casefold() for cell in row]
            for needed in COLUMNS[:4]:
                if needed not in columns:
                    found = ", ".join(columns)
                    raise ConfigurationError(
                        "places.missing_column", Location(file, line=line), expected=needed, found=found
                    )
            continue
        cells = {key: cell.strip() for key, cell in zip(columns, row, strict=False)}
        yield line, _unit(cells, file, line)


def _unit(cells: Mapping[str, str], file: str, line: int) -> OrgUnit:
    code, name, level = cells.get("code", ""), cells.get("name", ""), cells.get("level", "")
    if not code.isdigit() or not name:
        raise ConfigurationError(
            "places.bad_row",
            Location(file, line=line),
            reason_zh="code 应为数字，name 不能空",
            reason_en="code must be digits, name must be there",
        )
    if level not in LEVELS:
        raise ConfigurationError("places.bad_level", Location(file, line=line), name=name, found=level)
    said = cells.get("attributes")
    attributes = dict(part.split("=", 1) for part in said.split(";") if "=" in part) if said else {}
    return OrgUnit(
        code=code,
        name=name,
        level=level,
        parent=cells.get("parent") or None,
        aliases=_several(cells, "aliases"),
        valid_from=_day(cells, "valid_from", name, file, line),
        valid_to=_day(cells, "valid_to", name, file, line),
        attributes={key.strip(): value.strip() for key, value in attributes.items()},
        former_names=tuple(_former(text, name, file, line) for text in _several(cells, "former_names")),
        successors=_several(cells, "successor"),
    )


def _several(cells: Mapping[str, str], column: str) -> tuple[str, ...]:
    text = cells.get(column)
    if not text:
        return ()
    return tuple(one for part in text.replace("；", ";").split(";") if (one := part.strip()))


def _former(text: str, name: str, file: str, line: int) -> tuple[str, date]:
    """旧名@2003-12-31: a name and its last day."""
    match = _FORMER.fullmatch(text)
    day = _day({"former_names": match[2] if match else text}, "former_names", name, file, line)
    if match is None or day is None:
        raise ConfigurationError(
            "places.bad_date", Location(file, line=line), name=name, field="former_names", found=text
        )
    return match[1], day


def _day(cells: Mapping[str, str], field: str, name: str, file: str, line: int) -> date | None:
    text = cells.get(field, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(
            "places.bad_date", Location(file, line=line), name=name, field=field, found=text
        ) from error
