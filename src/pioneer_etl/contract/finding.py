"""A finding: something a stage could not do or a check that failed, with its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from pioneer_etl.contract.catalogue import Language, catalogue, message, remedy
from pioneer_etl.contract.model import Label
from pioneer_etl.contract.unchanging import unchanging


class Severity(StrEnum):
    """error: cannot be accepted; warning: must be explained; note: good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@unchanging
class Elsewhere:
    """Where another form says what a finding holds its own form against.

    `submission_id` is that form's number in the warehouse, `title` what it is called.
    """

    submission_id: int
    title: Label
    file: str
    sheet: str
    cells: tuple[str, ...]


@unchanging
class Finding:
    """One finding at one place; one between forms has its other places in `elsewhere`.

    `cells` are A1 addresses or ranges on `sheet`, the first being where to look.  `arguments` fill
    the catalogue's text and carry no unmasked personal data.  A declared check brings its own words
    as the arguments `zh` and `en` of the catalogue's entry `check.failed`.
    """

    code: str
    severity: Severity
    sheet: str | None = None
    cells: tuple[str, ...] = ()
    arguments: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None
    rule: str | None = None
    expected: str | None = None
    found: str | None = None
    quarantines: bool = False
    elsewhere: tuple[Elsewhere, ...] = ()

    def message(self, language: Language = "zh") -> str:
        return message(self.code, self.arguments, language)

    def remedy(self, language: Language = "zh") -> str:
        return remedy(self.code, self.arguments, language)


def finding(
    code: str,
    *,
    sheet: str | None = None,
    cells: tuple[str, ...] | str = (),
    file: str | None = None,
    rule: str | None = None,
    expected: object = None,
    found: object = None,
    severity: Severity | None = None,
    **arguments: Any,
) -> Finding:
    """A finding whose severity and consequence come from the catalogue's entry for `code`."""
    entry = catalogue()[code]
    words = {key: str(value) for key, value in arguments.items()}
    if expected is not None:
        words.setdefault("expected", str(expected))
    if found is not None:
        words.setdefault("found", str(found))
    return Finding(
        code=code,
        severity=severity or Severity(entry.severity),
        sheet=sheet,
        cells=(cells,) if isinstance(cells, str) else tuple(cells),
        arguments=words,
        file=file,
        rule=rule,
        expected=None if expected is None else str(expected),
        found=None if found is None else str(found),
        quarantines=entry.quarantines,
    )
