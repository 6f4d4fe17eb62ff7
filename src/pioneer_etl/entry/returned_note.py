"""退回说明: the note that goes along with a township's returned workbooks, in words for its clerk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.unchanging import unchanging

if TYPE_CHECKING:
    from pioneer_etl.report.chase import Reason

_SEAL = "pioneer-etl note"
_LONGEST = 100_000  # bytes


@unchanging
class Sheetful:
    """One workbook that goes back: what it was called, what it is called now, and what to say of it.

    `counts` are findings by severity; `reasons` the first of each kind in words.
    """

    file: str
    returned: str
    counts: Mapping[str, int]
    reasons: tuple[Reason, ...]
    from_format: str = ""
    lost: Mapping[str, int] | None = None
    report_only: bool = False


def lost_words(lost: Mapping[str, int], language: Language) -> str:
    """图片2、批注… : what was not kept, counted."""
    said = [message(f"return.lost.{name}", {"count": count}, language) for name, count in lost.items()]
    return ("、" if language == "zh" else ", ").join(said)


def cover_note(township: str, county: str, day: date, workbooks: Sequence[Sheetful], language: Language = "zh") -> str:
    """The note as plain text, ready to be sent; its last line is a seal, by which it is known when it comes back."""
    text = "\n".join(_lines(township, county, day, workbooks, language)) + "\n"
    return f"{text}\n{_seal(text)}\n"


def is_cover_note(data: bytes) -> bool:
    """Whether bytes are a note of ours to which nobody has added a word."""
    if len(data) > _LONGEST or _SEAL.encode() not in data[-200:]:
        return False
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    before, _, seal = text.rstrip("\n").rpartition("\n")
    return seal == _seal(before.rstrip("\n") + "\n")


def _seal(text: str) -> str:
    return f"{_SEAL} {hashlib.sha256(text.strip().encode()).hexdigest()[:16]}"


def _lines(township: str, county: str, day: date, workbooks: Sequence[Sheetful], language: Language) -> Iterator[str]:
    from pioneer_etl.report.chase import Reason, told
    from pioneer_etl.report.words import date_words

    def say(name: str, **arguments: object) -> str:
        return message(f"return.note.{name}", arguments, language)

    zh = language == "zh"
    indent = "　　" if zh else "    "
    yield (indent * 6 if zh else indent * 3) + say("title")
    yield ""
    yield f"{township}：" if zh else f"{township},"
    yield (indent if zh else "") + say("opening", count=len(workbooks))
    for number, each in enumerate(workbooks, 1):
        yield ""
        errors, warnings = each.counts.get("error", 0), each.counts.get("warning", 0)
        yield f"{indent}{number}. " + say("file", returned=each.returned, errors=errors, warnings=warnings)
        if each.report_only:
            yield indent * 2 + say("report_only", file=each.file)
        elif each.from_format:
            yield indent * 2 + say("converted", file=each.file, format=each.from_format)
        if each.lost:
            yield indent * 2 + say("lost", file=each.file, lost=lost_words(each.lost, language))
        unnamed = tuple(Reason("", one.text) for one in each.reasons)
        yield from (f"{indent}{indent}{line}" for line in told(unnamed, language))
    yield ""
    for name in ("how", "answer", "back"):
        yield (indent if zh else "") + say(name)
    yield ""
    yield (indent * 10) + county
    yield (indent * 10) + date_words(day, language)
