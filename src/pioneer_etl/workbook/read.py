"""The one door of this stage: a file's bytes in, a workbook of raw cells out."""

from __future__ import annotations

import hashlib

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.archive import open_archive
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import Workbook
from pioneer_etl.workbook.xlsx import read_xlsx


def read_bytes(data: bytes, name: str, limits: Limits = Limits()) -> Workbook:  # noqa: B008  a frozen value
    """Read a file whatever its format, judged by its content; FileRefused says why it cannot be."""
    if len(data) > limits.file_bytes:
        raise FileRefused(
            "file.too_large", Location(name), found=f"{len(data):,} B", expected=f"{limits.file_bytes:,} B"
        )
    archive = open_archive(data, name, limits)
    sheets, date_1904 = read_xlsx(data, archive, limits)
    return Workbook(name, hashlib.sha256(data).hexdigest(), "xlsx", sheets, date_1904)
