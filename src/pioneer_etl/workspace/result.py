"""The answer to an ad hoc query, and the forms it can be taken away in."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.errors import UsageError

if TYPE_CHECKING:
    from pioneer_etl.warehouse.sandbox import SqlResult


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Columns, their DuckDB types and rows of a query."""

    result: SqlResult

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.result.columns)

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows as Python values: int, Decimal, str, date, bool or None."""
        return list(self.result.rows)

    def arrow(self) -> Any:
        """The result as an Arrow table (arro3; any Arrow library takes it without a copy)."""
        from pioneer_etl.warehouse.arrow import table_of_rows

        return table_of_rows(self.columns, self.result.types, self.rows())

    def df(self) -> Any:
        """The result as a pandas data frame; ModuleNotFoundError when pandas is not installed."""
        import pandas

        return pandas.DataFrame.from_records(self.rows(), columns=list(self.columns))

    def write(self, path: Path) -> None:
        """Into a file: .csv (with a byte-order mark, so that Excel reads Chinese), .json, .xlsx or .parquet."""
        from pioneer_etl.report.files import write_atomically

        makers = {".csv": self._csv, ".json": self._json, ".xlsx": self._xlsx, ".parquet": self._parquet}
        make = makers.get(path.suffix.lower())
        if make is None:
            raise UsageError("cli.no_format", found=path.suffix or path.name, expected=", ".join(makers))
        write_atomically(path, make())

    def _csv(self) -> bytes:
        from pioneer_etl.report.text import safe_text

        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([safe_text(each) for each in self.columns])
        writer.writerows([safe_text(cell) if isinstance(cell, str) else cell for cell in row] for row in self.rows())
        return out.getvalue().encode("utf-8-sig")

    def _json(self) -> bytes:
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows()]
        return json.dumps(rows, ensure_ascii=False, indent=1, default=str).encode()

    def _xlsx(self) -> bytes:
        from openpyxl import Workbook
        from openpyxl.styles import Font

        from pioneer_etl.report.cell_values import put_figure, put_text

        book = Workbook()
        sheet = book.active
        for column, name in enumerate(self.columns, 1):
            cell = sheet.cell(1, column)
            put_text(cell, name)
            cell.font = Font(bold=True)
        for row, values in enumerate(self.rows(), 2):
            for column, value in enumerate(values, 1):
                if value is not None:
                    put_figure(sheet.cell(row, column), value, "General")
        sheet.freeze_panes = "A2"
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def _parquet(self) -> bytes:
        import tempfile

        import duckdb

        table = self.arrow()
        with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
            file = Path(folder) / "result.parquet"
            connection.from_arrow(table).write_parquet(str(file))
            return file.read_bytes()
