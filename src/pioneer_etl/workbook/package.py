"""The parts of an .xlsx package around its sheets: the list of sheets, shared strings and styles."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar
from xml.etree import ElementTree

from pioneer_etl.contract.address import Position, parse_a1
from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.workbook.archive import Archive
from pioneer_etl.workbook.model import Style, Visibility

_T = TypeVar("_T")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_VISIBILITY = {"hidden": Visibility.HIDDEN, "veryHidden": Visibility.VERY_HIDDEN}

# Numbers of formats that a file may use without spelling them out; 27 to 58 as a Chinese Excel shows them.
BUILT_IN_FORMATS: Mapping[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
LOCAL_DATES = frozenset(range(27, 37)) | frozenset(range(50, 59))


@unchanging
class SheetEntry:
    """One worksheet as the workbook lists it, and the part that holds it."""

    name: str
    part: str
    visibility: Visibility


@unchanging
class StyleTable:
    """Cell styles by their index; `local_dates` are those with a date format that only its number names."""

    styles: tuple[Style, ...]
    local_dates: frozenset[int] = frozenset()

    def __getitem__(self, index: int) -> Style:
        return self.styles[index] if 0 <= index < len(self.styles) else Style()


@unchanging
class Package:
    """An .xlsx file's list of sheets, its styles, and where its shared strings stand."""

    archive: Archive
    sheets: tuple[SheetEntry, ...]
    date_1904: bool
    styles: StyleTable
    strings_part: str | None


def local_name(tag: str) -> str:
    """An element's name without its namespace: both dialects of the format read alike."""
    return tag.rpartition("}")[2]


def open_package(archive: Archive) -> Package:
    """Read what stands around the sheets; FileRefused when there is no list of sheets."""
    main, root_relations = "xl/workbook.xml", relations(archive, "")
    for kind, target in root_relations.values():
        if kind == "officeDocument":
            main = target
    if main not in archive:
        raise FileRefused("file.damaged", Location(archive.file), detail="workbook.xml")
    book = parse_xml(archive, main)
    targets = relations(archive, main)
    sheets = tuple(_sheet_entries(book, targets, archive))
    date_1904 = any(
        local_name(each.tag) == "workbookPr" and each.get("date1904", "0").lower() in ("1", "true", "on")
        for each in book
    )
    styles = next((target for kind, target in targets.values() if kind == "styles"), None)
    strings = next((target for kind, target in targets.values() if kind == "sharedStrings"), None)
    return Package(
        archive,
        sheets,
        date_1904,
        read_styles(parse_xml(archive, styles)) if styles and styles in archive else StyleTable(()),
        strings if strings and strings in archive else None,
    )


def _sheet_entries(
    book: ElementTree.Element, targets: Mapping[str, tuple[str, str]], archive: Archive
) -> Iterator[SheetEntry]:
    for element in book.iter():
        if local_name(element.tag) != "sheet":
            continue
        identity = next((value for key, value in element.items() if local_name(key) == "id"), "")
        kind, target = targets.get(identity, ("", ""))
        if kind == "worksheet" and target in archive:  # chart sheets and dialogues hold no cells
            state = _VISIBILITY.get(element.get("state", ""), Visibility.VISIBLE)
            yield SheetEntry(element.get("name", ""), target, state)


def parse_xml(archive: Archive, part: str) -> ElementTree.Element:
    """A part as an element tree; FileRefused when it is not well-formed."""
    content = archive.read_xml(part)
    try:
        return ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as problem:
        raise FileRefused("file.damaged", Location(archive.file), detail=f"{part}: {problem}") from None


def relations(archive: Archive, part: str) -> Mapping[str, tuple[str, str]]:
    """Relation id → (kind, target part) of a part; the package itself is the part named ""."""
    folder, _, base = part.rpartition("/")
    name = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
    if name not in archive:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for element in parse_xml(archive, name):
        target = element.get("Target", "").replace("\\", "/")
        if element.get("TargetMode") == "External" or not target:
            continue
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], path)
    return found


def read_comments(archive: Archive, sheet_part: str) -> dict[Position, str]:
    """The comments on a sheet's cells."""
    found: dict[Position, str] = {}
    for kind, part in relations(archive, sheet_part).values():
        if kind == "comments" and part in archive:
            for element in parse_xml(archive, part).iter():
                if local_name(element.tag) == "comment":
                    text = "".join(string_text(each) for each in element if local_name(each.tag) == "text")
                    found[parse_a1(element.get("ref", ""))] = text.strip()
    return found


def read_strings(archive: Archive, part: str | None) -> tuple[str, ...]:
    """The shared strings; runs of rich text are joined and phonetic hints left out."""
    if part is None:
        return ()
    return tuple(string_text(each) for each in parse_xml(archive, part) if local_name(each.tag) == "si")


def string_text(item: ElementTree.Element) -> str:
    """The text of a string item: its own <t> and those of its runs, not of its phonetic hints."""
    pieces: list[str] = []
    for child in item:
        name = local_name(child.tag)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces.extend(each.text or "" for each in child if local_name(each.tag) == "t")
    return unescape("".join(pieces))


def unescape(text: str) -> str:
    """Undo the format's own escape of control characters (_x000D_)."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def read_styles(root: ElementTree.Element) -> StyleTable:
    """Every cell style of a styles part, by index."""
    children: dict[str, Sequence[ElementTree.Element]] = {local_name(each.tag): list(each) for each in root}
    formats = dict(BUILT_IN_FORMATS)
    for each in children.get("numFmts", ()):
        formats[_integer(each.get("numFmtId"))] = each.get("formatCode", "General")
    spelled = {_integer(each.get("numFmtId")) for each in children.get("numFmts", ())}
    fonts = [(_on(each, "b"), _on(each, "i")) for each in children.get("fonts", ())]
    fills = [_filled(each) for each in children.get("fills", ())]
    borders = [_sides(each) for each in children.get("borders", ())]
    styles: list[Style] = []
    local_dates: set[int] = set()
    for index, record in enumerate(children.get("cellXfs", ())):
        format_id = _integer(record.get("numFmtId"))
        bold, italic = _pick(fonts, record.get("fontId"), (False, False))
        top, bottom, left, right = _pick(borders, record.get("borderId"), (False, False, False, False))
        alignment = next((each for each in record if local_name(each.tag) == "alignment"), None)
        horizontal = alignment.get("horizontal", "") if alignment is not None else ""
        styles.append(
            Style(
                number_format=formats.get(format_id, "General"),
                bold=bold,
                italic=italic,
                filled=_pick(fills, record.get("fillId"), False),
                indent=_integer(alignment.get("indent")) if alignment is not None else 0,
                horizontal="" if horizontal == "general" else horizontal,
                border_top=top,
                border_bottom=bottom,
                border_left=left,
                border_right=right,
            )
        )
        if format_id in LOCAL_DATES and format_id not in spelled:
            local_dates.add(index)
    return StyleTable(tuple(styles), frozenset(local_dates))


def _integer(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _pick(items: Sequence[_T], index: str | None, otherwise: _T) -> _T:
    place = _integer(index)
    return items[place] if place < len(items) else otherwise


def _on(font: ElementTree.Element, name: str) -> bool:
    return any(local_name(each.tag) == name and each.get("val", "1").lower() not in ("0", "false") for each in font)


def _filled(fill: ElementTree.Element) -> bool:
    """A pattern that a person sees: not none, and not plain white."""
    for pattern in fill:
        if local_name(pattern.tag) == "gradientFill":
            return True
        if pattern.get("patternType", "none") in ("none", ""):
            continue
        front = next((each for each in pattern if local_name(each.tag) == "fgColor"), None)
        white = front is not None and (
            front.get("rgb", "").upper().endswith("FFFFFF")
            or front.get("indexed") in ("9", "64")
            or (front.get("theme") == "0" and not front.get("tint"))
        )
        if not white or pattern.get("patternType") != "solid":
            return True
    return False


def _sides(border: ElementTree.Element) -> tuple[bool, bool, bool, bool]:
    drawn = {local_name(each.tag) for each in border if each.get("style", "none") != "none"}
    return "top" in drawn, "bottom" in drawn, "left" in drawn or "start" in drawn, "right" in drawn or "end" in drawn
