"""The rules by which a format is learnt, one small sheet each: what is taken, what is left out, and what is asked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.layouts.kit import repository_contracts
from tests.plugins.test_new import Rows, column, economy, proposal_of, roster

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.plugins.proposal import ProposedForm, State
from pioneer_etl.plugins.scaffold import proposed_layout
from pioneer_etl.table.model import TableKind


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return repository_contracts()


@pytest.fixture(scope="module")
def villages(contracts: Contracts) -> list[str]:
    """Villages of 望里镇."""
    township = contracts.places.resolve("望里镇", level="township").unit
    assert township is not None
    return [each.name for each in contracts.places.children(township.code)][:5]


def form_of(rows: Rows, contracts: Contracts) -> ProposedForm:
    (form,) = proposal_of(rows, contracts).forms
    return form


def beside(rows: Rows, heading: str, cells: Sequence[object]) -> list[list[object]]:
    """A sheet with one more column: its heading in the second row, its cells below."""
    title, heads, *rest = [list(row) for row in rows]
    return [title, [*heads, heading], *([*row, cell] for row, cell in zip(rest, cells, strict=True))]


def basics(villages: Sequence[str]) -> Rows:
    """A form of village with its numbers."""
    rows = [[village, 100 + n, 400 + 7 * n, 200 + n] for n, village in enumerate(villages)]
    return [["望里镇2004年村基本情况表"], ["村名", "户数", "人口", "劳动力"], *rows]


def people(villages: Sequence[str]) -> Rows:
    return roster(villages)[:-1]


@pytest.mark.parametrize(
    ("heading", "state"), [("怎样联络（手机）", State.TAKEN), ("家里住处", State.UNSURE)], ids=["said", "unsaid"]
)
def test_telephones_are_known_by_their_form_under_a_heading_of_telephones(
    heading: str, state: State, contracts: Contracts, villages: list[str]
) -> None:
    rows = [list(row) for row in people(villages)]
    rows[1][6] = heading
    assert column(form_of(rows, contracts), heading)[0] is state


def test_codes_that_only_one_field_knows_need_a_character_of_its_name(
    contracts: Contracts, villages: list[str]
) -> None:
    pay = ["效益工资", "民主评定", "效益工资", "民主评定", "效益工资"]
    rows = economy(villages, "发包收入")
    assert column(form_of(beside(rows, "干部怎样付酬", pay), contracts), "干部怎样付酬") == (State.TAKEN, "pay_system")
    assert column(form_of(beside(rows, "甲", pay), contracts), "甲")[0] is State.UNSURE
    assert column(form_of(beside(rows, "上年付酬", pay), contracts), "上年付酬")[0] is State.UNSURE
    odd = [*pay[:4], "看情况"]
    assert column(form_of(beside(rows, "干部怎样付酬", odd), contracts), "干部怎样付酬")[0] is State.UNSURE


def test_a_column_that_is_one_divided_by_another_carries_nothing(contracts: Contracts, villages: list[str]) -> None:
    rows = basics(villages)
    averages = [round((400 + 7 * n) / (100 + n), 2) for n in range(len(villages))]
    assert column(form_of(beside(rows, "户均人口", averages), contracts), "户均人口") == (State.IGNORED, None)
    wrong = [*averages[:4], 9.99]
    assert column(form_of(beside(rows, "户均人口", wrong), contracts), "户均人口")[0] is State.UNSURE


def test_formulas_over_the_same_row_carry_nothing(contracts: Contracts, villages: list[str]) -> None:
    rows = basics(villages)
    own = [f"=C{row}-B{row}" for row in range(3, 8)]
    assert column(form_of(beside(rows, "人户差", own), contracts), "人户差") == (State.IGNORED, None)
    other = [f"=C{row}-Sheet2!B{row}" for row in range(3, 8)]
    assert column(form_of(beside(rows, "人户差", other), contracts), "人户差")[0] is State.UNSURE


def test_a_column_that_repeats_the_sender_carries_nothing(contracts: Contracts, villages: list[str]) -> None:
    rows = basics(villages)
    assert column(form_of(beside(rows, "上报者", ["望里镇"] * 5), contracts), "上报者") == (State.IGNORED, None)
    assert column(form_of(beside(rows, "上报者", ["望里镇"] * 4 + ["王明"]), contracts), "上报者")[0] is State.UNSURE


def test_ages_carry_nothing_beside_the_months_of_birth(contracts: Contracts, villages: list[str]) -> None:
    ages = [34, 34, 34, 34, 34]
    rows = [list(row) for row in people(villages)]
    assert column(form_of(beside(rows, "年龄", ages), contracts), "年龄") == (State.IGNORED, None)
    rows[1][3] = "何时生人"
    assert column(form_of(beside(rows, "年龄", ages), contracts), "年龄")[0] is State.UNSURE


@pytest.mark.parametrize("head", ["片区", "校验", "审核意见"])
def test_working_areas_checks_and_remarks_are_left_out(head: str, contracts: Contracts, villages: list[str]) -> None:
    cells = {"片区": ["东片"] * 5, "校验": ["√"] * 5, "审核意见": ["属实"] * 5}[head]
    assert column(form_of(beside(basics(villages), head, cells), contracts), head) == (State.IGNORED, None)


def test_a_check_that_says_something_is_not_left_out(contracts: Contracts, villages: list[str]) -> None:
    form = form_of(beside(basics(villages), "校验", [0, 0, 3, 0, 0]), contracts)
    assert column(form, "校验")[0] is State.UNSURE


def test_two_columns_for_one_field_are_asked_about(contracts: Contracts, villages: list[str]) -> None:
    proposal = proposal_of(beside(basics(villages), "总人口", [401, 402, 403, 404, 405]), contracts)
    assert {each.key[-1]: each.code for each in proposal.questions} == {
        "人口": "plugin.new.ask_double",
        "总人口": "plugin.new.ask_double",
    }


def test_the_parts_of_a_sum_are_known_together_by_their_words_and_the_sum(
    contracts: Contracts, villages: list[str]
) -> None:
    rows = [list(row) for row in economy(villages, "村里土地发包所得")]
    rows[1][2], rows[1][4] = "村办经营所得", "对外投资所得"
    form = form_of(rows, contracts)
    assert [column(form, head) for head in ("村办经营所得", "村里土地发包所得", "对外投资所得")] == [
        (State.TAKEN, "income_operating"),
        (State.TAKEN, "income_contracting"),
        (State.TAKEN, "income_investment"),
    ]
    rows[4][1] = 99
    assert column(form_of(rows, contracts), "村办经营所得")[0] is State.UNSURE


def test_rows_that_check_others_are_skipped(contracts: Contracts, villages: list[str]) -> None:
    rows = [*basics(villages), ["核对", 0, 0, 0]]
    assert form_of(rows, contracts).skip_rows == ("核对*",)


def test_a_code_that_no_column_says_is_asked_once(contracts: Contracts) -> None:
    heads = ["培训班名称", "培训类别", "培训时间", "培训人次"]
    classes = [[f"第{n}期", "政治理论", f"2004年{n}月", 40 + n] for n in range(3, 7)]
    rows = [["望里镇2004年干部教育培训情况"], heads, *classes]
    (question,) = proposal_of(rows, contracts).questions
    assert question.key == ("training", "constants", "level")
    told = proposal_of(rows, contracts, {question.key: "village"})
    assert (told.questions, told.forms[0].constants) == ((), {"level": "village"})


def test_labels_over_groups_of_records_that_are_codes_say_the_code(contracts: Contracts) -> None:
    heads = ["培训班名称", "培训类别", "培训时间", "培训人次"]
    classes = [[f"第{n}期", "政治理论", f"2004年{n}月", 40 + n] for n in range(3, 9)]
    rows = [["望里镇2004年干部教育培训情况"], heads, ["乡镇干部"], *classes[:3], ["村干部"], *classes[3:]]
    proposal = proposal_of(rows, contracts)
    assert (proposal.questions, proposal.forms[0].group_field) == ((), "level")


def organisations(villages: Sequence[str], marks: Sequence[object]) -> Rows:
    rows = [[village, "党支部", 20 + n, mark] for n, (village, mark) in enumerate(zip(villages, marks, strict=True))]
    return [["望里镇2004年村级组织情况表"], ["村名", "党组织类型", "党员总数", "学习型支部"], *rows]


def test_whether_an_empty_cell_beside_marks_says_no_is_asked(contracts: Contracts, villages: list[str]) -> None:
    (question,) = proposal_of(organisations(villages, ["√", None, "√", None, None]), contracts).questions
    assert question.key == ("village_organisation", "blanks", "learning_branch")
    assert proposal_of(organisations(villages, ["√", "×", "√", "×", "×"]), contracts).questions == ()


def test_a_list_beside_the_table_tells_what_its_codes_are(contracts: Contracts, villages: list[str]) -> None:
    rows = [list(row) for row in beside(economy(villages, "发包收入"), "报酬制度", ["1", "2", "1", "2", "1"])]
    rows[1] += [None, "代码", "报酬制度"]
    rows[2] += [None, "1", "效益工资制"]
    rows[3] += [None, "2", "民主评定制"]
    proposal = proposal_of(rows, contracts)
    assert proposal.questions == ()
    assert proposal.forms[0].codes == {"pay_system": {"1": "效益工资制", "2": "民主评定制"}}
    assert len(proposal_of([row[:8] for row in rows], contracts).questions) == 2


@pytest.mark.parametrize("years", [("2003年", "2004年"), ("上年", "本年"), ("去年", "今年")])
def test_two_years_side_by_side_are_two_blocks(
    years: tuple[str, str], contracts: Contracts, villages: list[str]
) -> None:
    heads = ["户数", "人口"]
    rows: list[Sequence[object]] = [
        ["望里镇2004年村基本情况对照表"],
        ["村名", years[0], None, years[1], None],
        [None, *heads, *heads],
        *([village, 100 + n, 400 + n, 101 + n, 402 + n] for n, village in enumerate(villages)),
    ]
    proposal = proposal_of(rows, contracts)
    assert proposed_layout(proposal, contracts) is not None
    (form,) = proposal.forms
    assert form.periods == ("", "上年")
    assert column(form, "{上年}/户数") == (State.TAKEN, "households")
    assert column(form, "{本年}/人口") == (State.TAKEN, "population")


def test_columns_to_tick_beside_unknown_headings_are_no_matrix(contracts: Contracts, villages: list[str]) -> None:
    people_rows = [
        [village, f"王小{'一二三四五'[n]}", "√" if n % 2 else None, None if n % 2 else "√", "1970.05", "高中"]
        for n, village in enumerate(villages)
    ]
    rows = [
        ["望里镇2004年村级后备干部名册"],
        ["所在村", "姓名", "性别", None, "何时生人", "读书程度"],
        [None, None, "男", "女", None, None],
        *people_rows,
    ]
    form = form_of(rows, contracts)
    assert form.kind is TableKind.LIST
    assert column(form, "性别/男") == (State.TAKEN, "sex=男")
    assert column(form, "何时生人")[0] is State.UNSURE


def test_a_row_of_units_below_the_heads_is_no_text_carried_on(contracts: Contracts, villages: list[str]) -> None:
    title, heads, *rest = [list(row) for row in economy(villages, "山林发包", other="其余", unit="")]
    rows = [title, heads, [None, *["万元"] * 6], *rest]
    form = form_of(rows, contracts)
    assert [column(form, head)[0] for head in ("总收入", "山林发包", "其余")] == [State.TAKEN] * 3
    assert {each.unit for each in form.columns if each.state is State.TAKEN and each.field != "village"} == {"万元"}


def test_the_fields_that_all_cells_read_as_are_offered_first(contracts: Contracts) -> None:
    heads = ["培训班名称", "培训类别", "谁来学", "几月", "培训人次", "出勤"]
    classes = [[f"第{n}期", "政治理论", "村干部", f"2004年{n}月", 40 + n, f"9{n}%"] for n in range(3, 7)]
    rows = [["望里镇2004年干部教育培训情况"], heads, *classes]
    first = {each.key[-1]: each.choices[0].value for each in proposal_of(rows, contracts).questions}
    assert first == {"谁来学": "level", "几月": "date", "出勤": "attendance_rate"}
