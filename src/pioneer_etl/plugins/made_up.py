"""Real people's data in a sample replaced by made-up data of the same shape, the same for the same person.

Names are drawn from a list in the order in which they are met, so that nothing leads back to whom they
stand for.  An ID number keeps its area, its year and month of birth and the sex that it tells, so that whatever
agreed with it still does; one whose check digit was wrong stays wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import FieldType
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.around import look_around
from pioneer_etl.match.facts import read_facts
from pioneer_etl.plugins.proposal import ProposedForm, Source, State
from pioneer_etl.table.model import Role, SheetReading
from pioneer_etl.transform.words import id_check_digit
from pioneer_etl.workbook.model import Scalar, Sheet

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖"
    "石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔"
)
_GIVEN: Final = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_NAME: Final = re.compile(r"[\u4e00-\u9fff](?:[\u4e00-\u9fff·]|\s+(?=[\u4e00-\u9fff])){1,5}")
_SEPARATORS: Final = re.compile(r"([、,，;；/\n]+)")
_ID: Final = re.compile(r"(?<!\d)(\d{6})((?:19|20)\d{2})(\d{2})(\d{2})(\d{3})([\dXx])(?!\d)")
_OLD_ID: Final = re.compile(r"(?<!\d)(\d{6})(\d{2})(\d{2})(\d{2})(\d{3})(?!\d)")
_PHONE: Final = re.compile(r"(?<![\d.,])(?:1[3-9]\d{9}|0\d{2,3}[-\s]?[2-8]\d{6,7})(?![\d.,])")
_ANY_PHONE: Final = re.compile(r"(?<![\d.,])(?:1[3-9]\d{9}|(?:0\d{2,3}[-\s]?)?[2-8]\d{6,7})(?![\d.,])")
_PEOPLE_HEADS: Final = re.compile(
    r"姓名|名字|户主|联系人|负责人|经办人|填表人|制表人|审核人|书记|主任|村长|会计|法人代表|驻村干部|帮扶干部|推荐人"
)
_PHONE_HEADS: Final = re.compile(r"电话|手机|联系方式|传真")


@dataclass(slots=True)
class MadeUp:
    """Whom the real people became.  `known` are words that are no names (codes, places)."""

    known: frozenset[str]
    names: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def name(self, text: str) -> str:
        """Made-up names for the names in a cell; what is no name stays."""
        parts = _SEPARATORS.split(text)
        return "".join(part if place % 2 else self._one_name(part) for place, part in enumerate(parts))

    def _one_name(self, text: str) -> str:
        bare = re.sub(r"\s", "", text)
        if not self.is_name(text):
            return text
        if bare not in self.names:
            self.names[bare] = self._next(len(bare))
        made = iter(self.names[bare])
        return "".join(each if each.isspace() else next(made) for each in text)

    def is_name(self, text: str) -> bool:
        clean = text.strip()
        return _NAME.fullmatch(clean) is not None and normalise(clean) not in self.known

    def _next(self, length: int) -> str:
        number = len(self.names)
        taken = set(self.names) | set(self.names.values())
        while True:
            rest, surname = divmod(number, len(_SURNAMES))
            given = "".join(
                _GIVEN[(rest // len(_GIVEN) ** place + number) % len(_GIVEN)] for place in range(length - 1)
            )
            name = _SURNAMES[surname] + given
            if name not in taken:
                return name
            number += 1

    def id_number(self, text: str) -> str:
        """Made-up ID numbers for those in a text."""
        return _OLD_ID.sub(self._old_id, _ID.sub(self._id, text))

    def _id(self, found: re.Match[str]) -> str:
        area, year, month, _, serial, check = found.groups()
        if found[0] not in self.numbers:
            first = f"{area}{year}{month}{self._day()}{self._serial(serial)}"
            right = id_check_digit(first)
            was_right = id_check_digit(found[0][:17]) == check.upper()
            lost = not was_right and found[0].endswith("000")
            wrong = "0" if lost else str((int(right) + 1) % 10) if right != "X" else "1"
            made = first + (right if was_right else wrong)
            self.numbers[found[0]] = made[:15] + "000" if lost else made
        return self.numbers[found[0]]

    def _old_id(self, found: re.Match[str]) -> str:
        area, year, month, _, serial = found.groups()
        if found[0] not in self.numbers:
            self.numbers[found[0]] = f"{area}{year}{month}{self._day()}{self._serial(serial)}"
        return self.numbers[found[0]]

    def _day(self) -> str:
        return f"{len(self.numbers) % 28 + 1:02d}"

    def _serial(self, serial: str) -> str:
        """Three digits of which the last tells the sex as it did."""
        return f"{(len(self.numbers) * 7) % 100:02d}{(len(self.numbers) * 2 + int(serial[-1]) % 2) % 10}"

    def phone(self, text: str, *, certain: bool = False) -> str:
        """Made-up telephone numbers for those in a text: the first digits stay.

        A short number is one only where it is `certain` that telephones stand there, or the text says so.
        """
        pattern = _ANY_PHONE if certain or _PHONE_HEADS.search(text) else _PHONE
        return pattern.sub(self._phone, text)

    def _phone(self, found: re.Match[str]) -> str:
        text = found[0]
        if text not in self.numbers:
            digits = sum(each.isdigit() for each in text)
            kept = 4 if text.startswith("0") else 3 if digits == 11 else 1
            made = iter(f"{len(self.numbers) + 1:0{digits - kept}d}"[-(digits - kept) :])
            shown, seen = [], 0
            for each in text:
                if each.isdigit():
                    seen += 1
                    shown.append(each if seen <= kept else next(made))
                else:
                    shown.append(each)
            self.numbers[text] = "".join(shown)
        return self.numbers[text]

    def text(self, text: str) -> str:
        """A text with every name, ID number and telephone of this sample replaced."""
        text = self.phone(self.id_number(text)) if any(each.isdigit() for each in text) else text
        for real in self._names_in(text):
            spread = r"\s*".join(re.escape(each) for each in real)
            text = re.sub(spread, lambda found: self._spread(found[0]), text)
        return text

    def _names_in(self, text: str) -> list[str]:
        """The known names that stand in a text, the longest first: by what stands in it, not name by name."""
        bare = "".join(text.split())
        longest = max(map(len, self.names), default=0)
        found = {
            bare[start : start + length]
            for start in range(len(bare) - 1)
            for length in range(2, longest + 1)
            if bare[start : start + length] in self.names
        }
        return sorted(found, key=lambda each: (-len(each), each))

    def _spread(self, real: str) -> str:
        made = iter(self.names[re.sub(r"\s", "", real)])
        return "".join(each if each.isspace() else next(made) for each in real)


def known_words(contracts: Contracts) -> frozenset[str]:
    """Words that are no people's names: codes, places, headings."""
    words = {
        normalise(word)
        for each in contracts.code_lists.values()
        for code in each.codes
        for word in (code.label.zh, *code.synonyms)
    }
    words |= {normalise(name) for unit in contracts.places.units for name in (unit.name, *unit.aliases)}
    words |= {
        normalise(text)
        for each in contracts.datasets.values()
        for one in each.fields
        for text in (one.label.zh, *one.synonyms)
    }
    words |= {normalise(word) for word in ("无", "同上", "暂无", "没有", "合计", "小计", "总计", "不详")}
    return frozenset(words)


def mask_readings(
    readings: Sequence[tuple[str, SheetReading]], forms: Sequence[ProposedForm], contracts: Contracts
) -> list[Mapping[Position, Scalar]]:
    """For every sheet (by its file's name) the cells that change, and what stands there instead."""
    made = MadeUp(known_words(contracts))
    kinds = [_personal_cells(file, reading, forms, contracts) for file, reading in readings]
    for (_, reading), cells in zip(readings, kinds, strict=True):
        _learn_names(reading, cells, made)
    return [
        dict(_changes(reading.sheet, reading, cells, made)) for (_, reading), cells in zip(readings, kinds, strict=True)
    ]


def _personal_cells(
    file: str, reading: SheetReading, forms: Sequence[ProposedForm], contracts: Contracts
) -> dict[Position, str]:
    """The cells of personal data, or of words that are certainly none: name, phone, or fixed."""
    cells: dict[Position, str] = {}
    for form in forms:
        dataset = contracts.datasets[form.dataset]
        fields = {each.heading: each.field for each in form.of(State.TAKEN)}
        for source in form.sources:
            if source.file != file or source.sheet != reading.sheet.name:
                continue
            by_line = {each.line: each for each in form.columns} if source is form.sources[0] else {}
            for line in source.frame.lines:
                column = by_line.get(line.line)
                name = fields.get(column.heading if column is not None else "/".join(line.path))
                kind = _kind(dataset.field(name).type) if name else _kind_of_heading("/".join(line.path))
                whole = _whole_line(source, line.line) if kind == "fixed" else line.filled
                whole = [source.at(cell) for cell in whole]
                cells |= dict.fromkeys(whole, kind) if kind else {}
    return cells


def _whole_line(source: Source, line: int) -> list[Position]:
    """Every cell of a line in its table, those of totals too."""
    area = source.frame.table.range
    if source.frame.sideways:
        return [Position(line, column) for column in range(area.left, area.right + 1)]
    return [Position(row, line) for row in range(area.top, area.bottom + 1)]


def _kind(kind: FieldType) -> str:
    if kind is FieldType.PERSON_NAME:
        return "name"
    if kind is FieldType.PHONE:
        return "phone"
    return (
        "fixed"
        if kind
        in (
            FieldType.PLACE,
            FieldType.CODE,
            FieldType.INTEGER,
            FieldType.DECIMAL,
            FieldType.PERCENT,
            FieldType.DATE,
            FieldType.MONTH,
            FieldType.BOOLEAN,
        )
        else ""
    )


def _kind_of_heading(text: str) -> str:
    if _PHONE_HEADS.search(text):
        return "phone"
    return "name" if _PEOPLE_HEADS.search(text) else ""


def _learn_names(reading: SheetReading, cells: Mapping[Position, str], made: MadeUp) -> None:
    for position, kind in cells.items():
        value = reading.sheet.at(*position)
        if kind == "name" and isinstance(value, str):
            made.name(value)
    around = look_around(reading)
    lines = [(each.position, each.text) for each in around.texts]
    for fact in read_facts(lines):
        if fact.about in ("filler", "signer"):
            for part in re.split(r"[\s、,，;；/]+", fact.text):
                made.name(part)


def _changes(
    sheet: Sheet, reading: SheetReading, cells: Mapping[Position, str], made: MadeUp
) -> Iterator[tuple[Position, Scalar]]:
    for position, value in sheet.filled_cells():
        kind = cells.get(position, "")
        mark = reading.roles.get(position)
        if kind == "fixed" or (mark is not None and mark.role is Role.HEADER and not _has_number(value)):
            continue
        new = _masked(value, kind, made)
        if new != value:
            yield position, new


def _has_number(value: Scalar) -> bool:
    return isinstance(value, str) and re.search(r"\d{7}", value) is not None


def _masked(value: Scalar, kind: str, made: MadeUp) -> Scalar:
    if isinstance(value, str):
        text = normalise_digits(value)
        if kind == "name":
            return made.name(value)
        if kind == "phone":
            return made.phone(text, certain=True)
        return made.text(value if text == value else text) if _worth(text) or made.names else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        whole = int(value) if float(value).is_integer() else None
        if whole is None or not (kind == "phone" or len(str(abs(whole))) in (11, 15, 18)):
            return value
        text = str(whole)
        changed = (
            made.phone(text, certain=kind == "phone") if kind == "phone" or len(text) == 11 else made.id_number(text)
        )
        return type(value)(int(changed)) if changed.isdigit() else value
    return value


def _worth(text: str) -> bool:
    return re.search(r"\d{7}", text) is not None


def normalise_digits(text: str) -> str:
    """Full-width digits as ASCII where a long number stands, so that it is found."""
    narrow = text.translate({0xFF10 + digit: str(digit) for digit in range(10)})
    return narrow if _worth(narrow) and narrow != text else text
