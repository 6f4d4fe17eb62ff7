"""Personal data masked: enough is left to recognise the cell, not the person."""

from __future__ import annotations


def masked(text: str, personal: str | None) -> str:
    """`text` as it may be shown; `personal` is the field's class of personal data (None: not personal).

    A name keeps its first character, an ID number or telephone its first three and last two, a birth
    date its year; anything else personal is hidden whole.
    """
    if personal is None or not text:
        return text
    if personal == "name":
        return text[0] + "＊" * max(1, len(text) - 1)
    if personal in ("id", "phone"):
        return text[:3] + "*" * max(0, len(text) - 5) + text[-2:] if len(text) > 7 else "*" * len(text)
    if personal == "birth":
        return text[:4] + "*" * max(0, len(text) - 4)
    return "***"
