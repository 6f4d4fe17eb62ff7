"""Files that the tests of this stage read, made byte by byte where a library would tidy them up."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

from pioneer_etl.workbook.model import Scalar, Sheet, Workbook
from pioneer_etl.workbook.read import read_bytes

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def xlsx_parts(
    sheet: str | bytes,
    *,
    strings: str = "",
    styles: str = "",
    book: str = "",
    strict: bool = False,
) -> dict[str, bytes | str]:
    """The parts of a one-sheet .xlsx around the XML of its sheet."""
    space, relations = (STRICT, _STRICT_RELATIONS) if strict else (MAIN, _RELATIONS)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>'
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{relations}">{book}'
        '<sheets><sheet name="表1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{space}">{strings}</sst>'
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{space}">{styles}</styleSheet>'
    return parts


def sheet_xml(rows: str, *, before: str = "", after: str = "", space: str = MAIN) -> str:
    return f'<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def xlsx(rows: str, *, before: str = "", after: str = "", **parts: Any) -> bytes:
    """A one-sheet .xlsx with these rows, as XML."""
    space = STRICT if parts.get("strict") else MAIN
    return zipped(xlsx_parts(sheet_xml(rows, before=before, after=after, space=space), **parts))


def read(data: bytes, name: str = "样表.xlsx") -> Workbook:
    return read_bytes(data, name)


def only_sheet(data: bytes, name: str = "样表.xlsx") -> Sheet:
    (sheet,) = read(data, name).sheets
    return sheet


def cells(sheet: Sheet) -> dict[str, Scalar]:
    """Everything that a sheet carries, by address."""
    return {position.a1: value for position, value in sheet.filled_cells()}


def filled(sheet: Sheet) -> int:
    return sum(1 for _ in sheet.filled_cells())


def biff_record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE2 file with these streams, each padded to the size from which it has sectors of its own."""
    free, end, table_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    sectors: list[bytes] = []
    chains: list[int] = []

    def add(content: bytes) -> int:
        start = len(sectors)
        pieces = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        sectors.extend(pieces)
        chains.extend([*range(start + 1, start + len(pieces)), end])
        return start

    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), 1):
        padded = content.ljust(4096, b"\0")
        following = number + 1 if number < len(streams) else 0xFFFFFFFF
        entries.append(_entry(name, 2, add(padded), len(padded), right=following))
    while len(entries) % 4:
        entries.append(bytes(128))
    directory = add(b"".join(entries))
    table = len(sectors)
    chains.append(table_mark)
    sectors.append(struct.pack("<128I", *chains, *[free] * (128 - len(chains))))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6) + struct.pack("<3I", 0, 1, directory)
    header += struct.pack("<6I", 0, 4096, end, 0, end, 0) + struct.pack("<109I", table, *[free] * 108)
    return header + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    label = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<3I", 0xFFFFFFFF, right, child)
    rest = bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)
    return label.ljust(64, b"\0") + struct.pack("<HBB", len(label), kind, 1) + links + rest


def xlsb_record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
    return head + length + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(sheet: bytes, *, name: str = "表1", date_1904: bool = False) -> bytes:
    """A one-sheet .xlsb around the records of its cells."""
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    book = xlsb_record(131)
    book += xlsb_record(153, struct.pack("<II", int(date_1904), 0) + wide(""))
    book += xlsb_record(143) + xlsb_record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide(name))
    book += xlsb_record(144) + xlsb_record(132)
    relation = f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.bin"/>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{package}">{relation}</Relationships>',
            "xl/worksheets/sheet1.bin": sheet,
        }
    )
