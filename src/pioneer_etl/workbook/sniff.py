"""What a file is, judged by its content: the name of a mailed file proves nothing."""

from __future__ import annotations

import re

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.workbook.archive import Archive, open_archive
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.ole import OLE_MAGIC, directory
from pioneer_etl.workbook.text import decode

_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"RIFF", "RIFF"),
    (b"{\\rtf", "RTF (Word)"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"SQLite format 3", "SQLite"),
)
_OLE_FOREIGN = (
    ("WordDocument", "Word (.doc)"),
    ("PowerPoint Document", "PowerPoint (.ppt)"),
    ("__substg1.0_", "Outlook (.msg)"),
    ("VisioDocument", "Visio"),
)
_ZIP_FOREIGN = (("word/", "Word (.docx)"), ("ppt/", "PowerPoint (.pptx)"), ("visio/", "Visio"))
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_BIFF_START = re.compile(rb"\x09[\x00\x02\x04\x08](?:\x04|\x06|\x08|\x10)\x00", re.DOTALL)
_MARKUP = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(!doctype\s+html|[a-z!][a-z0-9:]*)", re.I | re.DOTALL)
_HTML_TAGS = frozenset(
    ("html", "head", "meta", "body", "table", "style", "title", "div", "center", "font", "p", "h1", "h2", "h3", "form",
     "span", "b", "br", "link")
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@unchanging
class Sniffed:
    """The format (xlsx, xlsm, xlsb, ods, xls, html, xml2003, csv), with what was opened to tell it."""

    format: str
    archive: Archive | None = None
    text: str | None = None


def sniff(data: bytes, name: str, limits: Limits) -> Sniffed:
    """Tell what a file is; FileRefused for what is empty, encrypted, foreign or unknown."""
    where = Location(name)
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FileRefused("file.empty", where)
    if data.startswith(b"PK\x05\x06"):
        raise FileRefused("file.empty", where)
    if data.startswith(b"PK\x03\x04"):
        found = _zipped(open_archive(data, name, limits))
        if found.archive is not None:
            found.archive.refuse_doctypes()
        return found
    if data.startswith(OLE_MAGIC):
        return _compound(data, where)
    if _BIFF_START.match(data):
        return Sniffed("xls")
    for magic, kind in _FOREIGN:
        if data.startswith(magic) and (len(magic) > 2 or _binary(data)):
            raise FileRefused("file.foreign", where, found=kind)
    return _textual(data, where)


def _zipped(archive: Archive) -> Sniffed:
    where = Location(archive.file)
    if "mimetype" in archive or "content.xml" in archive:
        kind = archive.read("mimetype")[:100].decode("ascii", "replace").strip() if "mimetype" in archive else ""
        if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise FileRefused("file.encrypted", where)
        if kind.startswith(_ODS):
            return Sniffed("ods", archive)
        raise FileRefused("file.foreign", where, found=kind or "OpenDocument")
    if "xl/workbook.bin" in archive:
        return Sniffed("xlsb", archive)
    names = [part.lower() for part in archive.parts]
    if "xl/workbook.xml" in archive or any(part.endswith("/workbook.xml") for part in names):
        return Sniffed("xlsm" if any(part.endswith("vbaproject.bin") for part in names) else "xlsx", archive)
    if "[Content_Types].xml" in archive:
        for folder, kind in _ZIP_FOREIGN:
            if any(part.startswith(folder) for part in names):
                raise FileRefused("file.foreign", where, found=kind)
        if b"spreadsheetml" in archive.read("[Content_Types].xml"):
            return Sniffed("xlsx", archive)
    raise FileRefused("file.foreign", where, found="ZIP")


def _compound(data: bytes, where: Location) -> Sniffed:
    names = directory(data, where)
    if "EncryptedPackage" in names:
        raise FileRefused("file.encrypted", where)
    if "Workbook" in names or "Book" in names:
        return Sniffed("xls")
    for mark, kind in _OLE_FOREIGN:
        if any(name.startswith(mark) for name in names):
            raise FileRefused("file.foreign", where, found=kind)
    raise FileRefused("file.foreign", where, found="OLE2: " + ", ".join(names[:5]))


def _textual(data: bytes, where: Location) -> Sniffed:
    text = decode(data, where)
    if _CONTROL.search(text):
        raise FileRefused("file.unknown_format", where, found=data[:8].hex(" "))
    head = _MARKUP.match(text[:20_000])
    if head is not None:
        tag = head[1].lower()
        if tag.startswith("!doctype") or tag in _HTML_TAGS:
            if "<table" not in text.lower():
                raise FileRefused("file.foreign", where, found="HTML")
            return Sniffed("html", text=text)
        if "urn:schemas-microsoft-com:office:spreadsheet" in text[:5_000]:
            return Sniffed("xml2003", text=text)
        raise FileRefused("file.foreign", where, found="XML")
    return Sniffed("csv", text=text)


def _binary(data: bytes) -> bool:
    return bool(re.search(rb"[\x00-\x08\x0e-\x1a]", data[:4096]))
