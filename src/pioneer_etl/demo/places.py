"""The demo county's places: one county, 20 townships, 780 villages.

苍南县 and the townships' names are on the map; the villages, all codes below the county's and the
working areas (片区) are made up.  `warehouse/org_units.csv` is what `org_units_csv()` gives:

    python -m pioneer_etl.demo.places warehouse/org_units.csv
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from pioneer_etl.demo.dice import Dice, shares

COUNTY_CODE = "330327000000"
COUNTY_NAME = "苍南县"
COLUMNS = (
    "code",
    "name",
    "level",
    "parent",
    "aliases",
    "valid_from",
    "valid_to",
    "attributes",
    "former_names",
    "successor",
)


@dataclass(frozen=True, slots=True)
class Village:
    """A village; `area` is the township's working area (片区) that it belongs to."""

    code: str
    name: str
    township: str
    area: str
    aliases: tuple[str, ...] = ()
    valid_from: str = ""
    former_names: str = ""


@dataclass(frozen=True, slots=True)
class Township:
    """A township; `plugin` is the name of the layout that its forms follow."""

    code: str
    name: str
    plugin: str
    villages: tuple[Village, ...]
    aliases: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The name as people say it: 龙港 for 龙港镇."""
        for ending in ("畲族乡", "镇", "乡"):
            if self.name.endswith(ending):
                return self.name.removesuffix(ending)
        return self.name


# Name, villages, whose format it uses, working areas, aliases.
_TOWNSHIPS: tuple[tuple[str, int, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("灵溪镇", 104, "lingxi", ("城中片", "沪山片", "凤池片", "浦亭片", "渡龙片"), ()),
    ("龙港镇", 107, "longgang", ("城东片", "江口片", "湖前片", "龙江片"), ()),
    ("宜山镇", 46, "yishan", ("宜山片", "江山片"), ()),
    ("钱库镇", 76, "qianku", ("钱库片", "项桥片", "括山片"), ()),
    ("金乡镇", 58, "jinxiang", ("卫城片", "湖里片", "石砰片"), ()),
    ("桥墩镇", 51, "qiaodun", ("桥墩片", "碗窑片", "五凤片"), ()),
    ("藻溪镇", 41, "zaoxi", ("藻溪片", "繁枝片"), ()),
    ("矾山镇", 42, "fanshan", ("矾都片", "昌禅片"), ()),
    ("赤溪镇", 29, "chixi", ("赤溪片", "中墩片"), ()),
    ("马站镇", 39, "mazhan", ("马站片", "城门片"), ()),
    ("望里镇", 31, "wangli", ("望里片", "溪头片"), ()),
    ("炎亭镇", 14, "yanting", ("炎亭片",), ()),
    ("大渔镇", 12, "dayu", ("大渔片",), ()),
    ("莒溪镇", 22, "juxi", ("莒溪片", "大峨片"), ()),
    ("南宋镇", 21, "nansong", ("南宋片",), ()),
    ("霞关镇", 16, "xiaguan", ("霞关片",), ()),
    ("芦浦镇", 25, "lupu", ("芦浦片", "林家院片"), ()),
    ("巴曹镇", 22, "bacao", ("巴曹片",), ("舥艚镇",)),
    ("岱岭畲族乡", 11, "dailing", ("岱岭片",), ("岱岭乡",)),
    ("凤阳畲族乡", 13, "fengyang", ("凤阳片",), ("凤阳乡",)),
)

# Villages that must exist, by township.
_GIVEN: dict[str, tuple[str, ...]] = {
    "宜山镇": ("宜一村", "宜二村", "宜三村", "宜四村", "宜五村", "宜六村"),
    "钱库镇": ("双龙村", "钱一村", "钱二村", "钱三村"),
    "金乡镇": ("金星村", "东门外村", "西门外村"),
    "龙港镇": ("龙一村", "龙二村", "龙三村", "河底高一村", "河底高二村"),
    "灵溪镇": ("灵江村", "沪山一村", "沪山二村", "沪山三村"),
}

# Names that two townships share, as happens everywhere.
_SHARED: tuple[tuple[str, str, str], ...] = (
    ("新联村", "灵溪镇", "矾山镇"),
    ("前进村", "龙港镇", "马站镇"),
    ("红星村", "宜山镇", "藻溪镇"),
    ("东风村", "钱库镇", "桥墩镇"),
    ("联丰村", "龙港镇", "芦浦镇"),
    ("下垟村", "金乡镇", "赤溪镇"),
    ("后岙村", "炎亭镇", "霞关镇"),
    ("溪心村", "莒溪镇", "桥墩镇"),
    ("建新村", "灵溪镇", "龙港镇"),
    ("石塘村", "大渔镇", "金乡镇"),
    ("三合村", "南宋镇", "凤阳畲族乡"),
    ("光明村", "望里镇", "钱库镇"),
)

# Renamed on New Year's Day of 2004: township, name, and what it was called before.
_RENAMED = ("莒溪镇", "前湾村", "前湾头村")

# Merged into 莒溪镇 on the same day, its villages into some of 莒溪's: a village, and the one that took its place.
MERGED = "腾垟乡"
MERGED_INTO = "莒溪镇"
_MERGED_VILLAGES = (("腾垟村", "外垟村"), ("上腾村", "内店村"), ("下腾村", "青墩村"))

_FIRST = "上下前后东西南北内外大小新老金石双横青白清玉水溪沙林长平龙凤云高朱仙"
_SECOND = "垟岙浦河桥坑岭湾埔塘厝洋坪峰陡堡墩岸渡亭楼店仓淋莲湖泾岩园"
_FAMILIES = "陈李黄郑项林吴杨王张周徐朱叶谢章余温蔡卢方金夏缪"
_HOMES = ("家堡", "家车", "家宅", "家墩", "家垟", "家店", "家桥", "厝底", "岙底", "家湾")
_MODERN = "新华胜利向阳团结民主和平幸福建设兴旺繁荣朝阳丰收永兴文明"  # two characters each


@cache
def townships() -> tuple[Township, ...]:
    """The townships with their villages, in the order of their codes."""
    names = _names()
    result = []
    for number, (name, size, plugin, areas, aliases) in enumerate(_TOWNSHIPS):
        prefix = f"330327{100 + number}" if name.endswith("镇") else f"330327{200 + number}"
        villages = tuple(_villages(name, prefix, size, areas, names))
        result.append(Township(f"{prefix}000", name, plugin, villages, aliases))
    return tuple(result)


@cache
def merged_township() -> Township:
    """The township that was there until the end of 2003."""
    prefix = "330327299"
    villages = (Village(f"{prefix}{200 + n}", name, MERGED, "") for n, (name, _) in enumerate(_MERGED_VILLAGES))
    return Township(f"{prefix}000", MERGED, "juxi", tuple(villages))


def as_of(township: Township, year: int) -> Township:
    """The township with its villages called as they were at the end of a year."""
    return replace(township, villages=tuple(replace(each, name=_name_in(each, year)) for each in township.villages))


def _name_in(village: Village, year: int) -> str:
    name, _, until = village.former_names.partition("@")
    return name if until and f"{year}-12-31" <= until else village.name


def township(name: str) -> Township:
    """The township called `name`; KeyError when there is none."""
    for each in townships():
        if each.name == name:
            return each
    raise KeyError(name)


def _names() -> Iterator[str]:
    """Made-up village names, each once, in an order that is always the same."""
    taken = {name for names in _GIVEN.values() for name in names} | {name for name, *_ in _SHARED}
    plain = [f"{a}{b}村" for a in _FIRST for b in _SECOND if a != b]
    family = [f"{a}{b}村" for a in _FAMILIES for b in _HOMES]
    modern = [f"{_MODERN[i : i + 2]}村" for i in range(0, len(_MODERN), 2)]
    dice = Dice("places", "names")
    pool = [name for name in dice.shuffled(plain)[:560] + family + modern if name not in taken]
    yield from dice.shuffled(pool)


def _villages(
    township_name: str, prefix: str, size: int, areas: tuple[str, ...], names: Iterator[str]
) -> Iterator[Village]:
    dice = Dice("places", township_name)
    given = list(_GIVEN.get(township_name, ()))
    shared = [name for name, *two in _SHARED if township_name in two]
    room = size - len(given) - len(shared)
    groups: list[tuple[str, ...]] = [(name,) for name in shared]
    while room:
        name = next(names)
        if room >= 3 and dice.hits(5):  # a village split in two: 林垟一村, 林垟二村
            groups.append(tuple(f"{name.removesuffix('村')}{numeral}村" for numeral in "一二"))
        else:
            groups.append((name,))
        room -= len(groups[-1])
    ordered = given + [name for group in dice.shuffled(groups) for name in group]
    sizes = shares(size, [dice.between(7, 13) for _ in areas])
    area_of = [area for area, count in zip(areas, sizes, strict=True) for _ in range(count)]
    renamed = {name for name in ordered if len(name) == 3 and name not in (*given, *shared) and dice.hits(4)}
    for number, (name, area) in enumerate(zip(ordered, area_of, strict=True)):
        aliases: tuple[str, ...] = ()
        valid_from = ""
        if name in renamed:  # renamed: the old name is still written now and then
            aliases, valid_from = (f"{name.removesuffix('村')}头村",), f"{dice.between(1998, 2003)}-01-01"
        former = ""
        if (township_name, name) == _RENAMED[:2]:
            aliases, valid_from, former = (), "", f"{_RENAMED[2]}@2003-12-31"
        yield Village(f"{prefix}{200 + number}", name, township_name, area, aliases, valid_from, former)


def org_units_csv() -> str:
    """The text of `warehouse/org_units.csv`: every unit once, parents before children."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerow((COUNTY_CODE, COUNTY_NAME, "county", *[""] * 7))
    for each in townships():
        writer.writerow((each.code, each.name, "township", COUNTY_CODE, ";".join(each.aliases), *[""] * 5))
    gone, into = merged_township(), township(MERGED_INTO)
    ended = ("2003-12-31", "", "")
    writer.writerow((gone.code, gone.name, "township", COUNTY_CODE, "", "", *ended, into.code))
    for each in townships():
        for village in each.villages:
            row = (village.code, village.name, "village", each.code, ";".join(village.aliases))
            writer.writerow((*row, village.valid_from, "", f"area={village.area}", village.former_names, ""))
    codes = {village.name: village.code for village in into.villages}
    for village, (_, successor) in zip(gone.villages, _MERGED_VILLAGES, strict=True):
        writer.writerow((village.code, village.name, "village", gone.code, "", "", *ended, codes[successor]))
    return out.getvalue()


if __name__ == "__main__":
    import sys
    from pathlib import Path

    Path(sys.argv[1]).write_text(org_units_csv(), encoding="utf-8", newline="\n")
