"""催报: what each township still owes and why a form that came was not taken, in words for its clerk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pioneer_etl.contract.address import runs
from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.model import Dataset, Label
from pioneer_etl.contract.period import parse_period
from pioneer_etl.report.model import words
from pioneer_etl.report.words import date_words, period_words
from pioneer_etl.warehouse.queries import FindingRow, StatusRow

# Remedies that speak of the program are the county's to carry out, not the clerk's.
_FOR_THE_COUNTY = re.compile(r"pioneer|layout|plugin|\.toml|\.csv|--|\[limits\]")
# Remedies are told to the county; the note tells them to the sender.
_ADDRESSED = {"请报送单位": "请", "Ask the sender to ": "Please ", "Ask the sender for ": "Please send "}
_TO_THE_SENDER = re.compile("|".join(_ADDRESSED))
_MOST = 5  # reasons of one kind that are told one by one
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was not taken: `file` it came in, what is wrong and what to do."""

    file: str
    text: Label


@dataclass(frozen=True, slots=True)
class Owing:
    """One form that is still owed: `state` is missing, late, quarantined or returned; the last two have reasons."""

    dataset: str
    title: Label
    period: str
    state: str
    due: date | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class ChaseNote:
    """What one township is told; `unread` are files, its own by their names, that nothing could be made of."""

    code: str
    township: str
    county: str
    day: date
    owing: tuple[Owing, ...]
    unread: tuple[Reason, ...] = ()

    def text(self, language: Language = "zh") -> str:
        """The note as plain text, ready to be sent."""
        return "\n".join(_lines(self, language)) + "\n"

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "township_code": self.code,
            "township": self.township,
            "owing": [
                {
                    "dataset": each.dataset,
                    "title": words(each.title, language),
                    "period": each.period,
                    "state": each.state,
                    "due": each.due.isoformat() if each.due else None,
                    "reasons": [{"file": one.file, "text": words(one.text, language)} for one in each.reasons],
                }
                for each in self.owing
            ],
            "unread": [{"file": one.file, "text": words(one.text, language)} for one in self.unread],
            "text": self.text(language),
        }


def chase_notes(
    status: Sequence[StatusRow],
    findings: Iterable[FindingRow],
    returned: Mapping[int, str],
    unread: Mapping[str, Sequence[FindingRow]],
    datasets: Mapping[str, Dataset],
    county: str,
    day: date,
) -> tuple[ChaseNote, ...]:
    """A note for every township that owes something, in the order of the codes.

    `findings` are the open ones; `returned` says why, by submission; `unread` are those of files that gave no form, by
    the code of the township that their names name.
    """
    blocking: dict[int, list[FindingRow]] = {}
    for each in findings:
        if each.finding.quarantines and each.submission_id is not None:
            blocking.setdefault(each.submission_id, []).append(each)
    names = {each.township_code: each.township for each in status}
    owing: dict[str, list[Owing]] = {code: [] for code in sorted(names)}
    for row in status:
        if row.status not in ("missing", "late", "quarantined", "returned") or row.dataset not in datasets:
            continue
        reasons: tuple[Reason, ...] = ()
        if row.status == "quarantined":
            reasons = reasons_in_words(blocking.get(row.submission_id or -1, ()))
        elif row.status == "returned" and (why := returned.get(row.submission_id or -1)):
            said = [message("chase.reason", {"why": why}, language) for language in ("zh", "en")]
            reasons = (Reason("", Label(*said)),)
        title = datasets[row.dataset].title
        owing[row.township_code].append(Owing(row.dataset, title, row.period, row.status, row.due, reasons))
    return tuple(
        ChaseNote(code, names[code], county, day, tuple(forms), reasons_in_words(unread.get(code, ())))
        for code, forms in owing.items()
        if forms or unread.get(code)
    )


def reasons_in_words(findings: Sequence[FindingRow]) -> tuple[Reason, ...]:
    """The findings in words, a few of each kind in a file, and how many more there are."""
    told: list[Reason] = []
    kinds: dict[tuple[str, str], list[FindingRow]] = {}
    for each in findings:
        kinds.setdefault((each.file, each.finding.code), []).append(each)
    for (file, _), alike in kinds.items():
        told += [Reason(file, _in_words(each)) for each in alike[:_MOST]]
        if len(alike) > _MOST:
            more = [message("chase.more", {"count": len(alike) - _MOST}, language) for language in ("zh", "en")]
            told.append(Reason(file, Label(*more)))
    return tuple(told)


def _in_words(row: FindingRow) -> Label:
    said = row.finding
    texts = []
    languages: tuple[Language, Language] = ("zh", "en")
    for language in languages:
        place = ""
        if said.sheet:
            cells = " ".join(runs(said.cells)[:3])
            place = message("chase.place", {"sheet": said.sheet, "cells": cells}, language).replace(" : ", ": ")
        remedy = remedy_for_sender(said, language)
        text = said.message(language).rstrip()
        if remedy and text[-1:] not in ("。", "！", "？", ".", "!", "?"):
            text += "。" if language == "zh" else "."
        texts.append(f"{place}{text}{' ' if language == 'en' and remedy else ''}{remedy}".strip())
    return Label(texts[0], texts[1])


def remedy_for_sender(said: Finding, language: Language) -> str:
    """What the sender can do about a finding: of several sentences those that a clerk can follow."""
    remedy = said.remedy(language)
    if _FOR_THE_COUNTY.search(said.remedy("en")) or _FOR_THE_COUNTY.search(said.remedy("zh")):
        parts = re.split(r"[；;]|(?<=\.) ", remedy)
        kept = [each.strip() for each in parts if each.strip() and not _FOR_THE_COUNTY.search(each)]
        remedy = ("；" if language == "zh" else "; ").join(kept)
    return _TO_THE_SENDER.sub(lambda found: _ADDRESSED[found[0]], remedy)


def _lines(note: ChaseNote, language: Language) -> Iterable[str]:
    def say(code: str, **arguments: object) -> str:
        return message(code, arguments, language)

    zh = language == "zh"
    indent = "　　" if zh else "    "
    yield ("　" * 12 if zh else " " * 12) + say("chase.title")
    yield ""
    yield f"{note.township}：" if zh else f"{note.township},"
    opening = "chase.opening" if note.owing else "chase.opening_files"
    yield indent * zh + say(opening, day=date_words(note.day, language))
    parts = [
        (heading, [each for each in note.owing if each.state in states])
        for heading, states in (
            ("chase.missing", ("missing", "late")),
            ("chase.quarantined", ("quarantined",)),
            ("chase.returned", ("returned",)),
        )
    ]
    number = 0
    for heading, forms in parts:
        if not forms:
            continue
        number += 1
        yield ""
        yield f"{_NUMERALS[number - 1]}、{say(heading)}" if zh else f"{number}. {say(heading)}"
        for count, form in enumerate(forms, 1):
            yield f"{indent}{count}. {_form(form, note.day, language)}"
            yield from (f"{indent}{indent}{each}" for each in told(form.reasons, language))
    if note.unread:
        number += 1
        yield ""
        yield f"{_NUMERALS[number - 1]}、{say('chase.unread')}" if zh else f"{number}. {say('chase.unread')}"
        yield from (f"{indent}{each}" for each in told(note.unread, language))
    yield ""
    yield indent * zh + say("chase.closing")
    yield ""
    yield ("　" * 20 if zh else " " * 40) + note.county
    yield ("　" * 20 if zh else " " * 40) + date_words(note.day, language)


def _form(form: Owing, day: date, language: Language) -> str:
    period = parse_period(form.period)
    when = period_words(period, language) if period is not None else form.period
    text = message("chase.form", {"dataset": words(form.title, language), "period": when}, language)
    if form.due is None:
        return text
    code = "chase.overdue" if form.due < day else "chase.due"
    comma = "，" if language == "zh" else ", "
    return text + comma + message(code, {"due": date_words(form.due, language)}, language)


def told(reasons: Sequence[Reason], language: Language) -> Iterable[str]:
    """Reasons under the file that they are about, numbered where there are several."""
    last = ""
    for number, each in enumerate(reasons, 1):
        if each.file and each.file != last:
            yield message("chase.file", {"file": each.file}, language)
            last = each.file
        text = words(each.text, language)
        mark = f"（{number}）" if language == "zh" else f"({number}) "
        yield mark + text if len(reasons) > 1 else text
