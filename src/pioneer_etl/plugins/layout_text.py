"""A proposed layout as `layout.toml`: commented, in the order in which a person reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.match.model import MatchKind
from pioneer_etl.plugins.deciding import heading_text
from pioneer_etl.plugins.proposal import Proposal, ProposedColumn, ProposedForm, Question, State, toml_key, toml_text
from pioneer_etl.plugins.years import LAST_YEAR, THIS_YEAR

_WHY = {
    MatchKind.EXACT: "名称",
    MatchKind.SYNONYM: "同义词",
    MatchKind.LAYOUT: "已确认",
}


def layout_text(proposal: Proposal, contracts: Contracts) -> str:
    """The text of the layout.  A form that has nothing sure yet stands in it as comments only."""
    lines = [
        "#:schema ../layout.schema.json",
        "# 由 pioneer plugins new 写成，可以直接改；各键的意思见 docs/layouts.md。",
        "# Written by `pioneer plugins new`; edit it freely. docs/layouts.md explains every key.",
        f"name = {toml_text(proposal.name)}",
        f"title = {{ zh = {toml_text(proposal.title + '报表')}, en = {toml_text('Forms of ' + proposal.title)} }}",
        f"version = {toml_text((proposal.period or '1') + '.1' if proposal.period else '1')}",
    ]
    if proposal.townships:
        lines.append(f"townships = {_texts(proposal.townships)}  # 还有哪些乡镇用这种格式，加在这里")
    for form in proposal.forms:
        lines += ["", *form_text(form, proposal.questions, contracts)]
    return "\n".join(lines) + "\n"


def form_text(form: ProposedForm, questions: Sequence[Question], contracts: Contracts) -> Iterator[str]:
    """The lines of one `[[form]]`."""
    dataset = contracts.datasets[form.dataset]
    places = "、".join(f"{each.file} [{each.sheet}] {each.range.a1}" for each in form.sources[:3])
    yield f"# {dataset.title.zh} · {dataset.title.en}：{places}"
    body = list(_body(form, contracts))
    open_questions = [each for each in questions if each.key[0] == form.name]
    yield from body if form.of(State.TAKEN) else (f"# {line}" if line else "#" for line in body)
    for each in open_questions:
        yield f"# 未定：{_one_line(each.text('zh'))}"
        yield f"# open: {_one_line(each.text('en'))}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _body(form: ProposedForm, contracts: Contracts) -> Iterator[str]:
    yield "[[form]]"
    yield f"dataset = {toml_text(form.dataset)}"
    if form.name != form.dataset:
        yield f"name = {toml_text(form.name)}"
    yield f"kind = {toml_text(form.kind.value)}"
    if form.part:
        yield "part = true  # 一张登记表里的几部分，各是一个数据集"
    for key, texts in (("title", form.titles), ("sheet", form.sheets), ("headers", form.headers)):
        if texts:
            yield f"match.{key} = {_texts(texts)}"
    ignored = [each.heading for each in form.of(State.IGNORED)]
    if ignored:
        reasons = dict.fromkeys(each.reason for each in form.of(State.IGNORED) if each.reason)
        yield f"ignore = {_texts(list(dict.fromkeys(ignored)))}  # {'、'.join(reasons)}".rstrip(" #")
    if form.carry:
        yield f"carry = {_texts(form.carry)}  # 只写一次，往下管"
    if form.group_field:
        yield f"group_field = {toml_text(form.group_field)}  # 写在各组前面单独一行"
    if form.skip_rows:
        yield f"skip_rows = {_texts(form.skip_rows)}"
    yield from _unpivot(form)
    marks = dict(zip((THIS_YEAR, LAST_YEAR), form.periods, strict=False))
    of_years = [each for each in form.columns if each.heading.startswith(tuple(marks))] if marks else []
    yield from _columns("form.columns", [each for each in form.columns if each not in of_years])
    if form.units:
        yield from ("", "[form.units]", *(f"{toml_key(name)} = {toml_text(unit)}" for name, unit in form.units.items()))
    if form.constants:
        yield from ("", "[form.constants]", *(f"{key} = {toml_text(text)}" for key, text in form.constants.items()))
    if form.blanks:
        yield from ("", "[form.blanks]", *(f"{key} = {toml_text(text)}" for key, text in form.blanks.items()))
    for field, known in form.codes.items():
        yield from ("", f"[form.codes.{toml_key(field)}]")
        yield from (
            f"{toml_key(text) if text.isdigit() is False else toml_text(text)} = {toml_text(code)}"
            for text, code in known.items()
        )
    for mark, period in marks.items():
        yield from ("", "[[form.block]]")
        if period:
            yield f"period = {toml_text(period)}"
        yield from _columns("form.block.columns", [each for each in of_years if each.heading.startswith(mark)])


def _columns(table: str, columns: Sequence[ProposedColumn]) -> Iterator[str]:
    """The headings of a form or of one of its blocks."""
    yield ""
    yield f"[{table}]"
    seen: set[str] = set()
    for each in columns:
        if each.heading in seen:
            continue
        seen.add(each.heading)
        if each.state is State.TAKEN and each.target is not None:
            yield f"{toml_text(each.heading)} = {toml_text(each.target)}{_comment(each)}"
        elif each.state is State.UNSURE:
            likely = f"{toml_text(each.heading)} = {toml_text(each.target or '?')}"
            yield f"# {likely}  # {each.where} 未定，不入库{_likely(each)}"


def _unpivot(form: ProposedForm) -> Iterator[str]:
    """How a long table or a matrix is written out."""
    source = form.sources[0]
    plan = source.unpivoted.plan if source.unpivoted is not None else None
    if source.unpivoted is None or plan is None:
        return
    frame = source.unpivoted.sheet_frame
    lines = {line.line: line for line in frame.lines}
    yield from ("", "[form.unpivot]")
    if plan.item is not None:
        yield f"item = {toml_text(heading_text(frame, lines[plan.item]))}"
        if not plan.heads:
            yield f"values = {_texts([heading_text(frame, lines[each]) for each in plan.values])}"
    if plan.heads:
        yield f"heads = {_texts([what for what, _ in plan.heads])}"
    if plan.value is not None:
        yield f"value = {toml_text(plan.value[0])}"


def _comment(column: ProposedColumn) -> str:
    """Why a heading was taken for its field, where it was not by the field's own name."""
    if column.kind is MatchKind.EXACT:
        return ""
    why = column.reason if column.kind not in _WHY or column.reason not in ("", "同义词") else _WHY[column.kind]
    if column.reason == "答":
        why = "已确认"
    return f"  # {_one_line(why)}" if why else ""


def _likely(column: ProposedColumn) -> str:
    return f"：{column.reason}" if column.target and column.reason else ""


def _texts(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
