"""What plugins are told of as it happens, and how they are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from pioneer_etl.contract.unchanging import unchanging

KINDS: Final = ("file", "ingest", "summaries")


@unchanging
class Event:
    """Something that has happened.

    `kind` and what `details` then hold:

    - "file": a file is done with: file, sha256, status (loaded, unchanged, quarantined, refused), submissions
      (dataset, township, period and revision of each).
    - "ingest": all files are: files (how many), loaded, unchanged, quarantined, refused.
    - "summaries": summary tables were written: names, period, paths.

    No detail holds what a cell says.
    """

    kind: str
    details: Mapping[str, object] = field(default_factory=dict)
