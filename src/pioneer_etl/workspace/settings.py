"""The settings of a workspace: `pioneer.toml`, every one with a default."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.toml import Section, read_toml
from pioneer_etl.workbook.limits import Limits

NAME = "pioneer.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a county sets.

    `county_code` and `county_name` say whose workspace it is, to people; its units stand in `org_units.csv`.
    `period` is used where neither a file nor the command line tells the period (empty: ask).
    `workers` is how many processes read files side by side (0: as many as there are cores).
    """

    county_code: str = ""
    county_name: str = ""
    period: str = ""
    workers: int = 0
    limits: Limits = field(default_factory=Limits)


def load_settings(root: Path) -> Settings:
    """The settings of the workspace at `root`; ConfigurationError names file, line and key."""
    path = root / NAME
    if not path.is_file():
        raise ConfigurationError("workspace.none", Location(file=str(root)))
    top = read_toml(path)
    county, ingest, limits = (top.optional_section(each) for each in ("county", "ingest", "limits"))
    settings = Settings(
        county_code=county.text("code", "") if county else "",
        county_name=county.text("name", "") if county else "",
        period=ingest.text("period", "") if ingest else "",
        workers=(ingest.optional_integer("workers") or 0) if ingest else 0,
        limits=_limits(limits) if limits else Limits(),
    )
    for section in (top, county, ingest, limits):
        if section:
            section.close()
    return settings


def _limits(section: Section) -> Limits:
    """The limits that are set here; the others as they are without."""
    seconds = section.optional_number("seconds")
    whole = {each.name: section.optional_integer(each.name) for each in fields(Limits) if each.name != "seconds"}
    limits = replace(Limits(), **{name: number for name, number in whole.items() if number is not None})
    return limits if seconds is None else replace(limits, seconds=float(seconds))
