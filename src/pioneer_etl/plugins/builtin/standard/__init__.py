"""The county's own blank forms, which stand in `templates/xlsx/`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pioneer_etl.plugins.hookspecs import hookimpl


@hookimpl
def register_layouts() -> Sequence[Path]:
    return [Path(__file__).with_name("layout.toml")]
