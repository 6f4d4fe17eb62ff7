"""What a workbook would lose when it is marked and saved again, found in its parts before anything is written."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile

# What of a workbook's parts is not kept, by the catalogue's word for it.
_PARTS = {
    "images": re.compile(r"xl/media/"),
    "charts": re.compile(r"xl/charts/chart\d*\.xml|xl/chartsheets/sheet"),
    "shapes": re.compile(r"xl/diagrams/data|xl/ink/"),
    "macros": re.compile(r".*vbaProject\.bin$"),
    "controls": re.compile(r"xl/(ctrlProps|activeX)/[^/]*\.xml"),
    "embedded": re.compile(r"xl/embeddings/"),
    "threads": re.compile(r"xl/threadedComments/"),
    "slicers": re.compile(r"xl/(slicers|timelines)/"),
    "queries": re.compile(r"xl/(queryTables/|connections\.xml)"),
    "signature": re.compile(r"_xmlsignatures/sig"),
}
# Drop-downs that read another sheet and newer conditional formats stand where openpyxl does not look.
_EXTENSIONS = {
    "dropdowns": re.compile(rb"<x14:dataValidation[ >]"),
    "formats": re.compile(rb"<x14:cfRule[ >]"),
    "sparklines": re.compile(rb"<x14:sparkline[ >]"),
}
_SHAPE = re.compile(rb"<xdr:(sp|cxnSp|grpSp)[ >]")


def losses(data: bytes) -> dict[str, int]:
    """How many of what an .xlsx loses when it is marked, by the catalogue's word (`return.lost.WORD`)."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            found = {word: sum(1 for name in names if part.match(name)) for word, part in _PARTS.items()}
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    text = archive.read(name)
                    for word, pattern in _EXTENSIONS.items():
                        found[word] = found.get(word, 0) + len(pattern.findall(text))
                elif name.startswith("xl/drawings/") and name.endswith(".xml"):
                    found["shapes"] += len(_SHAPE.findall(archive.read(name)))
    except (BadZipFile, KeyError, OSError):
        return {}
    return {word: count for word, count in found.items() if count}
