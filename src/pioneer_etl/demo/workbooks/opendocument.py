"""Pages to an OpenDocument spreadsheet.  The same pages give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from pioneer_etl.demo.workbooks.page import Cell, Look, Page
from pioneer_etl.demo.workbooks.write import SAVED, shown

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for name, urn in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
        ("number", "datastyle"),
    )
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_FORMATS = {
    "0.00": '<number:number-style style:name="{}"><number:number number:decimal-places="2" '
    'number:min-decimal-places="2" number:min-integer-digits="1"/></number:number-style>',
    "0.0%": '<number:percentage-style style:name="{}"><number:number number:decimal-places="1" '
    'number:min-decimal-places="1" number:min-integer-digits="1"/><number:text>%</number:text>'
    "</number:percentage-style>",
    'yyyy"年"m"月"': '<number:date-style style:name="{}"><number:year number:style="long"/>'
    "<number:text>年</number:text><number:month/><number:text>月</number:text></number:date-style>",
    "yyyy-mm-dd": '<number:date-style style:name="{}"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>",
}
_FORMAT_NAMES = {text: f"N{number}" for number, text in enumerate(_FORMATS, 1)}
_WIDTHS = {"left": "start", "right": "end", "center": "center"}
_LAST_ROW = 65_536


def write_ods(pages: Sequence[Page], formatted_to_the_end: bool = False) -> bytes:
    """An .ods of `pages`.

    With `formatted_to_the_end` all rows down to the sheet's last have borders, as after formatting whole columns.
    """
    looks = list(dict.fromkeys(cell.look for page in pages for cell in page.cells.values()))
    names = {look: f"ce{number}" for number, look in enumerate(looks, 1)}
    widths = list(dict.fromkeys(width for page in pages for width in page.widths.values()))
    columns = {width: f"co{number}" for number, width in enumerate(widths, 1)}
    content = "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<office:document-content {_SPACES} office:version="1.2"><office:automatic-styles>',
            *(style.format(_FORMAT_NAMES[text]) for text, style in _FORMATS.items()),
            *(_column_style(name, width) for width, name in columns.items()),
            *(_cell_style(name, look) for look, name in names.items()),
            "</office:automatic-styles><office:body><office:spreadsheet>",
            *(piece for page in pages for piece in _table(page, names, columns, formatted_to_the_end)),
            "</office:spreadsheet></office:body></office:document-content>",
        )
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text, method in (
            ("mimetype", _TYPE, zipfile.ZIP_STORED),
            ("content.xml", content, zipfile.ZIP_DEFLATED),
            ("META-INF/manifest.xml", _MANIFEST, zipfile.ZIP_DEFLATED),
        ):
            package.writestr(zipfile.ZipInfo(name, SAVED.timetuple()[:6]), text, method)
    return out.getvalue()


def _column_style(name: str, width: float) -> str:
    return (
        f'<style:style style:name="{name}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * 0.21:.2f}cm"/></style:style>'
    )


def _cell_style(name: str, look: Look) -> str:
    cell = 'style:vertical-align="middle"'
    cell += ' fo:border="0.5pt solid #000000"' if look.border else ""
    cell += f' fo:background-color="#{look.fill}"' if look.fill else ""
    cell += ' fo:wrap-option="wrap"' if look.wrap else ""
    aligned = _WIDTHS.get(look.horizontal)
    paragraph = f'<style:paragraph-properties fo:text-align="{aligned}"/>' if aligned else ""
    weight = "bold" if look.bold else "normal"
    data = f' style:data-style-name="{_FORMAT_NAMES[look.number_format]}"' if look.number_format in _FORMATS else ""
    return (
        f'<style:style style:name="{name}" style:family="table-cell"{data}>'
        f"<style:table-cell-properties {cell}/>{paragraph}"
        f'<style:text-properties style:font-name-asian={quoteattr(look.font)} fo:font-size="{look.size}pt" '
        f'style:font-size-asian="{look.size}pt" fo:font-weight="{weight}" style:font-weight-asian="{weight}"/>'
        "</style:style>"
    )


def _table(page: Page, names: dict[Look, str], columns: dict[float, str], to_the_end: bool) -> Iterator[str]:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in page.merges}
    covered = {
        (row, column)
        for top, left, bottom, right in page.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - spans.keys()
    yield f"<table:table table:name={quoteattr(page.name)}>"
    for column in range(1, page.width + 1):
        style = f' table:style-name="{columns[page.widths[column]]}"' if column in page.widths else ""
        hidden = ' table:visibility="collapse"' if column in page.hidden_columns else ""
        yield f"<table:table-column{style}{hidden}/>"
    for row in range(1, page.height + 1):
        hidden = ' table:visibility="filter"' if row in page.hidden_rows else ""
        yield f"<table:table-row{hidden}>"
        for column in range(1, page.width + 1):
            if (row, column) in covered:
                yield "<table:covered-table-cell/>"
            else:
                yield _cell(page.cells.get((row, column)), spans.get((row, column)), names)
        yield "</table:table-row>"
    if to_the_end and page.height < _LAST_ROW:
        framed = next((name for look, name in names.items() if look.border and not look.bold), "ce1")
        yield (
            f'<table:table-row table:number-rows-repeated="{_LAST_ROW - page.height}"><table:table-cell '
            f'table:style-name="{framed}" table:number-columns-repeated="{page.width}"/></table:table-row>'
        )
    yield "</table:table>"


def _cell(cell: Cell | None, span: tuple[int, int] | None, names: dict[Look, str]) -> str:
    if cell is None:
        return "<table:table-cell/>"
    attributes = f' table:style-name="{names[cell.look]}"'
    if span is not None:
        attributes += f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
    content = cell.content
    if content is None:
        return f"<table:table-cell{attributes}/>"
    if cell.formula is not None:
        attributes += f" table:formula={quoteattr('of:=' + cell.formula)}"
    if isinstance(content, date):
        attributes += f' office:value-type="date" office:date-value="{content.isoformat()}"'
    elif isinstance(content, int | Decimal):
        kind = "percentage" if cell.look.number_format.endswith("%") else "float"
        attributes += f' office:value-type="{kind}" office:value="{content}"'
    else:
        attributes += ' office:value-type="string"'
    lines = escape(shown(content)).split("\n")
    return f"<table:table-cell{attributes}>{''.join(f'<text:p>{line}</text:p>' for line in lines)}</table:table-cell>"
