"""`pioneer plugins new`: what is proposed from a sample, what is asked, and what is written."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from typer.testing import CliRunner

from pioneer_etl.cli.main import build, main
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.load import load_contracts
from pioneer_etl.contract.model import FieldType
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.match.evidence import Senders
from pioneer_etl.match.layout_read import load_layouts
from pioneer_etl.plugins.explain import explain_layout
from pioneer_etl.plugins.infer import propose, take_sample
from pioneer_etl.plugins.made_up import MadeUp
from pioneer_etl.plugins.patterns import ascii_name, pattern_of
from pioneer_etl.plugins.proposal import AnswerKey, Proposal, ProposedForm, State, read_answers
from pioneer_etl.plugins.refine import choices_of
from pioneer_etl.plugins.scaffold import proposed_layout
from pioneer_etl.table.model import TableKind
from pioneer_etl.transform.words import id_check_digit
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workspace import open_workspace
from pioneer_etl.workspace.new_plugin import learn

OF_PEOPLE = (FieldType.PERSON_NAME, FieldType.ID, FieldType.PHONE)
Rows = Sequence[Sequence[object]]


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_contracts(starter_root())


@pytest.fixture(scope="module")
def villages(contracts: Contracts) -> list[str]:
    """Villages of 望里镇."""
    township = contracts.places.resolve("望里镇", level="township").unit
    assert township is not None
    return [each.name for each in contracts.places.children(township.code)][:5]


def xlsx(rows: Rows, sheet: str = "Sheet1") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    book.properties.creator = "王某某"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def economy(
    villages: Sequence[str], contracting: str = "土地上缴款", other: str = "其他收入", unit: str = "万元"
) -> Rows:
    """A form of village_economy; `contracting` and `other` are how two of the parts of the sum are headed."""
    heads = ["村名", "总收入", "经营收入", contracting, "投资收益", "补助收入", other]
    rows: list[Sequence[object]] = [[f"望里镇2004年村集体经济收入表{f'（单位：{unit}）' if unit else ''}"], heads]
    for number, village in enumerate(villages, 1):
        parts = [number * 1.5, number + 0.25, 0.5 * number, 2, 0.1]
        rows.append([village, sum(parts), *parts])
    return rows


def proposal_of(
    rows: Rows, contracts: Contracts, answers: dict[AnswerKey, str] | None = None, name: str = "样本.xlsx"
) -> Proposal:
    return propose([take_sample(xlsx(rows), name, Limits())], contracts, answers or {})


def column(form: ProposedForm, heading: str) -> tuple[State, str | None]:
    return next((each.state, each.target) for each in form.columns if each.heading == heading)


@pytest.mark.parametrize(
    ("title", "pattern"),
    [
        ("灵溪镇2004年行政村基本情况一览表", "*行政村基本情况一览表"),
        ("金乡镇村级后备干部花名册（2004年）", "*村级后备干部花名册*"),
        ("钱库镇二〇〇四年度村情统计表", "*村情统计表"),
        ("苍南县龙港镇2004年第3季度干部教育培训统计表", "*干部教育培训统计表"),
        ("龙港镇2004年1-6月干部教育培训统计表", "*干部教育培训统计表"),
        ("无名镇后备干部名册", "*后备干部名册"),
        ("2004年宜一村基本情况", "*村基本情况"),
        ("各乡镇村级债务情况", "*各乡镇村级债务情况"),
        ("龙港镇2004年统计表", None),
        ("Sheet1", None),
    ],
)
def test_a_title_loses_places_years_and_numbers(title: str, pattern: str | None, contracts: Contracts) -> None:
    assert pattern_of(title, contracts.places, Senders(contracts.places)) == pattern


def test_a_name_comes_from_the_letters_of_the_file() -> None:
    assert ascii_name("Newtown-village_2004.xls") == "newtown_village"
    assert ascii_name("上报-望里.xls") is None
    assert ascii_name("Book1.xlsx") is None


def test_what_the_contract_knows_is_taken_and_nothing_is_asked(contracts: Contracts, villages: list[str]) -> None:
    proposal = proposal_of(economy(villages, "发包收入"), contracts)
    (form,) = proposal.forms
    assert (form.dataset, form.titles, proposal.townships, proposal.period) == (
        "village_economy",
        ("*村集体经济收入表*",),
        ("望里镇",),
        "2004",
    )
    assert column(form, "发包收入") == (State.TAKEN, "income_contracting")
    assert proposal.questions == ()


def test_an_unknown_part_of_a_sum_is_proved_by_the_sum(contracts: Contracts, villages: list[str]) -> None:
    (form,) = proposal_of(economy(villages), contracts).forms
    assert column(form, "土地上缴款") == (State.TAKEN, "income_contracting")


def test_two_unknown_parts_of_a_sum_are_asked_about(contracts: Contracts, villages: list[str]) -> None:
    proposal = proposal_of(economy(villages, other="杂项"), contracts)
    (form,) = proposal.forms
    assert column(form, "土地上缴款")[0] is State.UNSURE
    assert column(form, "杂项")[0] is State.UNSURE
    assert [each.key for each in proposal.questions] == [
        ("village_economy", "columns", "土地上缴款"),
        ("village_economy", "columns", "杂项"),
    ]


def test_a_sum_that_does_not_hold_proves_nothing(contracts: Contracts, villages: list[str]) -> None:
    rows = [list(row) for row in economy(villages)]
    rows[3][3] = 99
    (form,) = proposal_of(rows, contracts).forms
    assert column(form, "土地上缴款")[0] is State.UNSURE


def test_a_guard_word_is_never_overlooked_even_by_a_sum(contracts: Contracts, villages: list[str]) -> None:
    (form,) = proposal_of(economy(villages, "上年发包款"), contracts).forms
    assert column(form, "上年发包款")[0] is State.UNSURE


def test_likeness_alone_is_a_question_with_the_likeliest_answer(contracts: Contracts, villages: list[str]) -> None:
    rows: list[Sequence[object]] = [["望里镇2004年村基本情况表"], ["村名", "户数", "人口", "主要劳动力"]]
    rows += [[village, 100 + n, 400 + n, 200 + n] for n, village in enumerate(villages)]
    proposal = proposal_of(rows, contracts)
    (question,) = proposal.questions
    assert (question.key, question.proposal) == (("village", "columns", "主要劳动力"), "labour_force")
    layout = proposed_layout(proposal, contracts)
    assert layout is not None
    assert [target.field for _, target in layout.forms[0].columns] == ["village", "households", "population"]


def test_an_answer_goes_before_everything_and_a_wrong_one_is_refused(contracts: Contracts, villages: list[str]) -> None:
    rows = economy(villages, other="杂项")
    key = ("village_economy", "columns", "杂项")
    (form,) = proposal_of(rows, contracts, {key: "ignore"}).forms
    assert column(form, "杂项") == (State.IGNORED, None)
    with pytest.raises(UsageError) as error:
        proposal_of(rows, contracts, {key: "no_such_field"})
    assert error.value.code == "plugin.new.bad_answer"


def test_a_unit_that_nobody_says_is_asked_once(contracts: Contracts, villages: list[str]) -> None:
    rows = economy(villages, "发包收入", unit="")
    (question,) = proposal_of(rows, contracts).questions
    assert question.key == ("village_economy", "units", "default")
    assert {choice.value for choice in question.choices} >= {"元", "万元"}
    told = proposal_of(rows, contracts, {question.key: "元"})
    assert (told.questions, told.forms[0].units) == ((), {"default": "元"})


def test_an_unknown_spelling_of_a_code_is_asked(contracts: Contracts, villages: list[str]) -> None:
    rows: list[Sequence[object]] = [["望里镇2004年村基本情况表"], ["村名", "类别", "户数", "人口"]]
    rows += [[village, "富" if n % 2 else "经济强村", 100 + n, 400 + n] for n, village in enumerate(villages)]
    (question,) = proposal_of(rows, contracts).questions
    assert question.key == ("village", "codes", "category", "富")
    answered = proposal_of(rows, contracts, {question.key: question.choices[0].value})
    assert answered.questions == ()
    assert answered.forms[0].codes == {"category": {"富": question.choices[0].value}}


def test_a_heading_may_list_its_codes_itself(contracts: Contracts) -> None:
    sexes = contracts.code_lists["sex"]
    assert choices_of("性别(1男2女)", sexes) == {"1": "男", "2": "女"}
    assert choices_of("性别(1男2老)", sexes) == {}
    assert choices_of("性别(男/女)", sexes) == {}


def test_a_table_of_nobody_is_passed_over(contracts: Contracts) -> None:
    rows: list[Sequence[object]] = [["食堂菜谱"], ["星期", "午餐", "价格"], *([day, "面", 3] for day in "一二三四五")]
    proposal = proposal_of(rows, contracts)
    assert proposal.forms == ()
    assert len(proposal.passed_over) == 1
    assert proposed_layout(proposal, contracts) is None


def test_what_no_sample_says_is_asked(contracts: Contracts, villages: list[str]) -> None:
    rows = [["村集体经济收入表（万元）"], *economy(villages, "发包收入")[1:]]
    keys = {each.key for each in proposal_of(rows, contracts).questions}
    assert keys >= {("township",), ("period",)}
    said = proposal_of(rows, contracts, {("township",): "望里镇", ("period",): "2004"})
    assert (said.townships, said.period) == (("望里镇",), "2004")


def test_answers_stand_in_toml_or_json(tmp_path: Path) -> None:
    toml, json = tmp_path / "a.toml", tmp_path / "a.json"
    toml.write_text(
        'name = "x"\n[village.columns]\n"劳力" = "labour_force"\n[village.carry]\nvillage = true\n', "utf-8"
    )
    json.write_text(
        '{"name": "x", "village": {"columns": {"劳力": "labour_force"}, "carry": {"village": true}}}', "utf-8"
    )
    expected = {("name",): "x", ("village", "columns", "劳力"): "labour_force", ("village", "carry", "village"): "yes"}
    assert read_answers(toml) == read_answers(json) == expected


NAMES = st.text(st.sampled_from("王李欧阳小明红芳伟强"), min_size=2, max_size=4)


@given(st.lists(NAMES, min_size=1, max_size=30))
def test_made_up_names_are_of_one_shape_consistent_and_nobodys(real: list[str]) -> None:
    made = MadeUp(frozenset())
    given_names = [made.name(each) for each in real]
    assert [made.name(each) for each in real] == given_names
    assert [len(each) for each in given_names] == [len(each) for each in real]
    assert len(set(given_names)) == len(set(real))


@given(st.integers(0, 365 * 60), st.integers(0, 999), st.booleans())
def test_a_made_up_id_tells_the_same_month_and_sex_and_is_as_right_as_it_was(
    day: int, serial: int, right: bool
) -> None:
    born = f"19{50 + day // 365 % 50}{day % 12 + 1:02d}{day % 28 + 1:02d}"
    first = f"330327{born}{serial:03d}"
    digit = id_check_digit(first)
    real = first + (digit if right else ("1" if digit != "1" else "2"))
    made = MadeUp(frozenset()).id_number(real)
    assert made[:12] == real[:12]
    assert int(made[16]) % 2 == int(real[16]) % 2
    assert (id_check_digit(made[:17]) == made[17]) == right


def test_names_and_numbers_are_found_in_running_text() -> None:
    made = MadeUp(frozenset({"大专"}))
    other = made.name("张　三")
    assert re.fullmatch(r"\S　\S", other)
    assert made.text("填表人：张三　电话：64770001").startswith(f"填表人：{other.replace('　', '')}")
    assert "64770001" not in made.text("填表人：张三　电话：64770001")
    assert made.text("收入 64770001 元") == "收入 64770001 元"
    assert made.phone("13806641234") != "13806641234"
    assert made.phone("13806641234").startswith("138")
    assert made.name("大专") == "大专"


def roster(villages: Sequence[str]) -> Rows:
    rows: list[Sequence[object]] = [
        ["望里镇2004年村级后备干部名册"],
        ["所在村", "姓名", "性别", "出生年月", "文化程度", "身份证号", "联系电话", "备注"],
    ]
    for number, village in enumerate(villages):
        first = f"33032719700{number + 1}15{number}01"
        digits = first + id_check_digit(first)
        rows.append(
            [
                village,
                f"欧阳小{'明红芳伟强'[number]}",
                "男",
                f"1970.0{number + 1}",
                "高中",
                digits,
                f"1380664123{number}",
                f"由欧阳小{'明红芳伟强'[number]}本人填",
            ]
        )
    return [*rows, ["填报单位：望里镇（盖章）　填表人：诸葛小亮　联系电话：0577-64770001"]]


def test_nothing_of_real_people_is_written(county: Callable[..., Path], tmp_path: Path, villages: list[str]) -> None:
    root = county()
    source = tmp_path / "后备.xlsx"
    source.write_bytes(xlsx(roster(villages)))
    learning = learn(open_workspace(root), [source])
    learnt = learning.write(learning.propose({}, "newtown"))
    assert learnt.report.passed, learnt.report.text("en")
    assert learnt.records == {"reserve_cadre": 5}
    written = b""
    for path in sorted(learnt.plugin.folder.rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                written += b"".join(archive.read(name) for name in archive.namelist())
        elif path.is_file():
            written += path.read_bytes()
    text = written.decode("utf-8", "replace")
    for secret in ("欧阳", "诸葛小亮", "王某某", "64770001", "1380664123", "33032719700115001"):
        assert secret not in text, secret
    assert "望里镇" in text


def call(root: Path, *arguments: str, said: str = "") -> tuple[int, str]:
    """The command as it is run, with what is typed; its exit code and all it says."""
    result = CliRunner().invoke(build("en"), ["-w", str(root), "plugins", "new", *arguments], input=said)
    return result.exit_code, result.output


def test_the_command_asks_writes_tests_and_refuses_to_overwrite(
    county: Callable[..., Path], tmp_path: Path, villages: list[str]
) -> None:
    root = county()
    sample = tmp_path / "newtown_2004.xlsx"
    sample.write_bytes(xlsx(economy(villages, other="杂项")))
    code, output = call(root, str(sample), said="nonsense\nincome_contracting\n\ny\n")
    assert code == 0, output
    assert "Please enter a number" in output
    assert "✓ newtown" in output
    folder = root / "plugins" / "newtown"
    layout = (folder / "layout.toml").read_text("utf-8")
    assert '"土地上缴款" = "income_contracting"  # 已确认' in layout
    assert '"杂项" = "income_other"  # 收入合计应等于各项收入之和' in layout  # what one answer leaves, the sum proves
    assert (folder / "README.md").is_file()
    assert len(list((folder / "samples").glob("*.village_economy.expected.csv"))) == 1
    before = (folder / "layout.toml").read_bytes()
    assert main(["-w", str(root), "plugins", "new", str(sample), "--yes"]) == 2
    assert (folder / "layout.toml").read_bytes() == before
    report = open_workspace(root).ingest([sample], dry_run=True)
    read = [(each.layout, each.records, each.status) for each in report.files[0].submissions]
    assert read == [("newtown", 5, "read")]


def test_yes_takes_nothing_unsure_and_says_what_is_open(
    county: Callable[..., Path], tmp_path: Path, villages: list[str]
) -> None:
    root = county()
    sample = tmp_path / "newtown_2004.xlsx"
    sample.write_bytes(xlsx(economy(villages, other="杂项")))
    code, output = call(root, str(sample), "--yes")
    assert code == 1
    assert '[village_economy.columns] "杂项" = ' in output
    layout = (root / "plugins" / "newtown" / "layout.toml").read_text("utf-8")
    assert '\n# "杂项" = "?"' in layout
    held = open_workspace(root).ingest([sample], dry_run=True)
    assert held.files[0].status == "quarantined"

    shutil.rmtree(root / "plugins" / "newtown")
    answers = tmp_path / "answers.toml"
    answers.write_text(
        '[village_economy.columns]\n"土地上缴款" = "income_contracting"\n"杂项" = "income_other"\n', "utf-8"
    )
    code, output = call(root, str(sample), "--answers", str(answers), "--name", "望里")
    assert code == 0, output
    assert (root / "plugins" / "望里" / "layout.toml").is_file()


@pytest.mark.parametrize("name", ["longgang", "qianku"])
def test_the_copy_of_a_sample_says_the_same_but_for_people(
    county: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    root = county(name)
    folder = root / "plugins" / name / "samples"
    aside = tmp_path / "mail"
    aside.mkdir()
    expected = {}
    for path in sorted(folder.iterdir()):
        if path.name.endswith(".expected.csv"):
            expected[path.name] = path.read_text("utf-8-sig")
        else:
            shutil.copy(path, aside)
    shutil.rmtree(root / "plugins" / name)
    learning = learn(open_workspace(root), [aside])
    answers = {each.key: each.proposal or "ignore" for each in learning.propose({}).questions}
    learnt = learning.write(learning.propose(answers, "learnt"))
    assert learnt.report.passed, learnt.report.text("en")
    for file, text in expected.items():
        again = (learnt.plugin.folder / "samples" / file).read_text("utf-8")
        dataset = learning.workspace.contracts.datasets[file.split(".")[-3]]
        people = {each.name for each in dataset.fields if each.type in OF_PEOPLE or each.personal == "name"}
        assert without(people, again) == without(people, text), file


def without(fields: set[str], text: str) -> list[list[str]]:
    """The lines of an expectation without some fields."""
    lines = [line.split(",") for line in text.splitlines()]
    kept = [place for place, name in enumerate(lines[0]) if name not in fields]
    return [[line[place] for place in kept] for line in lines]


def test_a_sample_that_does_not_say_whose_it_is_is_kept_under_a_name_that_does(
    county: Callable[..., Path], tmp_path: Path, villages: list[str]
) -> None:
    root = county()
    sample = tmp_path / "sent.xlsx"
    sample.write_bytes(xlsx([["村集体经济收入表（单位：万元）"], *economy(villages, "发包收入")[1:]]))
    learning = learn(open_workspace(root), [sample], township="望里", period="2004年")
    proposal = learning.propose({}, "newtown")
    learnt = learning.write(proposal)
    assert proposal.questions == ()
    assert [each.name for each in learnt.plugin.samples.values()] == ["望里镇2004_sent.xlsx"]
    assert learnt.report.passed, learnt.report.text("en")
    assert not learnt.waits
    assert "period" not in learnt.plugin.layout.read_text("utf-8")  # the next year's file has another


def test_sheets_of_one_form_are_one_form(contracts: Contracts, villages: list[str]) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for part in (villages[:3], villages[3:]):
        page = book.create_sheet(f"片{len(book.worksheets) + 1}")
        for row in economy(part, "发包收入"):
            page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    (form,) = propose([take_sample(out.getvalue(), "望里.xlsx", Limits())], contracts, {}).forms
    assert [source.sheet for source in form.sources] == ["片1", "片2"]


def test_a_label_merged_over_its_records_is_carried(contracts: Contracts, villages: list[str]) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(["望里镇2004年村级后备干部名册"])
    page.append(["所在村", "姓名", "性别", "出生年月", "文化程度"])
    for number in range(6):
        page.append(
            [
                villages[number // 3] if number % 3 == 0 else None,
                f"王小{'一二三四五六'[number]}",
                "男",
                "1970.05",
                "高中",
            ]
        )
    page.merge_cells("A3:A5")
    page.merge_cells("A6:A8")
    out = io.BytesIO()
    book.save(out)
    (form,) = propose([take_sample(out.getvalue(), "望里.xlsx", Limits())], contracts, {}).forms
    assert form.carry == ("village",)


def test_a_transposed_form_is_learnt_as_one(contracts: Contracts, villages: list[str]) -> None:
    rows: list[Sequence[object]] = [["望里镇2004年村基本情况表"], ["项目", *villages]]
    rows += [[name, *(base + n for n in range(5))] for name, base in (("户数", 100), ("人口", 400), ("劳动力", 200))]
    (form,) = proposal_of(rows, contracts).forms
    assert form.kind is TableKind.TRANSPOSED
    assert column(form, "劳动力") == (State.TAKEN, "labour_force")


def test_a_format_that_is_known_already_gets_no_second_plugin(county: Callable[..., Path], tmp_path: Path) -> None:
    root = county("qianku")
    (sample,) = (root / "plugins" / "qianku" / "samples").glob("*.xls")
    assert learn(open_workspace(root), [sample]).known_layout() == "qianku"
    code, _ = call(root, str(sample), "--yes", "--name", "again")
    assert code != 0
    assert not (root / "plugins" / "again").exists()


def test_a_sample_with_nothing_in_it_is_refused_before_anything_is_asked(
    county: Callable[..., Path], tmp_path: Path
) -> None:
    root = county()
    sample = tmp_path / "memo.csv"
    sample.write_text("会议通知\n", "utf-8")
    with pytest.raises(UsageError) as error:
        CliRunner().invoke(build("en"), ["-w", str(root), "plugins", "new", str(sample)], catch_exceptions=False)
    assert error.value.code == "plugin.new.nothing"


def test_where_nothing_is_sure_the_questions_are_told_and_nothing_is_written(
    county: Callable[..., Path], tmp_path: Path, villages: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    root = county()
    sample = tmp_path / "newtown_2004.xlsx"
    rows = [[n, 100 + n, 400 + n] for n, _ in enumerate(villages)]
    sample.write_bytes(xlsx([["望里镇2004年村基本情况表"], ["甲", "乙", "丙"], *rows]))
    assert main(["--lang", "en", "-w", str(root), "plugins", "new", str(sample), "--yes"]) == 2
    said = capfd.readouterr().err
    assert "run again with --answers" in said
    assert '[village.columns] "乙" = ' in said
    assert "plugin.new.nothing" in said
    assert not (root / "plugins" / "newtown").exists()


def test_a_second_format_of_a_township_gets_a_name_of_its_own(
    county: Callable[..., Path], tmp_path: Path, villages: list[str]
) -> None:
    root = county()
    first, second = tmp_path / "经济.xlsx", tmp_path / "后备.xlsx"
    first.write_bytes(xlsx(economy(villages, "发包收入")))
    second.write_bytes(xlsx(roster(villages)))
    names = []
    for sample in (first, second):
        learning = learn(open_workspace(root), [sample])
        proposal = learning.propose({})
        names.append(proposal.name)
        learning.write(proposal)
    assert names[1] == f"{names[0]}_reserve_cadre"
    again = learn(open_workspace(root), [first]).propose({})
    assert again.name == names[0]  # the same forms once more are no second format


def test_a_layout_is_explained_in_words(contracts: Contracts) -> None:
    (layout,) = load_layouts(starter_root() / "plugins" / "jinxiang" / "layout.toml")
    told = explain_layout(layout, contracts, "en")
    assert "  sent by" in told.lower()
    assert "4. roster of reserve cadres (reserve_cadre), a list (a record a row)" in told
    assert "    推荐渠道 → recommended by" in told
    assert "  spellings of sex: 1 = male, 2 = female" in told
    (ticks,) = load_layouts(starter_root() / "plugins" / "qianku" / "layout.toml")
    assert "    性别/男 → 性别 = 男 (√)" in explain_layout(ticks, contracts, "zh")


def test_a_change_of_a_learnt_format_is_told(county: Callable[..., Path], tmp_path: Path, villages: list[str]) -> None:
    root = county()
    sample, later = tmp_path / "newtown_2004.xlsx", tmp_path / "newtown_2005.xlsx"
    rows = economy(villages, "发包收入")
    sample.write_bytes(xlsx(rows))
    learning = learn(open_workspace(root), [sample])
    learning.write(learning.propose({}))
    title = str(rows[0][0]).replace("2004", "2005")
    heads = ["其他款项" if each == "其他收入" else each for each in rows[1]]
    later.write_bytes(xlsx([[title], heads, *rows[2:]]))
    (file,) = open_workspace(root).ingest([later], dry_run=True).files
    assert [each.layout for each in file.submissions] == ["newtown"]
    assert file.status == "quarantined"
    told = {each.code: each.message("zh") for each in file.findings}
    assert "其他收入" in told["column.renamed"]
    assert "其他款项" in told["column.renamed"]


@pytest.mark.parametrize(("heading", "state"), [("参报村庄", State.TAKEN), ("原籍村庄", State.UNSURE)])
def test_villages_are_known_by_the_register_but_not_every_village_is_the_records(
    heading: str, state: State, contracts: Contracts, villages: list[str]
) -> None:
    rows: list[Sequence[object]] = [["望里镇2004年村基本情况表"], [heading, "户数", "人口", "劳动力"]]
    rows += [[village, 100 + n, 400 + n, 200 + n] for n, village in enumerate(villages)]
    (form,) = proposal_of(rows, contracts).forms
    assert column(form, heading)[0] is state


def test_id_numbers_are_known_by_their_check_digits(contracts: Contracts, villages: list[str]) -> None:
    rows = [list(row) for row in roster(villages)]
    rows[1][5] = "证件"
    (form,) = proposal_of(rows, contracts).forms
    assert column(form, "证件") == (State.TAKEN, "id_number")
    rows[2][5] = str(rows[2][5])[:-1] + ("1" if str(rows[2][5])[-1] != "1" else "2")
    (form,) = proposal_of(rows, contracts).forms
    assert column(form, "证件")[0] is State.UNSURE
