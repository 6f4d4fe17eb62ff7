"""The county's own blank forms, which stand in `templates/xlsx/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pioneer_etl.match.layout import Layout
from pioneer_etl.match.layout_read import load_layouts
from pioneer_etl.plugins.hookspecs import hookimpl


@hookimpl
def register_layouts() -> Sequence[Layout]:
    return [replace(layout, shipped=True) for layout in load_layouts(Path(__file__).with_name("layout.toml"))]
