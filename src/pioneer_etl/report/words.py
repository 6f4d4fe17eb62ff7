"""The words of printed summaries, in both languages: fixed texts, units and periods."""

from __future__ import annotations

import re
from datetime import date

from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.model import Label, Period

LANGUAGES: tuple[Language, ...] = ("zh", "en")

_UNITS = {
    "万元": "10,000 yuan",
    "元": "yuan",
    "亿元": "100 million yuan",
    "人": "persons",
    "万人": "10,000 persons",
    "人次": "person-times",
    "户": "households",
    "个": "",
    "村": "villages",
    "期": "classes",
    "名": "persons",
    "家": "",
    "亩": "mu",
    "%": "%",
    "岁": "years of age",
    "分": "points",
    "天": "days",
    "件": "",
    "项": "",
    "次": "",
    "份": "",
    "处": "",
    "条": "",
}


def word(name: str, language: Language, /, **arguments: object) -> str:
    """A fixed word or sentence of the printed tables (catalogue code `summary.word.NAME`)."""
    return message(f"summary.word.{name}", arguments, language)


def unit_label(unit: Label) -> Label:
    """A unit given as one Chinese word gets its English from the list of known units."""
    return Label(unit.zh, _UNITS.get(unit.zh, unit.en)) if unit.zh == unit.en else unit


def period_words(period: Period, language: Language) -> str:
    """A period as it is written in a title: 2004年度, 2004年上半年, 2004年9月."""
    if language == "en":
        return period.text
    text = period.text
    if re.fullmatch(r"\d{4}", text):
        return f"{text}年度"
    if match := re.fullmatch(r"(\d{4})H([12])", text):
        return f"{match[1]}年{'上' if match[2] == '1' else '下'}半年"
    if match := re.fullmatch(r"(\d{4})Q([1-4])", text):
        return f"{match[1]}年第{'一二三四'[int(match[2]) - 1]}季度"
    if period.start.year == period.end.year and period.start.month == period.end.month:
        return f"{period.year}年{period.end.month}月"
    if period.start.year == period.end.year:
        return f"{period.year}年{period.start.month}—{period.end.month}月"
    return f"{period.start.year}年{period.start.month}月—{period.end.year}年{period.end.month}月"


def date_words(day: date, language: Language) -> str:
    """A day as it is written on a form: 2004年12月31日."""
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
