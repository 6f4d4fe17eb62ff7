"""Briefings: placeholders filled and proved, mistakes named, templates that mean harm kept out, every figure traced."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from by_hand import ROOT, Warehouse, period

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import FileRefused, UsageError
from pioneer_etl.report.brief_figures import Figures, Sources
from pioneer_etl.report.briefing import Briefing, fill_template
from pioneer_etl.report.spec import find_summary
from pioneer_etl.report.summary import compute_summary
from pioneer_etl.report.trace import trace
from pioneer_etl.workbook.limits import Limits

SHIPPED = ROOT / "templates" / "docx" / "经验交流材料.docx"


def sources(warehouse: Warehouse) -> Sources:
    """As the workspace gives them, for a warehouse made by hand."""
    when = period("2004")

    def at(text: str | None) -> object:
        return when if text is None else period(text)

    connection, contracts = warehouse.connection, warehouse.contracts
    return Sources(
        lambda name, text: compute_summary(connection, find_summary(ROOT, name), contracts, at(text)),  # type: ignore[arg-type]
        lambda name, row, column, text: trace(
            connection,
            find_summary(ROOT, name),
            contracts,
            at(text),
            row,
            column,  # type: ignore[arg-type]
        ),
    )


def word_file(*paragraphs: str, runs: bool = False) -> bytes:
    """A Word file; with `runs` every character is a run of its own, as Word likes to leave it."""
    document = docx.Document()
    for text in paragraphs:
        paragraph = document.add_paragraph()
        for part in text if runs else [text]:
            paragraph.add_run(part)
    return saved(document)


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def fill(warehouse: Warehouse, template: bytes, language: Language = "zh", *, appendix: bool = False) -> Briefing:
    figures = Figures(sources(warehouse), period("2004"), "苍南县", language)
    return fill_template(template, "模板.docx", figures, Limits(), language, appendix=appendix)


def text(filled: Briefing) -> str:
    return "\n".join(each.text for each in docx.Document(io.BytesIO(filled.document)).paragraphs)


def said(warehouse: Warehouse, *paragraphs: str, runs: bool = False) -> str:
    return text(fill(warehouse, word_file(*paragraphs, runs=runs)))


def test_figures_of_a_table_are_filled_in(small: Warehouse) -> None:
    got = said(
        small,
        '{{ county }}{{ period }}共收{{ figure("village_economy", "income_total") }}万元，',
        '宜山{{ figure("village_economy", "income_total", "宜山镇", format="0.0") }}万元，'
        '{{ figure("village_economy", "under_5_share", "合计", format="0%") }}的村不足5万元。',
    )
    assert got == "苍南县2004年度共收16.76万元，\n宜山4.3万元，67%的村不足5万元。"


@pytest.mark.parametrize(
    "written",
    [
        "{{ figure('village_economy', 'villages') }}",
        "{{ figure(“village_economy”, “villages”) }}",
        "{{figure（“village_economy”，“villages”）}}",
        '{{ figure("village_economy", "villages", row="合计") }}',
    ],
)
@pytest.mark.parametrize("runs", [False, True])
def test_as_people_type_it(small: Warehouse, written: str, runs: bool) -> None:
    assert said(small, f"共{written}村", runs=runs) == "共4村"


def test_words_are_proved(small: Warehouse) -> None:
    assert said(small, '{{ figure("village_economy", "income_total", say="16万多") }}元') == "16万多元"
    assert said(small, '{{ figure("village_economy", "under_5_share", say="三分之二") }}') == "三分之二"
    assert said(small, '{{ figure("village_economy", "under_5_share", say="auto") }}') == "近七成"


def test_words_that_are_not_true_are_named_with_those_that_are(small: Warehouse) -> None:
    with pytest.raises(UsageError) as caught:
        said(small, '{{ figure("village_economy", "under_5_share", say="70%以上") }}')
    error = caught.value
    assert error.code == "brief.untrue"
    assert error.arguments["found"] == 'figure("village_economy", "under_5_share", say="70%以上")'
    assert error.arguments["exact"] == "66.67%"
    assert "三分之二" in error.remedy("zh")


@pytest.mark.parametrize(
    ("written", "code", "named"),
    [
        ('{{ figure("nothing", "x") }}', "brief.no_figure", 'figure("nothing", "x")'),
        ('{{ figure("village_economy", "incom_total") }}', "brief.no_figure", "incom_total"),
        ('{{ figure("village_economy", "income_total", "某某镇") }}', "brief.no_figure", "某某镇"),
        ('{{ figure("village_economy", "income_total", "昌禅乡") }}', "brief.no_value", "昌禅乡"),
        ("{{ popluation }}", "brief.unknown_name", "popluation"),
        ('{{ figure("village_economy" }}', "brief.syntax", "figure"),
        ('{{ figure("village_economy") }}', "brief.wrong_call", "name"),
        ('{{ names("village_economy", "x") }}', "brief.no_column", 'names("village_economy", "x")'),
    ],
)
def test_a_placeholder_that_cannot_be_computed_stops_with_its_name(
    small: Warehouse, written: str, code: str, named: str
) -> None:
    with pytest.raises(UsageError) as caught:
        said(small, f"见{written}。")
    assert caught.value.code == code
    assert named in caught.value.message("zh")
    assert caught.value.remedy("zh")
    assert caught.value.remedy("en")


@pytest.mark.parametrize(
    "written",
    [
        "{{ figure.__globals__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ figure.__func__.__code__ }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ 'x' * 10**9 }}",
        "{{ 2 ** 10 ** 9 }}",
        "{{ '%0999999999d' % 1 }}",
        "{{ 'x'.join('abc') }}",
        "{{ 'x'|center(10**9) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include '/etc/passwd' %}",
        "{% set x = 1 %}",
        "{% for a in [1,2] %}{% for b in [1,2] %}{% for c in [1,2] %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in [1,2] recursive %}{{ loop([1]) }}{% endfor %}",
        "{{ lipsum(1000000) }}",
        "{{ cycler.__init__ }}",
    ],
)
def test_a_template_can_do_nothing_else(small: Warehouse, written: str) -> None:
    with pytest.raises(UsageError) as caught:
        said(small, written)
    assert caught.value.code in ("brief.forbidden", "brief.unknown_name", "brief.syntax")


def test_lists_and_rows(small: Warehouse) -> None:
    assert said(small, '{{ names("village_economy", "income_total") | join("、") }}') == "灵溪镇、宜山镇"
    document = docx.Document()
    table = document.add_table(rows=3, cols=2)
    cells = ("{%tr for r in rows('village_economy') %}", "", "{{ r.name }}", "{{ r.income_total }}", "{%tr endfor %}")
    for cell, content in zip((each for row in table.rows for each in row.cells), cells, strict=False):
        cell.text = content
    filled = docx.Document(io.BytesIO(fill(small, saved(document)).document))
    found = [tuple(cell.text for cell in row.cells) for row in filled.tables[0].rows]
    assert found == [("合计", "16.76"), ("灵溪镇", "12.50"), ("宜山镇", "4.26"), ("昌禅乡", "未报")]


def test_what_a_figure_prints_is_text(small: Warehouse) -> None:
    figures = Figures(sources(small), period("2004"), "<w:p/>县&镇", "zh")
    filled = fill_template(word_file("{{ county }}"), "模板.docx", figures, Limits(), appendix=False)
    assert text(filled) == "<w:p/>县&镇"


def test_the_appendix_names_each_figure_once_with_its_cells(small: Warehouse) -> None:
    once = '{{ figure("village_economy", "income_total", "宜山镇") }}'
    filled = fill(small, word_file(f"{once}，{once}", '{{ figure("village_economy", "villages") }}'), appendix=True)
    first, second = filled.figures
    assert (first.text, first.exact, first.cells) == ("4.26", "4.26 万元", 2)
    assert first.files == (("宜山镇.xlsx [村集体经济收入]", 2),)
    assert first.command == "pioneer trace village_economy --row 宜山镇 --column income_total --period 2004"
    table = docx.Document(io.BytesIO(filled.document)).tables[-1]
    assert [row.cells[1].text for row in table.rows] == ["文中", "4.26", second.text]
    assert "1 张表的 2 个单元格：宜山镇.xlsx [村集体经济收入] 2 格" in table.rows[1].cells[4].text
    assert first.command in table.rows[1].cells[4].text


def _with(part: str, content: bytes) -> bytes:
    out = io.BytesIO(word_file("x"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(part, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a document", "file.damaged"),
        (_with("word/vbaProject.bin", b"x"), "brief.macros"),
        (_with("word/footnotes.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "file.doctype"),
        (_with("word/comments.xml", b"<a>" + b" " * 5 * 2**20 + b"</a>"), "file.too_large"),
    ],
)
def test_a_file_that_is_no_sound_word_file_is_refused(small: Warehouse, data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as caught:
        fill(small, data)
    assert caught.value.code == code or (code == "file.doctype" and "doctype" in caught.value.code)


def test_a_workbook_is_no_template(small: Warehouse) -> None:
    import openpyxl

    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with pytest.raises(FileRefused) as caught:
        fill(small, out.getvalue())
    assert caught.value.code == "brief.no_document"


@pytest.fixture(scope="module")
def shipped(county: Warehouse) -> Briefing:
    return fill(county, SHIPPED.read_bytes(), appendix=True)


# The speech's figures, one by one, as the shipped template prints them.
SPEECH = {
    "creation_towns": "2",
    "creation_villages": "25",
    "satisfied_teams": "10",
    "outstanding_cadres": "10",
    "first_class_villages": "80",
    "first_class_leaders": "160",
    "city_party_school": "20",
    "trained_township_cadres": "2,895",
    "trained_village_cadres": "1,785",
    "cadres_in_post": "12,000",
    "trained_share": "39%",
    "degree_education": "1200多",
    "learning_branches": "20%以上",
    "schooled_secretaries": "72%以上",
    "longgang_villages": "107",
    "longgang_reserve_cadres": "311",
    "longgang_reserve_young": "67%",
    "longgang_reserve_schooled": "46%",
    "longgang_reserve_women": "19%",
    "yishan_villages_under_30000": "5",
    "yiyi_growth": "42%",
    "villages_under_50000": "66.7%",
    "shuanglong_investors": "3",
    "shuanglong_jobs": "300多",
    "shuanglong_income_per_head": "1万多",
    "jinxing_investment": "300多万",
    "lagging_villages": "39",
    "population": "123万",
}


@pytest.mark.parametrize("name", SPEECH)
def test_the_shipped_template_gives_each_figure_of_the_speech(shipped: Briefing, name: str) -> None:
    printed = [each for each in shipped.figures if each.name == name]
    assert SPEECH[name] in [each.text for each in printed]
    assert all(each.cells for each in printed)
    assert all(each.command.startswith(f"pioneer trace speech_figures --row {name} ") for each in printed)


def test_the_town_committees_are_named(shipped: Briefing) -> None:
    assert "第二批共有2个乡镇党委（灵溪镇、龙港镇）、25个村" in text(shipped)


def test_no_figure_of_the_speech_is_left_out(shipped: Briefing) -> None:
    declared = {each.name for each in find_summary(ROOT, "speech_figures").figures}
    assert {each.name for each in shipped.figures} == declared == set(SPEECH)
    assert "{{" not in text(shipped)


def test_the_shipped_template_is_what_the_script_writes(tmp_path: Path) -> None:
    import shutil
    import subprocess
    import sys

    shutil.copytree(ROOT / "warehouse" / "summaries", tmp_path / "warehouse" / "summaries")
    subprocess.run([sys.executable, str(ROOT / "templates" / "make_briefing.py"), str(tmp_path)], check=True)
    made = docx.Document(str(tmp_path / "templates" / "docx" / SHIPPED.name))
    kept = docx.Document(str(SHIPPED))
    assert [each.text for each in made.paragraphs] == [each.text for each in kept.paragraphs]
    assert len(re.findall(r"\{\{ figure", "".join(each.text for each in kept.paragraphs))) >= len(SPEECH)
