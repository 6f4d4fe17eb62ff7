"""Values that are words: codes, yes and no, ticks, places, IDs, telephones, names and plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.codes import resolve_code
from pioneer_etl.contract.model import CodeList, OrgUnit, Period
from pioneer_etl.contract.places import Places, name_on
from pioneer_etl.contract.text import CJK, normalise
from pioneer_etl.transform.model import FieldValue, ValueState
from pioneer_etl.transform.reading import BLANK, SURE, Doubt, Reading, converted, mark, shown, unreadable
from pioneer_etl.workbook.model import Scalar

TICKS: Final = frozenset("√ ✓ ✔ ☑ 🗸 v ● ■ ★ + 1 是 有".split())  # noqa: SIM905
NO_TICKS: Final = frozenset("× ✗ ✘ ☒ ☐ □ x 0 否".split())  # noqa: SIM905
_YES: Final = frozenset("是 有 对 已 y yes true t 1".split()) | (TICKS - {"+"})  # noqa: SIM905
_NO: Final = frozenset("否 没有 无 未 不是 n no false f 0".split()) | NO_TICKS  # noqa: SIM905
_DENIAL: Final = re.compile(r"^(?:没有|不|未|没|无)")
_ASKED: Final = re.compile(r"^(?:群众|村民|是否|有否|已否|有无|已经|已|有)+|(?:与否|否|度|情况)$")
_NUMBERED: Final = re.compile(r"(\d)[.、]?\s*(\D+)")
_DIGIT: Final = re.compile(r"\d")
_OPTION = re.compile(r"(?<![\d.])(\d{1,2})\s*[.、．:：\-]\s*([^\d\s.、．:：,，;；/()（）]+)")


def options(text: str) -> Mapping[str, str]:
    """The choices that a heading lists: "学习型支部（1.是 2.否）" gives {"1": "是", "2": "否"}; else {}."""
    found: dict[str, str] = dict(_OPTION.findall(text))
    return found if len(found) > 1 else {}


class TextReader:
    """Plain text; numbers and dates as a person would read them."""

    def read(self, raw: Scalar, number_format: str = "General") -> Reading:
        text = shown(raw)
        clean = " ".join(text.split()) if "\n" not in text else text.strip()
        if isinstance(raw, str):
            state = mark(raw)
            if state is not None:
                return FieldValue(None, state, text=raw), SURE
        return FieldValue(clean, ValueState.VALUE, text=text), SURE


class CodeReader:
    """A code of a list, in any spelling the list, the layout or the heading's own choices know."""

    def __init__(
        self, code_list: CodeList, spellings: Mapping[str, str] | None = None, choices: Mapping[str, str] | None = None
    ) -> None:
        self.code_list = code_list
        self.spellings = {normalise(key): value for key, value in (spellings or {}).items()}
        self.choices = choices or {}

    def read(self, raw: Scalar, number_format: str = "General") -> Reading:
        text = shown(raw)
        clean = normalise(text)
        word = self.spellings.get(clean)
        how = "按格式对照" if word is not None else None
        if word is None and self.choices:
            word = self.choices.get(clean.rstrip("."))
            how = "按表头选项" if word is not None else None
        code = resolve_code(self.code_list, word if word is not None else text)
        if code is not None:
            changed = clean not in (normalise(code.code), normalise(code.label.zh))
            how = (
                f"{how}：{text.strip()}→{code.label.zh}"
                if how
                else f"{text.strip()}→{code.label.zh}"
                if changed
                else None
            )
            return FieldValue(code.code, ValueState.VALUE, None, text, None, how), SURE
        state = mark(text)
        if state is not None:
            return FieldValue(None, state, text=text), SURE
        codes = self.code_list.codes
        words = {normalise(each): each for code in codes for each in (code.label.zh, code.label.en, *code.synonyms)}
        near = get_close_matches(clean, words, n=1, cutoff=0.5)
        known = "、".join(each.label.zh for each in codes[:12])
        return unreadable(
            text, "value.unknown_code", expected=known, proposal=words[near[0]] if near else "", words=word or text
        )


class BooleanReader:
    """Yes or no: 是/否, 有/无, √/×, 1/0, the numbers of a heading that says "1.是 2.否", and 满意/不满意.

    `statements` are what the field's own names say (`statements_of`).
    """

    def __init__(
        self,
        spellings: Mapping[str, str] | None = None,
        choices: Mapping[str, str] | None = None,
        statements: frozenset[str] = frozenset(),
    ) -> None:
        self.statements = statements
        self.spellings = {normalise(key): normalise(value) for key, value in (spellings or {}).items()}
        self.choices = {key: normalise(value) for key, value in (choices or {}).items()}

    def read(self, raw: Scalar, number_format: str = "General") -> Reading:
        if isinstance(raw, bool):
            return FieldValue(raw, ValueState.VALUE, text=shown(raw)), SURE
        text = shown(raw)
        clean = normalise(text)
        numbered = _NUMBERED.fullmatch(clean)
        word = self.spellings.get(clean) or self.choices.get(clean.rstrip("."))
        word = word or (numbered.group(2) if numbered else clean)
        how = f"{text.strip()}→{word}" if word != clean else None
        if word in _YES or word in _NO:
            return FieldValue(word in _YES, ValueState.VALUE, None, text, None, how), SURE
        state = mark(text)
        if state is not None:
            return FieldValue(None, state, text=text), SURE
        said = word.removeprefix("已")
        denied = _DENIAL.sub("", word, count=1)
        if said in self.statements or (denied != word and denied in self.statements):
            return FieldValue(said in self.statements, ValueState.VALUE, None, text, None, how), SURE
        return unreadable(text, "value.not_yes_or_no")


@lru_cache(maxsize=256)
def statements_of(names: tuple[str, ...]) -> frozenset[str]:
    """What the names of a field of yes or no state: 群众是否满意 and 满意与否 state 满意."""
    found = (_ASKED.sub("", normalise(text).rsplit("/", 1)[-1]) for text in names)
    return frozenset(text for text in found if len(text) >= 2)


def is_ticked(raw: Scalar | None, tick: str) -> bool | None:
    """Whether a cell of a column to tick is ticked; its own word counts as a tick; None when it says neither."""
    if isinstance(raw, bool):
        return raw
    clean = normalise(shown(raw))
    if clean in TICKS or clean == normalise(tick):
        return True
    if clean in NO_TICKS or mark(clean) is not None:
        return False
    return None


class PlaceReader:
    """A place under the submission's township, by its name, alias or code; never by likeness."""

    def __init__(self, places: Places, township: OrgUnit | None, period: Period | None) -> None:
        self.places = places
        self.township = township
        self.day = period.end if period else None

    def read(self, raw: Scalar, number_format: str = "General") -> Reading:
        text = shown(raw)
        found = self.places.resolve(text, within=self.township, on=self.day)
        if found.unit is not None:
            same = normalise(text) in (normalise(found.unit.name), found.unit.code)
            how = None if same else f"{text.strip()}→{found.unit.name}"
            doubts = SURE
            if found.how in ("renamed", "moved"):
                doubts = (Doubt(f"place.{found.how}", {"found": text.strip(), "unit": name_on(found.unit, self.day)}),)
            return FieldValue(found.unit.code, ValueState.VALUE, None, text, None, how), doubts
        state = mark(text)
        if state is not None:
            return FieldValue(None, state, text=text), SURE
        township = self.township.name if self.township else ""
        names = "、".join(self._name(unit) for unit in found.candidates)
        code = {"ambiguous": "place.ambiguous", "elsewhere": "place.elsewhere", "expired": "place.expired"}.get(
            found.how, "place.unknown" if names else "place.unknown_no_hint"
        )
        return unreadable(text, code, proposal=names, township=township)

    def _name(self, unit: OrgUnit) -> str:
        parent = self.places.unit(unit.parent) if unit.parent else None
        if parent is None or (self.township is not None and parent.code == self.township.code):
            return unit.name
        return f"{parent.name}{unit.name}"


_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_check_digit(first_17: str) -> str:
    """The eighteenth character of an ID number (GB 11643) from the first seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


_ID: Final = re.compile(r"\d{17}[\dX]")
_OLD_ID: Final = re.compile(r"\d{15}")
_ID_AS_NUMBER: Final = re.compile(r"\d(?:\.\d+)?E\+?17")
_ID_MARKS: Final = re.compile(r"[\s\-']")


class IdReader:
    """An ID number: 18 characters, or the old 15 digits, which are completed.

    A spreadsheet keeps 15 digits of a number, so 18 digits typed as a number have lost their last three.
    """

    def read(self, raw: Scalar, number_format: str = "General") -> Reading:
        text = shown(raw)
        clean = _ID_MARKS.sub("", normalise(text)).upper()
        if not isinstance(raw, str) and isinstance(raw, int | float) and abs(raw) >= 1e15:
            return _digits_lost(text)
        if _ID_AS_NUMBER.fullmatch(clean):
            return _digits_lost(text)
        if _ID.fullmatch(clean):
            if clean.endswith("000") and id_check_digit(clean[:17]) != "0":
                return _digits_lost(text)
            how = None if clean == text else "去掉空格等"
            return FieldValue(clean, ValueState.VALUE, None, text, None, how), SURE
        if _OLD_ID.fullmatch(clean):
            longer = clean[:6] + "19" + clean[6:]
            return FieldValue(
                longer + id_check_digit(longer), ValueState.VALUE, None, text, None, "15 位补为 18 位"
            ), SURE
        state = mark(text)
        if state is not None:
            return FieldValue(None, state, text=text), SURE
        return unreadable(text, "value.not_an_id", length=str(len(clean)))


def _digits_lost(text: str) -> Reading:
    """What is left of an ID number is not told: all cells of a column that a spreadsheet rounded are one finding."""
    return FieldValue(None, ValueState.UNREADABLE, text=text), (Doubt("value.id_digits_lost"),)


_PHONE: Final = re.compile(r"\+?\d{3,5}-?\d{5,8}(?:-\d{1,6})?|\d{5,12}")
_PHONE_MARKS: Final = re.compile(r"[\s()]")
_BETWEEN_PHONES: Final = re.compile(r"[、,;/\n]+|\s{2,}")


class PhoneReader:
    """Telephone numbers as text; one typed as a number keeps its digits, several are joined by 、."""

    def read(self, raw: Scalar, number_format: str = "General") -> Reading:
        text = shown(raw)
        if isinstance(raw, str) and mark(raw) is not None:
            return FieldValue(None, mark(raw) or ValueState.BLANK, text=raw), SURE
        parts = [part for part in _BETWEEN_PHONES.split(normalise(text)) if part]
        numbers = [_PHONE_MARKS.sub("", part) for part in parts]
        if not numbers or not all(_PHONE.fullmatch(each) for each in numbers):
            return unreadable(text, "value.not_a_phone")
        value = "、".join(numbers)
        return FieldValue(value, ValueState.VALUE, None, text, None, None if value == text else "去掉空格等"), SURE


_BETWEEN_NAMES: Final = re.compile(r"[、,，;；/\n]")
_INNER_BLANKS = re.compile(rf"(?<=[{CJK}])\s+(?=[{CJK}])")


class NameReader:
    """A person's name; blanks between its characters (张　三) go.  Two names in one cell are asked about."""

    def read(self, raw: Scalar, number_format: str = "General") -> Reading:
        text = shown(raw)
        if not isinstance(raw, str) or _DIGIT.search(text):
            return unreadable(text, "value.not_a_name")
        state = mark(raw)
        if state is not None:
            return FieldValue(None, state, text=raw), SURE
        if raw.isalpha():  # no blanks, nothing between names
            return FieldValue(raw, ValueState.VALUE, text=raw), SURE
        lines = [line.strip() for line in raw.strip().splitlines()]
        several = len(lines) > 1 and all(len(line) > 1 for line in lines)  # one character is the rest of a name
        clean = _INNER_BLANKS.sub("", "、".join(lines) if several else raw.strip())
        doubts = (Doubt("value.several_names"),) if _BETWEEN_NAMES.search(clean) else SURE
        return FieldValue(
            clean, ValueState.VALUE, None, raw, None, converted("去掉空格" if clean != raw else None)
        ), doubts


def ticked_value(ticks: list[tuple[bool | None, FieldValue]]) -> Reading:
    """One value from the columns to tick of one field: (ticked, the value that a tick there stands for)."""
    if any(ticked is None for ticked, _ in ticks):
        return unreadable("", "value.not_a_tick")
    chosen = [value for ticked, value in ticks if ticked]
    if not chosen:
        return BLANK, SURE
    if len(chosen) > 1:
        return unreadable("√", "value.several_ticks")
    return chosen[0], SURE
