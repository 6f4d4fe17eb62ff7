"""A zip of files: told from a workbook, opened under the same rules, its names read as they were written."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.demo.workbooks.write import write_zip
from pioneer_etl.workbook.bundle import is_bundle, unpack
from pioneer_etl.workbook.limits import Limits

from .files import xlsx, zipped

LIMITS = Limits()
GOOD = xlsx('<row r="1"><c r="A1"><v>1</v></c></row>')


def names(data: bytes) -> list[str]:
    return [each.path for each in unpack(data, "a.zip", LIMITS)]


def refusals(data: bytes, limits: Limits = LIMITS) -> dict[str, str]:
    found = unpack(data, "a.zip", limits)
    return {each.path: each.refusal.code for each in found if each.refusal is not None}


def test_a_workbook_is_no_zip_of_files() -> None:
    assert is_bundle(zipped({"表一.xlsx": GOOD}))
    assert not is_bundle(GOOD)
    assert not is_bundle(zipped({"a.txt": "x", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}))
    assert not is_bundle(GOOD[: len(GOOD) // 2])
    assert not is_bundle(b"PK\x03\x04 and so on")


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_are_decoded_whatever_they_were_written_in(encoding: str) -> None:
    paths = ["2004年/村级集体经济.xls", "联通.xls", "简介.csv"]
    assert names(write_zip(dict.fromkeys(paths, b"x"), encoding)) == sorted(paths)
    assert names(zipped(dict.fromkeys(paths, "x"))) == sorted(paths)


def test_a_name_kept_in_a_field_of_its_own_is_taken_from_there() -> None:
    path = "名册.xls".encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        entry = zipfile.ZipInfo("____.xls")
        entry.extra = b"\x75\x70" + (5 + len(path)).to_bytes(2, "little") + b"\x01\0\0\0\0" + path
        package.writestr(entry, "x")
    assert names(target.getvalue()) == ["名册.xls"]


def test_a_gbk_name_with_a_backslash_byte_stays_whole() -> None:
    assert "乗".encode("gbk") == b"\x81\x5c"
    assert names(write_zip({"乗车.xls": b"x"})) == ["乗车.xls"]


@given(
    st.lists(st.text("表一村级集体经济收入名册乗①（）- 0123456789abc", min_size=3, max_size=12), unique_by=str.lower)
)
def test_any_gbk_names_come_back(paths: list[str]) -> None:
    members = {f"{path}.csv": b"x" for path in paths}
    if members:
        assert sorted(names(write_zip(members))) == sorted(members)


def test_hidden_files_and_those_of_a_mac_are_passed_over() -> None:
    data = zipped({"__MACOSX/._a.xls": "x", ".DS_Store": "x", "表/": "", "表/a.xls": "x"})
    assert names(data) == ["表/a.xls"]
    assert [each.folder for each in unpack(data, "a.zip", LIMITS)] == ["表"]


def test_a_bad_member_is_refused_and_the_others_go_on() -> None:
    inner = zipped({"b.xlsx": GOOD})
    large = "1" * (len(GOOD) + 1)
    data = zipped({"a.xlsx": GOOD, "inner.zip": inner, "~$a.xlsx": "x", "empty.xls": "", "large.csv": large})
    assert refusals(data, replace(LIMITS, file_bytes=len(GOOD))) == {
        "empty.xls": "file.empty",
        "inner.zip": "file.zip_nested",
        "large.csv": "file.too_large",
        "~$a.xlsx": "file.lock",
    }
    members = {each.path: each.data for each in unpack(data, "a.zip", LIMITS)}
    assert members["a.xlsx"] == GOOD
    assert members["inner.zip"] == b""


def test_a_damaged_member_costs_itself_only() -> None:
    data = bytearray(write_zip({"a.csv": b"1,2,3\r\n" * 50, "b.csv": b"4,5,6\r\n" * 50}))
    place = data.index(b"a.csv") + len(b"a.csv")
    data[place + 3] ^= 0xFF
    assert refusals(bytes(data)) == {"a.csv": "file.damaged"}


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"../evil.xls": "x"}, "file.zip_unsafe"),
        ({"/etc/evil.xls": "x"}, "file.zip_unsafe"),
        ({"C:/evil.xls": "x"}, "file.zip_unsafe"),
        ({"a.xls": "x", "A.XLS": "y"}, "file.zip_unsafe"),
        ({"表/": ""}, "file.empty"),
        ({f"{number}.xls": "x" for number in range(6)}, "file.too_many_parts"),
        ({"a.csv": "x" * 4_000, "b.csv": "x" * 4_000}, "file.too_large"),
    ],
)
def test_an_unsafe_or_oversized_zip_is_refused_whole(parts: dict[str, str], code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        list(unpack(zipped(dict(parts)), "a.zip", replace(LIMITS, entries=5, inflated_bytes=6_000)))
    assert refused.value.code == code


def test_a_zip_with_a_password_is_refused() -> None:
    data = bytearray(zipped({"a.xls": "x"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FileRefused) as refused:
        list(unpack(bytes(data), "a.zip", LIMITS))
    assert refused.value.code == "file.encrypted"
