"""`pioneer` as a process."""

from __future__ import annotations

import sys

from pioneer_etl.cli.arguments import named_command
from pioneer_etl.pipeline import early_nursery


def run() -> None:
    """The command line, which takes a while to import: what an ingest needs besides is imported at the same time."""
    arguments = sys.argv[1:]
    nursery = early_nursery() if named_command(arguments) == "ingest" else None
    from pioneer_etl.cli.main import run

    run(arguments, nursery)
