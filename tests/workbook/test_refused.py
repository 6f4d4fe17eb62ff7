"""Every file that is not taken in says why, and what to do, in both languages."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pioneer_etl.contract.catalogue import catalogue
from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.workbook.intake import is_lock, take_in
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.read import read_bytes

from .files import compound, sheet_xml, xlsx, xlsx_parts, zipped

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
GOOD = xlsx(ROW)


def renamed(name: str) -> bytes:
    return zipped({**xlsx_parts(sheet_xml(ROW)), name: "x"})


def twice() -> bytes:
    """Two entries of one name: readers differ on which of them counts."""
    target = io.BytesIO(GOOD)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(target, "a") as package:
        package.writestr("xl/worksheets/sheet1.xml", sheet_xml(ROW))
    return target.getvalue()


def case_twins() -> bytes:
    return zipped({**xlsx_parts(sheet_xml(ROW)), "XL/worksheets/SHEET1.xml": sheet_xml(ROW)})


def directory(data: bytes) -> tuple[int, list[int]]:
    """Where the central directory starts, and where each of its entries does."""
    start = struct.unpack_from("<I", data, data.rfind(b"PK\x05\x06") + 16)[0]
    places, at = [], start
    while data[at : at + 4] == b"PK\x01\x02":
        places.append(at)
        name, extra, comment = struct.unpack_from("<3H", data, at + 28)
        at += 46 + name + extra + comment
    return start, places


def overlapping() -> bytes:
    """Two entries of the directory that share one place: a small file that inflates without end."""
    data = bytearray(GOOD)
    _, places = directory(GOOD)
    data[places[-1] + 42 : places[-1] + 46] = data[places[-2] + 42 : places[-2] + 46]
    return bytes(data)


def other_local_name() -> bytes:
    return GOOD.replace(b"xl/workbook.xml", b"xl/WORKBOOK.xml", 1)


def lying_about_its_size() -> bytes:
    """A part that inflates to a gigabyte's worth while the directory says 10 bytes."""
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = bomb.compress(bytes(2**20)) + bomb.flush()
    data = bytearray(zipped(xlsx_parts(b"0123456789")))
    _, places = directory(bytes(data))
    for place in places:
        if data[place + 46 : place + 70] == b"xl/worksheets/sheet1.xml":
            offset = struct.unpack_from("<I", data, place + 42)[0]
            start = offset + 30 + 24
            old = struct.unpack_from("<I", data, place + 20)[0]
            struct.pack_into("<I", data, place + 20, len(content))
            grown = len(content) - old
            end = data.rfind(b"PK\x05\x06")
            struct.pack_into("<I", data, end + 16, struct.unpack_from("<I", data, end + 16)[0] + grown)
            return bytes(data[:start]) + content + bytes(data[start + old :])
    raise AssertionError("no sheet")


def password_on_a_part() -> bytes:
    data = bytearray(GOOD)
    for place in directory(GOOD)[1]:
        data[place + 8] |= 1
    return bytes(data)


def doctype(part: str) -> bytes:
    parts = xlsx_parts(sheet_xml(ROW), strings="<si><t>&x;</t></si>", styles="<cellXfs/>")
    entity = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    parts[part] = entity + str(parts[part])
    return zipped(parts)


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!-- <worksheet> --><!DOCTYPE l [<!ENTITY l0 "lol">{entities}]>' + sheet_xml(
        '<row r="1"><c r="A1" t="str"><v>&l9;</v></c></row>'
    )
    return zipped(xlsx_parts(text))


def wide_doctype() -> bytes:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>' + sheet_xml(ROW)
    return zipped(xlsx_parts(b"\xff\xfe" + text.encode("utf-16-le")))


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "no bytes": (lambda: b"", "file.empty"),
    "zeros": (lambda: bytes(600), "file.empty"),
    "blank lines": (lambda: b"\xef\xbb\xbf \r\n\r\n", "file.empty"),
    "empty zip": (lambda: zipped({}), "file.empty"),
    "cut off": (lambda: GOOD[: len(GOOD) // 2], "file.damaged"),
    "cut off at its end": (lambda: GOOD[:-30], "file.damaged"),
    "broken part": (lambda: xlsx(ROW.replace("</c>", "")), "file.damaged"),
    "another broken part": (lambda: xlsx(ROW.replace("</c>", "</c >").replace("</row>", "")), "file.damaged"),
    "no list of sheets": (lambda: zipped({"xl/workbook.xml": "<workbook"}), "file.damaged"),
    "no sheets": (lambda: zipped({"xl/workbook.xml": "<workbook/>"}), "file.no_sheets"),
    "encrypted xlsx": (lambda: compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), "file.encrypted"),
    "encrypted part": (password_on_a_part, "file.encrypted"),
    "Word": (lambda: zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<d/>"}), "file.foreign"),
    "old Word": (lambda: compound({"WordDocument": b"x"}), "file.foreign"),
    "zip": (lambda: zipped({"a.xlsx": GOOD}), "file.foreign"),
    "PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3", "file.foreign"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0", "file.foreign"),
    "mislabelled page": (lambda: "<html><body>请登录</body></html>".encode(), "file.foreign"),
    "other XML": (lambda: b"<?xml version='1.0'?><feed/>", "file.foreign"),
    "unknown bytes": (lambda: b"abc\x01\x02\x03,def\n", "file.unknown_format"),
    "unknown text": (lambda: b"\x80\x81,\xff\xfe\xfd\n", "file.unreadable_text"),
    "traversal": (lambda: renamed("../../evil.xml"), "file.zip_unsafe"),
    "backslash traversal": (lambda: renamed("..\\evil.xml"), "file.zip_unsafe"),
    "absolute name": (lambda: renamed("/etc/passwd"), "file.zip_unsafe"),
    "drive": (lambda: renamed("C:/x.xml"), "file.zip_unsafe"),
    "duplicate": (twice, "file.zip_unsafe"),
    "duplicate but for case": (case_twins, "file.zip_unsafe"),
    "overlap": (overlapping, "file.zip_unsafe"),
    "two names": (other_local_name, "file.zip_unsafe"),
    "false size": (lying_about_its_size, "file.zip_unsafe"),
    "entity in the sheet": (lambda: doctype("xl/worksheets/sheet1.xml"), "file.doctype"),
    "entity in the book": (lambda: doctype("xl/workbook.xml"), "file.doctype"),
    "entity in the strings": (lambda: doctype("xl/sharedStrings.xml"), "file.doctype"),
    "entity in the styles": (lambda: doctype("xl/styles.xml"), "file.doctype"),
    "a billion laughs": (laughs, "file.doctype"),
    "UTF-16": (wide_doctype, "file.doctype"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_by_content(kind: str) -> None:
    make, code = REFUSED[kind]
    with pytest.raises(FileRefused) as refusal:
        read_bytes(make(), "某镇.xlsx")
    assert refusal.value.code == code
    assert refusal.value.location.file == "某镇.xlsx"
    for language in ("zh", "en"):
        assert "{" not in refusal.value.message(language)  # every argument is given
        assert refusal.value.remedy(language)


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (GOOD, Limits(file_bytes=100), "file.too_large"),
        (GOOD, Limits(inflated_bytes=100), "file.too_large"),
        (GOOD, Limits(entries=3), "file.too_many_parts"),
        (GOOD, Limits(sheets=0), "file.too_many_sheets"),
        (xlsx('<row r="1"><c r="A1"><v>1</v></c><c r="B1"/></row>'), Limits(cells=1), "file.too_many_cells"),
        ("甲,乙\n丙,丁\n".encode(), Limits(cells=3), "file.too_many_cells"),
        (b"<table><tr><td colspan=1000>x</table>", Limits(cells=99), "file.too_many_cells"),
    ],
)
def test_refused_by_limits(data: bytes, limits: Limits, code: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_bytes(data, "x.xlsx", limits)
    assert refusal.value.code == code
    assert "{" not in refusal.value.message("zh")


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    data = xlsx(ROW + " " * 250 * 2**20)
    assert len(data) < 2**20
    with pytest.raises(FileRefused) as refusal:
        read_bytes(data, "弹.xlsx")
    assert refusal.value.code == "file.too_large"


def test_the_extension_proves_nothing() -> None:
    assert read_bytes(GOOD, "其实是新格式.xls").format == "xlsx"
    assert read_bytes("甲,乙\n".encode("gb18030"), "其实是文本.xlsx").format == "csv"


def refusal_of(path: Path, limits: Limits | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as refusal:
        take_in(path, limits or Limits())
    assert "{" not in refusal.value.message("zh")
    return refusal.value


def test_a_regular_file_is_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "宜山镇.xlsx"
    path.write_bytes(b"abc")
    assert take_in(path, Limits()) == (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")


def test_what_is_no_file_of_its_own_is_not_opened(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"abc")
    assert refusal_of(tmp_path).arguments["found"] == "directory"
    assert refusal_of(tmp_path / "b.xlsx").code == "file.not_found"
    (tmp_path / "empty.xlsx").touch()
    assert refusal_of(tmp_path / "empty.xlsx").code == "file.empty"
    assert refusal_of(target, Limits(file_bytes=2)).code == "file.too_large"
    lock = tmp_path / "~$a.xlsx"
    lock.write_bytes(b"x")
    assert is_lock(lock)
    assert refusal_of(lock).code == "file.lock"


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes of POSIX")
def test_links_and_pipes(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"abc")
    link = tmp_path / "link.xlsx"
    link.symlink_to(tmp_path / "a.xlsx")
    assert refusal_of(link).arguments["found"] == "link"
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    assert refusal_of(pipe).arguments["found"] == "pipe"


def test_the_catalogue_of_this_stage_is_complete() -> None:
    codes = [code for code in catalogue() if code.startswith(("file.", "loss."))]
    assert len(codes) >= 25
    for code in codes:
        entry = catalogue()[code]
        assert entry.zh
        assert entry.en
        assert entry.remedy_zh
        assert entry.remedy_en
