"""Personal data as it may be shown: 王*, 3303**********1234, 138****5678."""

from __future__ import annotations

import re

_DOUBLE_SURNAMES = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 夏侯 长孙 宇文 端木 独孤 南宫 轩辕 闻人 澹台"
# 王 明: one name spread to the width of three.  Compiled when it is needed: large ranges are slow to compile.
_SPREAD = r"(?<![一-龥])([一-龥])\s+([一-龥]{1,2})(?![一-龥])"
_DIGIT = re.compile(r"\d")


def mask(text: str, personal: str | None) -> str:
    """`text` as a finding or log may show it, by its personal-data class; unchanged for None.

    Names keep the surname, ID numbers four characters at either end, telephones three and four, birth dates the
    year.  Every other class is hidden whole.
    """
    if personal is None or not text:
        return text
    if personal == "name":
        return mask_name(text)
    if personal == "id":
        return mask_id(text)
    if personal == "phone":
        return mask_phone(text)
    if personal == "birth":
        return f"{text[:4]}-**" if text[:4].isdigit() else "****"
    return "***"


def mask_name(text: str) -> str:
    """王小明 and 王 明 are 王*, 欧阳明 is 欧阳*; several names in one cell one by one."""
    names = re.split(r"([、,，;；/\s]+)", re.sub(_SPREAD, r"\1\2", text.strip()))
    return "".join(name if index % 2 else _one_name(name) for index, name in enumerate(names))


def _one_name(name: str) -> str:
    if not name:
        return name
    keep = 2 if len(name) > 2 and name[:2] in _DOUBLE_SURNAMES.split() else 1
    return name[:keep] + "*"


def mask_id(text: str) -> str:
    """Four characters at either end of an ID number; of anything shorter than 12 the first alone."""
    text = text.strip()
    if len(text) < 12:
        return text[:1] + "*" * (len(text) - 1)
    return text[:4] + "*" * (len(text) - 8) + text[-4:]


def mask_phone(text: str) -> str:
    """138****5678; several numbers one by one."""
    parts = re.split(r"([、,，;；/\s]+)", text.strip())
    return "".join(part if index % 2 else _one_phone(part) for index, part in enumerate(parts))


def _one_phone(text: str) -> str:
    hidden = len(_DIGIT.findall(text))
    if hidden < 8:
        return text[:2] + "*" * max(0, len(text) - 2)
    return text[:3] + "*" * (len(text) - 7) + text[-4:]
