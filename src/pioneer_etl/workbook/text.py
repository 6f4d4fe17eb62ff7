"""Text files: which encoding they are in, decided by their bytes."""

from __future__ import annotations

import re

from pioneer_etl.contract.errors import FileRefused, Location

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(rb"<meta[^>]*charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9_-]+)", re.IGNORECASE)
_CHINESE = frozenset(("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "hz-gb-2312"))
_USUAL = r"[\t\r\n\x20-\x7e\u2010-\u203f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"  # slow to compile, seldom asked
_PAIR = re.compile(rb"[\x81-\xfe](?:[\x30-\x39][\x81-\xfe][\x30-\x39]|[\x40-\x7e\x80-\xfe])")


def decode(data: bytes, where: Location) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030; FileRefused names the line that is in none.

    GB18030 gives a meaning to nearly any bytes, so it has to look right too: most of its characters
    must lie in the block that Chinese is written with.  A UTF-8 file with a few broken bytes is
    refused rather than read as GB18030 nonsense.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, where)
    wide = _wide_encoding(data)
    if wide is not None:
        return _strict(data, wide, where)
    declared = _DECLARED.search(data[:4096]) or _XML_DECLARED.match(data[:200])
    if declared is not None and declared[1].decode().lower() in _CHINESE and not _is(data, "utf-8"):
        return _strict(data, "gb18030", where)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        if _is(data, "gb18030") and _looks_chinese(data) and not _mostly_utf8(data):
            return data.decode("gb18030")
        raise _unreadable(data, problem.start, where) from None


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _strict(data: bytes, encoding: str, where: Location) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise _unreadable(data, problem.start, where) from None


def _unreadable(data: bytes, place: int, where: Location) -> FileRefused:
    return FileRefused("file.unreadable_text", where, line=data.count(b"\n", 0, place) + 1)


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: it has zero bytes, and in one of the two orders its characters make sense."""
    sample = data[: min(8192, len(data) // 2 * 2)]
    if 0 not in sample:
        return None
    shares = {encoding: _plausible(sample, encoding) for encoding in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] > 0.95 else None


def _plausible(sample: bytes, encoding: str) -> float:
    """The share of characters that a Chinese table is written with."""
    text = sample.decode(encoding, "replace")
    return len(re.findall(_USUAL, text)) / len(text) if text else 0.0


def _looks_chinese(data: bytes) -> bool:
    pairs = _PAIR.findall(data)
    common = sum(1 for pair in pairs if len(pair) == 2 and pair[0] >= 0xA1 and pair[1] >= 0xA1)
    return bool(pairs) and common >= 0.7 * len(pairs)


def _mostly_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few: broken in transfer, or cut off."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for character in text if character > "\x7f") - broken
    return whole > 20 * broken
