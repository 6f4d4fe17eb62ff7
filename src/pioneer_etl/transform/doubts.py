"""Doubts about cells as findings: one for all cells of a field that say the same, personal data masked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pioneer_etl.contract.address import Position, runs
from pioneer_etl.contract.dataset import PERSONAL_TYPES
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.masking import mask
from pioneer_etl.contract.model import Field
from pioneer_etl.transform.reading import Doubt

# An ID or a telephone number may have slipped into any column.
_LONG_NUMBER = re.compile(r"(?<!\d)(?:1\d{10}|\d{14,17}[\dXx])(?!\d)")


def _hidden(match: re.Match[str]) -> str:
    return match.group(0)[:3] + "*" * (len(match.group(0)) - 3)


def personal_class(field: Field) -> str | None:
    """A field's class of personal data; names, IDs and telephones have one whatever their contract says."""
    return field.personal or PERSONAL_TYPES.get(field.type)


def doubt_findings(sheet: str, field: Field, doubts: Iterable[tuple[Position, Doubt]]) -> list[Finding]:
    """The findings for one field of one sheet, each with all its cells."""
    personal = personal_class(field)
    grouped: dict[tuple[str, tuple[tuple[str, str], ...]], list[Position]] = {}
    for position, doubt in doubts:
        words = {
            key: _LONG_NUMBER.sub(_hidden, mask(text, personal)) if key in ("found", "proposal", "words") else text
            for key, text in doubt.arguments.items()
        }
        grouped.setdefault((doubt.code, tuple(sorted(words.items()))), []).append(position)
    findings = []
    for (code, pairs), positions in grouped.items():
        shown: dict[str, Any] = dict(pairs)
        shown |= {"field": field.label.zh, "field_en": field.label.en, "count": len(positions)}
        findings.append(finding(code, sheet=sheet, cells=tuple(addresses(positions)), **shown))
    return findings


def addresses(positions: Iterable[Position]) -> list[str]:
    """A1 addresses in order, runs down a column as ranges."""
    return runs([each.a1 for each in sorted(set(positions), key=lambda each: (each.column, each.row))])
