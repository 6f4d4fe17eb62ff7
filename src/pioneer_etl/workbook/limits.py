"""How much of a file the reader is willing to take on; every figure can be set in the configuration."""

from __future__ import annotations

from pioneer_etl.contract.unchanging import unchanging


@unchanging
class Limits:
    """Bounds for one file.  What goes beyond them is refused with a code, never cut short.

    Attributes:
        file_bytes: size of the file as it lies on disk.
        inflated_bytes: what the parts of a zip-based format may unpack to, together.
        entries: how many parts such a file may have.
        sheets: how many sheets a workbook may have.
        cells: how many cells its sheets may have, together, formatted blanks among the data included.
        grid_cells: places in the grid of one sheet, empty ones included, after trailing ones are cut.
        seconds: time for one file in a worker process.
        memory: bytes of address space that a worker may add to what it starts with.
    """

    file_bytes: int = 50 * 2**20
    inflated_bytes: int = 200 * 2**20
    entries: int = 2_000
    sheets: int = 200
    cells: int = 3_000_000
    grid_cells: int = 12_000_000
    seconds: float = 30.0
    memory: int = 2**30
