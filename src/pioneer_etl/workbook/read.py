"""The one door of this stage: a file's bytes in, a workbook of raw cells out."""

from __future__ import annotations

import hashlib

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import Sheet, Workbook
from pioneer_etl.workbook.sniff import Sniffed, sniff

_Read = tuple[tuple[Sheet, ...], bool, tuple[str, ...]]  # sheets, dates from 1904, losses


def read_bytes(data: bytes, name: str, limits: Limits = Limits()) -> Workbook:  # noqa: B008  a frozen value
    """Read a file whatever its format, judged by its content; FileRefused says why it cannot be.

    A damaged file may take the whole process along (some readers are native code): for files from
    outside call this in a worker, see `worker.run_isolated`.
    """
    where = Location(name)
    if len(data) > limits.file_bytes:
        raise FileRefused("file.too_large", where, found=f"{len(data):,} B", expected=f"{limits.file_bytes:,} B")
    found = sniff(data, name, limits)
    try:
        sheets, date_1904, losses = _read(found, data, name, limits)
    except MemoryError:
        raise FileRefused("file.out_of_memory", where, expected=f"{limits.memory:,} B") from None
    if not sheets:
        raise FileRefused("file.no_sheets", where)
    return Workbook(name, hashlib.sha256(data).hexdigest(), found.format, sheets, date_1904, losses)


def _read(found: Sniffed, data: bytes, name: str, limits: Limits) -> _Read:
    if found.format in ("xlsx", "xlsm") and found.archive is not None:
        from pioneer_etl.workbook.xlsx import read_xlsx

        return *read_xlsx(data, found.archive, limits), ()
    if found.format == "xls":
        from pioneer_etl.workbook.xls import read_xls

        return read_xls(data, name, limits)
    if found.format == "csv" and found.text is not None:
        from pioneer_etl.workbook.delimited import read_delimited

        return (read_delimited(found.text, name, limits),), False, ("loss.types",)
    if found.format == "html" and found.text is not None:
        from pioneer_etl.workbook.web import read_html

        return (read_html(found.text, name, limits),), False, ("loss.types",)
    if found.format == "xml2003" and found.text is not None:
        from pioneer_etl.workbook.xml2003 import read_xml2003

        return *read_xml2003(found.text, name, limits), ()
    if found.format == "ods" and found.archive is not None:
        from pioneer_etl.workbook import ods

        return ods.read_ods(data, found.archive, limits), False, ods.LOSSES
    if found.format == "xlsb" and found.archive is not None:
        from pioneer_etl.workbook import xlsb

        return *xlsb.read_xlsb(data, found.archive, limits), xlsb.LOSSES
    raise FileRefused("file.unknown_format", Location(name), found=found.format)
