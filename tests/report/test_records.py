"""Lists: rows that are records, personal data masked, every cell traced to its record's cells."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from by_hand import ROOT, Warehouse, economy, period, small_places

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import ConfigurationError, UsageError
from pioneer_etl.report.model import SummarySpec, SummaryTable
from pioneer_etl.report.printed import shown
from pioneer_etl.report.reference import printed_figure
from pioneer_etl.report.spec import load_summary
from pioneer_etl.report.summary import compute_summary
from pioneer_etl.report.trace import trace
from pioneer_etl.report.write import summary_text, write_summaries

DECLARED = """
title = { zh = "{county}{period}35岁以上名单", en = "Over 35, {county}, {period}" }
dataset = "reserve_cadre"
rows = "records"
where = "date_sub('year', birth_month, {cutoff}) > 35"
order_by = ["place", "birth_month"]
columns = [
  "township", "village",
  { zh = "本人", en = "Person", columns = ["name", "sex", "birth_month", "age", "spelt"] },
]

[measures.age]
zh = "年龄"
en = "Age"
value = "date_sub('year', birth_month, {cutoff})"

[measures.spelt]
zh = "拼写"
en = "Spelt"
value = "name || '！'"
"""


def person(village: str, name: str, sex: str, year: int, month: int = 1) -> dict[str, Any]:
    return {"village": village, "name": name, "sex": sex, "birth_month": date(year, month, 1)}


@pytest.fixture(scope="module")
def people(declared: Contracts) -> Warehouse:
    warehouse = Warehouse(Contracts(declared.datasets, declared.code_lists, small_places(), ROOT))
    warehouse.send(
        "reserve_cadre",
        "宜山镇",
        [
            person("双龙村", "王小明", "1", 1950),
            person("宜一村", "欧阳静", "2", 1968, 12),
            person("宜一村", "李四", "1", 1969),
        ],
    )
    warehouse.send(
        "reserve_cadre", "灵溪镇", [person("东门村", "赵六", "1", 1960), person("东门村", "钱七", "2", 1955)]
    )
    return warehouse


@pytest.fixture
def spec(tmp_path: Path) -> SummarySpec:
    path = tmp_path / "older.toml"
    path.write_text(DECLARED, encoding="utf-8")
    return load_summary(path)


def listed(warehouse: Warehouse, spec: SummarySpec, unmask: bool = False, text: str = "2004") -> SummaryTable:
    return compute_summary(warehouse.connection, spec, warehouse.contracts, period(text), unmask)


def printed(table: SummaryTable) -> list[list[str]]:
    formats = [table.spec.measures[leaf.measure or ""].format for leaf in table.spec.leaves]
    return [
        [row.label.zh, *(shown(cell, form, "zh") for cell, form in zip(row.cells, formats, strict=True))]
        for row in table.rows
    ]


def test_the_records_in_order_and_masked(people: Warehouse, spec: SummarySpec) -> None:
    table = listed(people, spec)
    assert printed(table) == [
        ["1", "灵溪镇", "东门村", "钱*", "女", "1955-**", "49", "***"],
        ["2", "灵溪镇", "东门村", "赵*", "男", "1960-**", "44", "***"],
        ["3", "宜山镇", "宜一村", "欧阳*", "女", "1968-**", "36", "***"],
        ["4", "宜山镇", "双龙村", "王*", "男", "1950-**", "54", "***"],
    ]
    assert table.notes[0].zh == "共4条。"
    assert "昌禅乡" in table.notes[1].zh
    assert table.notes[2].zh == "个人信息已隐去一部分。"
    assert [leaf.label.zh for leaf in table.spec.leaves[:3]] == ["乡镇（街道）", "所在村", "姓名"]


def test_unmasked_when_asked_for(people: Warehouse, spec: SummarySpec) -> None:
    table = listed(people, spec, unmask=True)
    assert printed(table)[0] == ["1", "灵溪镇", "东门村", "钱七", "女", "1955-01", "49", "钱七！"]
    assert not any("隐去" in each.zh for each in table.notes)


@pytest.mark.parametrize("form", ["csv", "json", "html", "table"])
def test_no_name_in_any_output(people: Warehouse, spec: SummarySpec, form: str) -> None:
    text = summary_text([listed(people, spec)], form)
    assert "欧阳*" in text
    assert not any(name in text for name in ("欧阳静", "王小明", "1968-12"))


def test_csv_has_a_line_a_record_with_its_code(people: Warehouse, spec: SummarySpec) -> None:
    lines = list(csv.reader(io.StringIO(summary_text([listed(people, spec)], "csv"))))
    assert lines[0][:5] == ["代码", "序号", "乡镇（街道）", "所在村", "本人/姓名"]
    assert lines[1][:5] == ["2-0-6", "1", "灵溪镇", "东门村", "钱*"]


def test_a_list_of_nothing_is_a_list(people: Warehouse, spec: SummarySpec, tmp_path: Path) -> None:
    table = listed(people, spec, text="1999")
    assert table.rows == ()
    assert table.notes[0].zh == "共0条。"
    write_summaries([table], tmp_path / "空.xlsx")
    assert "共0条" in summary_text([table], "html")


@pytest.mark.parametrize("row", ["4", "1-0-5", "双龙村"])
def test_a_cell_is_traced_by_number_code_or_words(people: Warehouse, spec: SummarySpec, row: str) -> None:
    found = trace(people.connection, spec, people.contracts, period("2004"), row, "年龄")
    assert (found.value, found.re_add(), [each.cell for each in found.cells]) == (54, 54, ["C5"])
    assert found.cells[0].value == "1950-**"
    name = trace(people.connection, spec, people.contracts, period("2004"), row, "姓名")
    assert (name.value, name.cells[0].text) == ("王*", "王*")
    assert "王小明" not in str(name.as_dict())


def test_what_names_several_rows_is_refused(people: Warehouse, spec: SummarySpec) -> None:
    with pytest.raises(UsageError) as caught:
        trace(people.connection, spec, people.contracts, period("2004"), "东门村", "年龄")
    assert "2-0-5" in caught.value.message("zh")


def test_a_printed_row_is_traced_by_its_address(people: Warehouse, spec: SummarySpec, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    write_summaries([listed(people, spec)], tmp_path / "名单.xlsx")
    sheet = load_workbook(tmp_path / "名单.xlsx").worksheets[0]
    assert [sheet.cell(row, 1).value for row in range(5, 9)] == [1, 2, 3, 4]
    figure = printed_figure(tmp_path / "名单.xlsx", "G7")
    assert (figure.row, figure.measure) == ("1-0-6", "age")
    found = trace(people.connection, spec, people.contracts, period("2004"), figure.row, figure.measure)
    assert found.value == 36


def test_order_and_limit(declared: Contracts, tmp_path: Path) -> None:
    warehouse = Warehouse(Contracts(declared.datasets, declared.code_lists, small_places(), ROOT))
    warehouse.send("village_economy", "灵溪镇", [economy("东门村", "3"), economy("宜一村", "9")])
    warehouse.send("village_economy", "宜山镇", [economy("宜一村", "5", pay="appraisal"), economy("双龙村", None)])
    path = tmp_path / "richest.toml"
    path.write_text(
        'title = { zh = "表", en = "T" }\ndataset = "village_economy"\nrows = "records"\n'
        'order_by = ["income_total DESC NULLS LAST"]\nlimit = 3\nunit = "万元"\n'
        'columns = ["village", "income_total", "pay_system"]\n',
        encoding="utf-8",
    )
    table = listed(warehouse, load_summary(path))
    assert [row[1:3] for row in printed(table)] == [["宜一村", "9.00"], ["宜一村", "5.00"], ["东门村", "3.00"]]
    assert printed(table)[1][3] == "民主评定制"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('"township", "village"', '"township", "vilage"', "vilage"),
        ("birth_month, {cutoff}) > 35", "birth_monht, {cutoff}) > 35", "birth_monht"),
        ('dataset = "reserve_cadre"', 'dataset = "cadres"', "cadres"),
    ],
)
def test_mistakes_in_a_list(people: Warehouse, tmp_path: Path, old: str, new: str, word: str) -> None:
    path = tmp_path / "older.toml"
    path.write_text(DECLARED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        listed(people, load_summary(path))
    assert word in caught.value.message("en")
    assert caught.value.location.file == str(path)
