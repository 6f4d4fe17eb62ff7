"""How people write one value into a cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import CodeList, Field, FieldType, OrgUnit
from tests.layouts.canvas import Ink
from tests.layouts.choice import LayoutChoice
from tests.layouts.truth import Fact

CHOICES = ("sex", "pay_system", "kind", "level")  # short enough for a heading to list them
MARKS = ("无", "—", "/", "…", "－", "-")
_FACTOR = {"万元": Decimal(1), "千元": Decimal(10), "元": Decimal(10_000), "亿元": Decimal("0.0001")}


def spell(
    fact: Fact, field: Field, choice: LayoutChoice, contracts: Contracts, rng: Random, township: OrgUnit
) -> Ink | None:
    """The cell for a value; None leaves it empty."""
    if fact.state == "blank":
        return None
    if fact.state == "error":
        return Ink(rng.choice(("#REF!", "#DIV/0!", "#VALUE!")), error=True)
    if fact.state == "no_result":
        return Ink(None, adds=((2, 1),), saved=False)
    if fact.state == "none":
        return Ink(rng.choice(MARKS) if choice.marks == "mixed" else choice.marks)
    value = fact.value
    if field.type is FieldType.PERCENT:
        assert isinstance(value, Decimal)
        return _percent(value, choice)
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        assert isinstance(value, int | Decimal)
        return spell_number(value, field, choice, rng)
    if isinstance(value, date):
        return _month(value, choice, rng)
    if field.type is FieldType.BOOLEAN:
        return Ink("是" if value else "否")
    text = str(value)
    if field.type is FieldType.CODE:
        return _code(text, field, contracts.code_lists[field.codes or ""], choice, rng)
    if field.type is FieldType.PLACE:
        unit = contracts.places.unit(text)
        assert unit is not None
        return Ink(_place(unit, township, choice, rng))
    if field.type is FieldType.ID and choice.ids != "plain":
        return Ink(text[:6] + text[8:17] if choice.ids == "old" else f"{text[:6]} {text[6:14]} {text[14:]}")
    if field.type is FieldType.PHONE and choice.numbers == "number":
        return Ink(int(text), "0")
    if field.type is FieldType.PERSON_NAME and choice.names == "line":
        return Ink(text.replace("、", "\n"))
    if field.type is FieldType.PERSON_NAME and len(text) == 2 and choice.header_text == "spaced":
        return Ink(f"{text[0]}　{text[1]}")
    return Ink(text)


def unit_of(field: Field, choice: LayoutChoice) -> str | None:
    """The unit in which a layout writes a field."""
    return choice.money if field.unit == "万元" else field.unit


def spell_number(value: int | Decimal, field: Field, choice: LayoutChoice, rng: Random) -> Ink:
    """A number in the layout's unit and spelling."""
    scaled: int | Decimal = value
    if field.unit == "万元":
        exact = Decimal(value) * _FACTOR[choice.money]
        scaled = int(exact) if exact == exact.to_integral_value() and choice.money != "万元" else exact
    how = choice.numbers
    if how == "mixed":
        how = rng.choice(("number", "text", "fullwidth", "separated", "unit"))
    if choice.unit_in == "cell":
        how = "unit"
    plain = f"{scaled:f}" if isinstance(scaled, Decimal) else str(scaled)
    if how == "number":
        return Ink(int(scaled) if isinstance(scaled, int) or scaled == int(scaled) else float(scaled))
    if how == "formatted":
        unit = unit_of(field, choice) or ""
        places = max(0, -Decimal(scaled).as_tuple().exponent) if isinstance(scaled, Decimal) else 0  # type: ignore[operator]
        digits = "0" + ("." + "0" * places if places else "")
        style = rng.choice((digits, f"#,##{digits}", f"_ * #,##{digits}_ ;_ * -#,##{digits}_ ", f'{digits}"{unit}"'))
        return Ink(float(scaled), style)
    if how == "unit":
        return Ink(f"{plain}{unit_of(field, choice) or ''}")
    if how == "fullwidth":
        return Ink(_wide(plain))
    if how in ("separated", "wide_separated", "nbsp"):
        text = f"{scaled:,}"
        return Ink(
            text if how == "separated" else _wide(text) if how == "wide_separated" else text.replace(",", "\u00a0")
        )
    if how == "chinese" and isinstance(scaled, int) and scaled >= 0:
        return Ink(chinese(scaled))
    return Ink(plain)


def _wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


_DIGITS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """A whole number below 100,000,000 in Chinese numerals: 二十一, 一百零七, 三万二千."""
    if number == 0:
        return "〇"
    if number >= 10_000:
        rest = number % 10_000
        tail = "" if not rest else ("零" if rest < 1000 else "") + chinese(rest)
        return chinese(number // 10_000) + "万" + tail
    text, zero = "", False
    for place, rank in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + rank
        zero = digit == 0
    return text[1:] if text.startswith("一十") else text


def _percent(value: Decimal, choice: LayoutChoice) -> Ink:
    hundred = (value * 100).normalize()
    if choice.percent == "format":
        return Ink(float(value), "0.0%")
    if choice.percent == "text":
        return Ink(f"{hundred:f}%")
    if choice.percent == "fraction":
        return Ink(float(value))
    return Ink(float(hundred))


def _month(day: date, choice: LayoutChoice, rng: Random) -> Ink:
    how = rng.choice(("dot", "chinese", "short", "compact", "iso")) if choice.dates == "mixed" else choice.dates
    if how == "date":
        return Ink(day.replace(day=rng.randint(1, 28)), "yyyy-mm-dd")
    if how == "number":
        return Ink(float(f"{day.year}.{day.month:02d}"), "0.00")
    if how == "numerals":
        year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
        return Ink(f"{year}年{chinese(day.month)}月")
    return Ink(
        {
            "dot": f"{day.year}.{day.month:02d}",
            "chinese": f"{day.year}年{day.month}月",
            "short": f"{day.year % 100:02d}年{day.month}月",
            "compact": f"{day:%Y%m}",
            "day": f"{day:%Y%m}{rng.randint(1, 28):02d}",
            "iso": f"{day:%Y-%m}-{rng.randint(1, 28):02d}",
            "full": f"{day.year}年{day.month}月{rng.randint(1, 28)}日",
        }[how]
    )


def _code(code: str, field: Field, codes: CodeList, choice: LayoutChoice, rng: Random) -> Ink:
    position = next(number for number, each in enumerate(codes.codes) if each.code == code)
    entry = codes.codes[position]
    if choice.codes == "synonym":
        spellings = [entry.label.zh, *(each for each in entry.synonyms if len(each) > 1 and not each.isascii())]
        return Ink(rng.choice(spellings))
    if choice.codes == "code" and code.isdigit():
        return Ink(int(code) if choice.numbers == "number" else code)
    if choice.codes == "choices" and field.name in CHOICES:
        return Ink(position + 1)
    if choice.codes == "numbered" and code.isdigit():
        return Ink(f"{code}.{entry.label.zh}")
    return Ink(entry.label.zh)


def _place(unit: OrgUnit, township: OrgUnit, choice: LayoutChoice, rng: Random) -> str:
    name = unit.name
    stem = name.removesuffix("村") if len(name) > 2 else name
    how = choice.places
    if how == "mixed":
        how = rng.choice(("name", "short", "township", "committee"))
    village = name if name.endswith("村") else None
    return {
        "name": name,
        "short": stem if village else name,
        "township": f"{township.name}{name}",
        "committee": f"{name}委会" if village else name,
        "branch": f"{name}党支部",
        "spaced": "　".join(name) if len(name) <= 3 else f" {name} ",
    }[how]
