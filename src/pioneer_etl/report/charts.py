"""The charts of a summary on a sheet of their own, native ones that read the cells of the printed table."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.address import column_letters
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.report.cells import column_name
from pioneer_etl.report.model import Chart, Comparison, RowKind, SummaryTable, words
from pioneer_etl.report.printed import FIRST_MEASURE, body_top, header_cells, leaves_of
from pioneer_etl.report.words import word

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_ONE = (25.5, 15.0)  # centimetres: a chart alone fills a landscape page of A4
_SEVERAL = (18.0, 11.5)  # two fill an upright one
_ROWS = 24  # of the sheet that one of several and the space below it take
_NEARLY_ALL = Decimal("0.9")
_COLOURS = ("1F4E79", "C55A11", "7F7F7F", "BF9000", "548235", "7030A0")
_FONT = {"zh": "宋体", "en": "Times New Roman"}


def write_charts(sheet: Worksheet, source: str, table: SummaryTable, language: Language) -> None:
    """The charts of a table one below the other; `source` is the sheet whose cells they show."""
    for number, chart in enumerate(table.spec.charts):
        made = _made(chart, source, table, language)
        made.width, made.height = _ONE if len(table.spec.charts) == 1 else _SEVERAL
        sheet.add_chart(made, f"A{1 + number * _ROWS}")
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape" if len(table.spec.charts) == 1 else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = word("page", language, page="&P")
    sheet.oddFooter.center.size = 9


def _made(chart: Chart, source: str, table: SummaryTable, language: Language) -> Any:
    from openpyxl.chart import BarChart, LineChart, PieChart

    if chart.kind == "pie":
        made: Any = PieChart()
    elif chart.kind == "line":
        made = LineChart()
    else:
        made = BarChart()
        made.type = "bar" if chart.kind == "bar" else "col"
        made.gapWidth = 60
        if chart.kind == "stacked":
            made.grouping, made.overlap = "stacked", 100
    made.title = _title(words(chart.label, language), language)
    for number, series in enumerate(_series(chart, source, table, language)):
        _colour(chart, series, number)
        made.series.append(series)
    if chart.kind == "pie":
        made.legend.position = "r"
    else:
        _dress_axes(made, chart, table, language)
    if chart.kind == "pie" or (chart.of_total and chart.kind != "line"):
        _label_points(made, pie=chart.kind == "pie")
    return made


def _series(chart: Chart, source: str, table: SummaryTable, language: Language) -> list[Any]:
    """One series a measure over the townships' rows, or one over the total's cells."""
    from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrData, StrRef, StrVal
    from openpyxl.chart.series import Series, SeriesLabel

    top = body_top(table.spec, table.headings)
    leaves = leaves_of(table.headings)
    columns = {leaf.measure: FIRST_MEASURE + i for i, leaf in enumerate(leaves)}
    names = {leaf.measure: column_name(table.spec, leaf.measure or "", language) for leaf in leaves}
    sheet = "'" + source.replace("'", "''") + "'"

    def numbers(first: int, last: int, left: int, right: int) -> NumDataSource:
        area = f"{sheet}!${column_letters(left)}${first}:${column_letters(right)}${last}"
        return NumDataSource(numRef=NumRef(f=area))

    if chart.of_total:
        row = next(top + i for i, each in enumerate(table.rows) if each.kind is RowKind.TOTAL)
        left, right = columns[chart.measures[0]], columns[chart.measures[-1]]
        heads = {
            each.top for each in header_cells(table.spec, table.headings, language) if each.measure in chart.measures
        }
        if len(heads) == 1:  # LibreOffice shows no names that stand in the chart alone
            head = heads.pop()
            area = f"{sheet}!${column_letters(left)}${head}:${column_letters(right)}${head}"
            named = AxDataSource(strRef=StrRef(f=area))
        else:
            points = [StrVal(idx=i, v=names[each]) for i, each in enumerate(chart.measures)]
            named = AxDataSource(strLit=StrData(ptCount=len(points), pt=points))
        label = SeriesLabel(v=words(table.spec.total_label, language))
        return [Series(idx=0, order=0, tx=label, cat=named, val=numbers(row, row, left, right))]
    rows = [top + i for i, each in enumerate(table.rows) if each.kind is RowKind.TOWNSHIP]
    if not rows:
        return []
    labels = f"{sheet}!$A${rows[0]}:$A${rows[-1]}"
    return [
        Series(
            idx=i,
            order=i,
            tx=SeriesLabel(v=names[each]),
            cat=AxDataSource(strRef=StrRef(f=labels)),
            val=numbers(rows[0], rows[-1], columns[each], columns[each]),
        )
        for i, each in enumerate(chart.measures)
    ]


def _colour(chart: Chart, series: Any, number: int) -> None:
    from openpyxl.chart.series import DataPoint

    if chart.kind == "pie":
        for i in range(len(chart.measures) if chart.of_total else 0):
            point = DataPoint(idx=i)
            point.graphicalProperties.solidFill = _COLOURS[i % len(_COLOURS)]
            series.dPt.append(point)
        return
    colour = _COLOURS[number % len(_COLOURS)]
    if chart.kind == "line":
        series.graphicalProperties.line.solidFill = colour
        series.graphicalProperties.line.width = 22000
        series.smooth = False
    else:
        series.graphicalProperties.solidFill = colour


def _dress_axes(made: Any, chart: Chart, table: SummaryTable, language: Language) -> None:
    """Axes with their labels shown, the unit of the figures beside them, and thin grid lines."""
    measure = table.spec.measures[chart.measures[0]]
    unit = measure.unit or table.spec.unit
    for axis in (made.x_axis, made.y_axis):
        axis.delete = False
        axis.txPr = _text(language, 900)
    percent = measure.format.endswith("%")
    made.y_axis.number_format = "0%" if percent else "#,##0"
    made.y_axis.majorGridlines.spPr = _thin()
    signed = (Comparison.CHANGE, Comparison.GROWTH)
    if not any(table.spec.measures[each].compares in signed for each in chart.measures):
        made.y_axis.scaling.min = 0  # a bar that does not begin at zero misleads
        if percent and _is_full(chart, table):
            made.y_axis.scaling.max = 1  # left alone, an axis of shares that reach 100 % goes on to 120 %
    if unit is not None and words(unit, language) and not percent:
        made.y_axis.title = _title(words(unit, language), language, 900)
    if chart.kind == "bar":
        made.x_axis.scaling.orientation = "maxMin"  # the first township on top
    if len(made.series) > 1:
        made.legend.position = "b"
        made.legend.txPr = _text(language, 900)
    else:
        made.legend = None


def _is_full(chart: Chart, table: SummaryTable) -> bool:
    """Whether no share that the chart shows is over the whole, and one is nearly the whole."""
    shares = [
        cell.value
        for row in table.rows
        for cell in row.cells
        if cell.measure in chart.measures and isinstance(cell.value, (int, Decimal))
    ]
    return chart.kind != "stacked" and bool(shares) and _NEARLY_ALL < max(shares) <= 1


def _thin() -> Any:
    from openpyxl.chart.shapes import GraphicalProperties

    properties = GraphicalProperties()
    properties.line.solidFill = "D9D9D9"
    properties.line.width = 6350
    return properties


def _label_points(made: Any, *, pie: bool) -> None:
    from openpyxl.chart.label import DataLabelList

    made.dataLabels = DataLabelList()
    made.dataLabels.showVal = True
    made.dataLabels.showPercent = pie
    for name in ("showSerName", "showCatName", "showLegendKey", "showLeaderLines"):
        setattr(made.dataLabels, name, False)


def _title(text: str, language: Language, size: int = 1400) -> Any:
    from openpyxl.chart.text import RichText, Text
    from openpyxl.chart.title import Title
    from openpyxl.drawing.text import Paragraph, ParagraphProperties, RegularTextRun

    look = _characters(language, size)
    run = RegularTextRun(t=text, rPr=look)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _text(language: Language, size: int) -> Any:
    from openpyxl.chart.text import RichText
    from openpyxl.drawing.text import Paragraph, ParagraphProperties

    look = _characters(language, size)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)])


def _characters(language: Language, size: int) -> Any:
    from openpyxl.drawing.text import CharacterProperties, Font

    font = Font(typeface=_FONT[language])
    return CharacterProperties(sz=size, b=False, latin=Font(typeface="Times New Roman"), ea=font)
