"""From a layout to a file: the page around each table, the sheets, the file's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Label, OrgUnit
from pioneer_etl.match.glob import glob
from pioneer_etl.match.layout import GENERIC, Form, Layout, Target
from pioneer_etl.match.layout_read import heading
from tests.layouts.canvas import Canvas, Ink
from tests.layouts.choice import LayoutChoice
from tests.layouts.columns import columns_of, unit_line
from tests.layouts.files import ENDINGS, save
from tests.layouts.forms import form_table
from tests.layouts.tables import list_table, side_by_side, transposed_table
from tests.layouts.truth import Sample, broken, sample, with_two_names
from tests.layouts.unpivoted import long_table, matrix_table, register_table


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn file, and the samples whose records it says."""

    data: bytes
    name: str
    samples: tuple[Sample, ...]
    layouts: tuple[Layout, ...] = (GENERIC,)


def draw(choice: LayoutChoice, contracts: Contracts) -> Drawn:
    """The file of a layout, with random records."""
    rng = Random(f"records {choice.seed}")
    first = sample(choice.dataset, choice.count, contracts, rng, gaps=choice.gaps)
    if choice.broken != "none":
        first = broken(first, choice.broken, rng)
    if choice.names != "one":
        first = with_two_names(first, "，" if choice.names == "comma" else "、", rng)
    samples = [first]
    if choice.arrangement == "two_datasets":
        other = "village" if choice.dataset == "village_economy" else "village_economy"
        second = sample(other, choice.count, contracts, rng, gaps=choice.gaps)
        while second.township != first.township or second.year != first.year:
            second = sample(other, choice.count, contracts, rng, gaps=choice.gaps)
        samples.append(second)
    canvases = _sheets(choice, samples, contracts)
    if choice.cover:
        canvases.insert(0, _cover_sheet(first))
    if choice.hidden == "sheet":
        canvases.append(_code_sheet())
    layouts = (GENERIC,) if choice.wording != "own" else (_layout(choice, first, contracts), GENERIC)
    return Drawn(save(canvases, choice.kind), _file_name(choice, first), tuple(samples), layouts)


def _layout(choice: LayoutChoice, of: Sample, contracts: Contracts) -> Layout:
    """The layout of a township whose heads only it uses: what an analyst would write down for them."""
    columns = [each for each in columns_of(of, choice, contracts) if each.key not in ("", "serial", "township")]
    named = tuple((heading("/".join(each.path)), Target(each.key, each.tick)) for each in columns)
    ignored = (heading("序号"), heading("乡镇*"), heading("镇"))
    units = {"default": choice.money} if of.dataset.name == "village_economy" else {}
    group = "village" if choice.groups == "villages" else None
    form = Form(
        of.dataset.name, of.dataset.name, None, (), (glob("*"),), (), named, ignored, units=units, group_field=group
    )
    return Layout("own", Label("本镇格式", "the township's own"), "1", forms=(form,))


def _cover_sheet(of: Sample) -> Canvas:
    """A first sheet that only says what the file is."""
    canvas = Canvas("封面")
    canvas.put(3, 2, Ink(f"{of.year}年度农村基层统计报表", bold=True))
    canvas.merge(3, 2, 3, 6)
    canvas.put(8, 2, Ink(f"填报单位：{of.township.name}人民政府（盖章）"))
    canvas.put(10, 2, Ink(f"报出日期：{of.year + 1}年1月15日"))
    return canvas


def _code_sheet() -> Canvas:
    """A hidden sheet with the words of a drop-down list."""
    canvas = Canvas("代码", hidden=True)
    for row, word in enumerate(("文化程度", "研究生", "大学本科", "大学专科", "高中", "初中"), 1):
        canvas.put(row, 1, Ink(word))
    return canvas


def _file_name(choice: LayoutChoice, of: Sample) -> str:
    words = [of.township.name] if choice.township_in == "file" else []
    words += [period(choice, of)] if choice.period_in == "file" else []
    ending = "csv" if choice.kind.startswith("csv") else ENDINGS.get(choice.kind, choice.kind)
    return f"{''.join(words)}报表.{ending}"


def period(choice: LayoutChoice, of: Sample) -> str:
    """The year as the layout writes it."""
    if choice.period_text == "二〇〇〇年":
        return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(of.year)) + "年"
    return choice.period_text.format(of.year)


def _sheet_name(choice: LayoutChoice, of: Sample) -> str:
    words = [of.township.name] if choice.township_in == "sheet" else []
    words += [period(choice, of)] if choice.period_in == "sheet" else []
    return "".join(words) or "Sheet1"


def _sheets(choice: LayoutChoice, samples: Sequence[Sample], contracts: Contracts) -> list[Canvas]:
    """The sheets of the file."""
    first = samples[0]
    if choice.arrangement in ("form", "register"):
        return _forms(choice, first, contracts)
    makes: list[Callable[[], Canvas]] = []
    if choice.arrangement in ("stacked", "sheets"):
        half = len(first.records) // 2
        for part in (slice(0, half), slice(half, None)):
            some = replace(first, records=first.records[part], areas=first.areas[part])
            makes.append(lambda some=some: _page(choice, some, list_table(some, choice, contracts)))  # type: ignore[misc]
    elif choice.arrangement == "two_datasets":
        makes = [lambda of=of: _page(choice, of, list_table(of, choice, contracts)) for of in samples]  # type: ignore[misc]
    else:
        make = _MAKES.get(choice.arrangement, list_table)
        makes = [lambda: _page(choice, first, make(first, choice, contracts))]
    pages = [make() for make in makes]
    if choice.arrangement == "sheets":
        for number, page in enumerate(pages, 1):
            page.name = f"Sheet{number}"
    elif len(pages) > 1:
        pages = [_stack(pages, choice)]
    for page in pages:
        if choice.inflated:
            page.formatted = [(row, column) for row in range(1, 200, 9) for column in (1, 30, 60)]
            page.formatted.append((1_048_000 if choice.seed % 2 else 5000, 3))
    moved = [_moved(page, choice) for page in pages]
    if choice.arrangement != "sheets":
        moved[0].name = _sheet_name(choice, first)
    return moved


_MAKES = {
    "transposed": transposed_table,
    "side_by_side": side_by_side,
    "long": long_table,
    "matrix": matrix_table,
}


def _forms(choice: LayoutChoice, of: Sample, contracts: Contracts) -> list[Canvas]:
    """A sheet for each village (or person), or all forms on one."""
    pages = []
    make = register_table if choice.arrangement == "register" else form_table
    for number, record in enumerate(of.records[:6], 1):
        village = contracts.places.unit(str(record["village"].value))
        assert village is not None
        page = _page(choice, of, make(record, of, choice, contracts), village)
        page.name = village.name if of.dataset.key == ("village",) else f"Sheet{number}"
        pages.append(page)
    if choice.seed % 3 == 0:
        pages = [_stack(pages, choice)]
        pages[0].name = "Sheet1"
    return [_moved(page, choice) for page in pages]


def _stack(pages: Sequence[Canvas], choice: LayoutChoice) -> Canvas:
    """Pages below each other on one sheet, a blank row or two between."""
    canvas = Canvas()
    row = 1
    for page in pages:
        canvas.paste(page, row, 1)
        row = canvas.height + 2 + choice.seed % 2
    return canvas


def _moved(page: Canvas, choice: LayoutChoice) -> Canvas:
    """The page with empty rows and columns before it."""
    down, right = choice.offset
    canvas = Canvas(page.name)
    canvas.paste(page, 1 + down, 1 + right)
    canvas.formatted = page.formatted
    return canvas


def _page(choice: LayoutChoice, of: Sample, table: Canvas, village: OrgUnit | None = None) -> Canvas:
    """A table with its title, the lines above and below it, and what stands beside it."""
    rng = Random(f"page {choice.seed}")
    canvas = Canvas()
    width = max(table.width, 2)
    row = _titles(canvas, choice, of, width, village)
    if choice.blank_rows == "title" and row > 1:
        row += 1
    row = _lines_above(canvas, choice, of, width, row, rng, village)
    canvas.paste(table, row, 1)
    if choice.lookup:
        place = table.width + 2 + choice.seed % 2
        if choice.tall_lookup:
            _tall_lookup(canvas, row, place, table.height)
        else:
            _lookup(canvas, row + 1, place, of)
    row = canvas.height + 1 if not choice.lookup else max(row + table.height, canvas.height + 1)
    _lines_below(canvas, choice, of, width, row, rng)
    return canvas


def _title(choice: LayoutChoice, of: Sample, village: OrgUnit | None) -> str:
    words = of.township.name if choice.township_in == "title" else ""
    if village is not None and choice.seed % 2:
        words += village.name
    words += period(choice, of) if choice.period_in == "title" else ""
    return f"{words}{of.dataset.title.zh}{('表', '统计表', '情况表')[choice.seed % 3]}"


def _titles(canvas: Canvas, choice: LayoutChoice, of: Sample, width: int, village: OrgUnit | None) -> int:
    """The title; the next row comes back."""
    if choice.title == "none":
        return 1
    title = _title(choice, of, village)
    if choice.unit_in == "title" and (line := unit_line(of, choice)):
        title += f"（{line}）"
    if choice.title == "two_lines":
        place, rest = "附件1", title
        if choice.township_in == "title":
            place, rest = of.township.name, title.removeprefix(of.township.name)
        canvas.put(1, 1, Ink(place, bold=choice.styled))
        canvas.put(2, 1, Ink(rest, bold=choice.styled))
        canvas.merge(1, 1, 1, width)
        canvas.merge(2, 1, 2, width)
        return 3
    canvas.put(1, 1, Ink(title, bold=choice.styled, centred=choice.title == "merged", across=choice.title == "across"))
    if choice.title == "merged":
        canvas.merge(1, 1, 1, width)
    return 2


def _items(choice: LayoutChoice, of: Sample, rng: Random, village: OrgUnit | None = None) -> list[str]:
    """What a signature line says."""
    name = f"{of.township.name}{village.name if village else ''}"
    items = [f"填报单位：{name}" + rng.choice(("", "（盖章）"))]
    items += [f"填表人：{rng.choice('陈林黄李')}某某", f"审核人：{rng.choice('王杨吴')}某"][: rng.choice((1, 2))]
    year, day = of.year + 1, rng.randint(10, 20)
    items.append(rng.choice((f"填报日期：{year}年1月{day}日", f"填表日期：{year}.01.{day}")))
    if rng.random() < 0.4:
        items.append(f"联系电话：0577-6400{rng.randint(1000, 9999)}")
    return items


def _lines_above(
    canvas: Canvas, choice: LayoutChoice, of: Sample, width: int, row: int, rng: Random, village: OrgUnit | None
) -> int:
    """Filler, period and unit between title and table; the next row comes back."""
    facts: list[str] = []
    if choice.township_in == "filler":
        facts.append(f"填报单位：{of.township.name}{village.name if village else ''}（盖章）")
    if choice.period_in == "filler":
        facts.append(f"报告期：{period(choice, of)}")
    if choice.signature.startswith("above"):
        facts += _items(choice, of, rng, village)[1 if facts else 0 :]
    unit = unit_line(of, choice) if choice.unit_in in ("line", "line_end") else None
    if facts and (choice.signature == "above_one" or choice.seed % 2):
        canvas.put(row, 1, Ink("　　".join(facts + ([unit] if unit and choice.unit_in == "line" else []))))
        canvas.merge(row, 1, row, width)
        if unit and choice.unit_in == "line_end":
            row += 1
            canvas.put(row, width, Ink(unit))
        return row + 1
    step = max(1, width // (len(facts) + 1))
    for number, fact in enumerate(facts):
        canvas.put(row, 1 + number * step, Ink(fact))
    if unit:
        row += 1 if (row, width) in canvas.cells else 0
        canvas.put(row, width, Ink(unit))
    return row + (1 if facts or unit else 0)


def _lines_below(canvas: Canvas, choice: LayoutChoice, of: Sample, width: int, row: int, rng: Random) -> None:
    """Notes and signatures under the table."""
    notes = {
        "below": ["注：本表数据由各村会计提供。"],
        "long": [
            "说明：1.本表由各村填报，镇汇总后于次年1月底前报县；2.没有发生的项目填“无”；3.数字保留到小数点后两位，"
            "有疑问的请及时与县里联系，不得漏报、错报。"
        ],
        "several": ["注：1.本表统计到年末。", "    2.没有的项目填“无”。", "3.人口以户籍为准。"],
    }.get(choice.notes, [])
    for note in notes:
        canvas.put(row, 1, Ink(note))
        if choice.seed % 2:
            canvas.merge(row, 1, row, width)
        row += 1
    if choice.signature == "below_one":
        canvas.put(row, 1, Ink("　　".join(_items(choice, of, rng))))
        canvas.merge(row, 1, row, width)
    elif choice.signature == "below_cells":
        row += choice.seed % 2
        for number, item in enumerate(_items(choice, of, rng)):
            canvas.put(row, 1 + number * max(1, width // 5), Ink(item))


_LOOKUPS = {
    "reserve_cadre": (("代码", "学历"), ("1", "研究生"), ("2", "本科"), ("3", "大专"), ("4", "高中及以下")),
    "village_economy": (("代码", "报酬制度"), ("1", "效益工资制"), ("2", "民主评定制"), ("3", "其他")),
}


_PEOPLES = tuple("汉苗彝壮满侗瑶白傣黎佤畲水回藏")


def _tall_lookup(canvas: Canvas, row: int, column: int, height: int) -> None:
    """A list of codes as long as the form that it stands beside."""
    canvas.put(row, column, Ink("代码"))
    canvas.put(row, column + 1, Ink("民族"))
    for number in range(1, height):
        canvas.put(row + number, column, Ink(f"{number:02d}"))
        canvas.put(row + number, column + 1, Ink(f"{_PEOPLES[number % len(_PEOPLES)]}族{number}"))


def _lookup(canvas: Canvas, row: int, column: int, of: Sample) -> None:
    """A list of codes printed beside the form."""
    for number, (code, word) in enumerate(_LOOKUPS[of.dataset.name]):
        canvas.put(row + number, column, Ink(code))
        canvas.put(row + number, column + 1, Ink(word))
