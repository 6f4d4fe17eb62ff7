"""Writing summaries: one workbook for all, a file each, or text to print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import Location, UsageError
from pioneer_etl.report.files import write_atomically
from pioneer_etl.report.html import as_html
from pioneer_etl.report.model import SummaryTable
from pioneer_etl.report.text import as_csv, as_json, as_lines
from pioneer_etl.report.xlsx import workbook_bytes

FORMS = ("xlsx", "html", "csv", "json")


def write_summaries(
    tables: Sequence[SummaryTable], output: Path, language: Language = "zh", form: str | None = None
) -> tuple[Path, ...]:
    """Writes the tables and returns the files written.

    `output` is a file, whose ending tells the form (.xlsx, .html, .json: all tables in it; .csv: one file a
    table, named after it when there are several), or a folder, where each table gets a file of `form`
    (default xlsx).
    """
    ending = output.suffix.lower().lstrip(".")
    if output.is_dir() or not ending:
        form = form or "xlsx"
        written: list[Path] = []
        for table in tables:
            written += write_summaries([table], output / f"{table.name}.{_known(form, output)}", language)
        return tuple(written)
    if _known(form or ending, output) != "csv":
        write_atomically(output, summary_bytes(tables, form or ending, language))
        return (output,)
    files: list[Path] = []
    for table in tables:
        path = output if len(tables) == 1 else output.with_name(f"{output.stem}-{table.name}.csv")
        write_atomically(path, as_csv(table, language, bom=True).encode("utf-8"))
        files.append(path)
        if table.detail:
            detail = path.with_name(f"{path.stem}-detail.csv")
            write_atomically(detail, as_csv(table, language, bom=True, detail=True).encode("utf-8"))
            files.append(detail)
    return tuple(files)


def summary_bytes(tables: Sequence[SummaryTable], form: str, language: Language = "zh") -> bytes:
    """All the tables as one file of a form."""
    if form == "xlsx":
        return workbook_bytes(tables, language)
    return summary_text(tables, form, language).encode("utf-8")


def summary_text(tables: Sequence[SummaryTable], form: str, language: Language = "zh", room: int | None = None) -> str:
    """All the tables as text to print: table (in parts that fit into `room` columns), csv, json or html."""
    if form == "json":
        return as_json(tables, language)
    if form == "html":
        return as_html(tables, language)
    if form == "csv":
        return "\r\n".join(as_csv(each, language) for each in tables)
    return "\n".join(as_lines(each, language, room) for each in tables)


def _known(form: str, output: Path) -> str:
    if form not in FORMS:
        raise UsageError("summary.unknown_form", Location(file=str(output)), found=form, known=", ".join(FORMS))
    return form
