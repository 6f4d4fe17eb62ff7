"""A briefing: a Word template filled with figures of the warehouse, and an appendix that says where each comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import FileRefused, Location, UsageError
from pioneer_etl.report.brief_figures import Figures, QuotedFigure
from pioneer_etl.report.words import word
from pioneer_etl.workbook.archive import open_archive
from pioneer_etl.workbook.limits import Limits

if TYPE_CHECKING:
    from docx.document import Document

_BODY = "word/document.xml"
_LARGEST_PART = 4 * 2**20  # of a part that is filled in: far more text than a briefing has
_TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")
# What a Chinese keyboard writes for the signs that placeholders need.
_WIDE = str.maketrans("（），＝［］．：｜", "(),=[].:|")
_SOURCES = 3  # files named beside a figure


@dataclass(frozen=True, slots=True)
class Briefing:
    """A filled template: the document's bytes and the figures that it quotes, in the order of the text."""

    document: bytes
    figures: tuple[QuotedFigure, ...]


def fill_template(
    template: bytes, name: str, figures: Figures, limits: Limits, language: Language = "zh", *, appendix: bool = True
) -> Briefing:
    """`template` (a .docx) with its placeholders filled by `figures`.

    FileRefused when it is no sound Word file; UsageError with the placeholder that cannot be filled, and what to do.
    """
    check_template(template, name, limits)
    import docx

    from pioneer_etl.report.brief_sandbox import BriefEnvironment, guarded

    filler = _template(template)
    names = figures.names()
    guarded(lambda: filler.render(dict(names), BriefEnvironment(), autoescape=True), names)
    out = BytesIO()
    filler.save(out)
    quoted = tuple(figures.quoted.values())
    if appendix and quoted:
        document = docx.Document(BytesIO(out.getvalue()))
        _append(document, quoted, language)
        out = BytesIO()
        document.save(out)
    return Briefing(out.getvalue(), quoted)


def check_template(data: bytes, name: str, limits: Limits) -> None:
    """FileRefused unless the bytes are a Word file that can be opened safely."""
    archive = open_archive(data, name, limits)
    if _BODY not in archive:
        raise FileRefused("brief.no_document", Location(name))
    if any(part.lower().endswith("vbaproject.bin") for part in archive.parts):
        raise FileRefused("brief.macros", Location(name))
    archive.refuse_doctypes()
    for part, entry in archive.parts.items():
        if part.startswith("word/") and part.endswith(".xml") and entry.file_size > _LARGEST_PART:
            raise FileRefused("file.too_large", Location(name), found=entry.file_size, expected=_LARGEST_PART)


def _template(data: bytes) -> Any:
    from docxtpl import DocxTemplate

    class Template(DocxTemplate):  # type: ignore[misc]  # it has no types
        """docxtpl's, with the full-width signs of a Chinese keyboard inside placeholders understood."""

        def patch_xml(self, src_xml: str) -> str:
            return _TAG.sub(_narrowed, str(super().patch_xml(src_xml)))

    return Template(BytesIO(data))


def _narrowed(match: re.Match[str]) -> str:
    parts = _QUOTED.split(match[0])
    return "".join(part if i % 2 else part.translate(_WIDE) for i, part in enumerate(parts))


def _append(document: Document, quoted: Sequence[QuotedFigure], language: Language) -> None:
    """The appendix: every figure with its exact value and its sources."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    def put(paragraph: Any, text: str, size: float, *, heading: bool = False) -> None:
        run = paragraph.add_run(text)
        run.font.size = Pt(size)
        run.font.name = "Times New Roman"
        run.font.bold = heading and language == "en"
        fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), "黑体" if heading else "宋体")
        layout = paragraph.paragraph_format
        layout.first_line_indent = layout.left_indent = Cm(0)
        layout.space_before = layout.space_after = Pt(1.5)
        layout.line_spacing = 1.0

    title = document.add_paragraph()
    put(title, word("brief_appendix", language), 16, heading=True)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(8)
    title.paragraph_format.page_break_before = True
    table = document.add_table(rows=1, cols=5)
    table.autofit = False
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{edge}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    properties.append(borders)
    section = document.sections[-1]
    page, left, right = (each or Cm(2.5) for each in (section.page_width, section.left_margin, section.right_margin))
    room = page - left - right
    widths = [int(room * part) for part in (0.07, 0.12, 0.15, 0.22, 0.44)]
    heads = [word(f"brief_{name}", language) for name in ("number", "text", "exact", "meaning", "source")]
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        put(cell.paragraphs[0], text, 9, heading=True)
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for number, each in enumerate(quoted, 1):
        row = table.add_row()
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
        for cell, text in zip(row.cells, (str(number), each.text, each.exact, each.meaning), strict=False):
            put(cell.paragraphs[0], text, 9)
        source = row.cells[4]
        put(source.paragraphs[0], source_words(each, language), 8)
        put(source.add_paragraph(), each.command, 8)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    note = document.add_paragraph()
    put(note, word("brief_note", language), 9)


def source_words(figure: QuotedFigure, language: Language) -> str:
    """Where a figure comes from, in a line: how many cells of how many sheets, and the first of them."""
    told = [word("brief_file", language, file=file, count=count) for file, count in figure.files[:_SOURCES]]
    more = ["…"] if len(figure.files) > _SOURCES else []
    summary = word("brief_counts", language, cells=figure.cells, sheets=len(figure.files), records=figure.records)
    return summary + ("；" if language == "zh" else "; ").join([*told, *more])


def require_docx(name: str) -> None:
    """UsageError unless a name ends in .docx."""
    if not name.lower().endswith(".docx"):
        raise UsageError("cli.no_format", found=name, expected=".docx")
