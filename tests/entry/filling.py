"""Filling a template in as a township would: random valid values into the open cells, by openpyxl."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from random import Random

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Dataset, Field, FieldType, OrgUnit, Period
from pioneer_etl.contract.period import parse_period
from pioneer_etl.contract.places import name_on, valid_on
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.entry.identity import CHECK_HEADING, form_title
from pioneer_etl.entry.template import make_template, template_places
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import FileReading, Kit, Task, make_kit, read
from pioneer_etl.transform.model import Submission
from pioneer_etl.workbook.limits import Limits

FIRST_ROW = 5
HEADER_ROW = 4
_SURNAMES, _GIVEN = "王李张刘陈杨黄", "志明春兰国强建华素珍"
_HOSTILE = ("=cmd|' /C calc'!A0", "+1", "@x", "-2+3", "普通文字")

Value = int | Decimal | bool | str | date
Filled = list[dict[str, Value]]


@cache
def kit() -> Kit:
    return make_kit(starter_root(), (), replace(Limits()))


def period() -> Period:
    found = parse_period("2004")
    assert found is not None
    return found


def townships(contracts: Contracts) -> list[OrgUnit]:
    """Townships with more than five villages, the smallest first: quick to fill in."""
    towns = [each for each in contracts.places.units if each.level == "township" and valid_on(each, period().end)]
    counts = {each.code: len(contracts.places.children(each.code)) for each in towns}
    return sorted((e for e in towns if counts[e.code] > 5), key=lambda each: (counts[each.code], each.code))


def township(contracts: Contracts) -> OrgUnit:
    """The smallest of them."""
    return townships(contracts)[0]


def reported(contracts: Contracts) -> list[Dataset]:
    return [each for each in contracts.datasets.values() if each.source is None]


def fill(
    dataset: Dataset, dice: Random, records: int = 4, town: OrgUnit | None = None, when: Period | None = None
) -> tuple[openpyxl.Workbook, Filled]:
    """A template of one dataset filled in, and the records that were: prefilled lines all, of others `records`."""
    contracts = kit().contracts
    town, when = town or township(contracts), when or period()
    book = openpyxl.load_workbook(BytesIO(make_template([dataset], town, when, contracts)))
    sheet = book[form_title(dataset)]
    keys = range(2, len(dataset.fields) + 2)
    prefilled = next(n for n in range(1000) if not any(sheet.cell(FIRST_ROW + n, each).value for each in keys))
    filled: Filled = []
    places = template_places(dataset, town, when, contracts)
    dice.shuffle(places)
    for row in range(FIRST_ROW, FIRST_ROW + (prefilled or records)):
        record: dict[str, Value] = {}
        for column, field in enumerate(dataset.fields, 2):
            there = sheet.cell(row, column).value
            if there is not None:
                record[field.name] = _meant(str(there), field, places, contracts, when)
                continue
            if not field.required and dice.random() < 0.3:
                continue
            written, value = _value(field, dice, places, contracts, row, when)
            cell = sheet.cell(row, column)
            cell.value = written  # type: ignore[assignment]
            if isinstance(written, str):
                cell.data_type = "s"
            record[field.name] = value
        filled.append(record)
    return book, filled


def _meant(text: str, field: Field, places: list[OrgUnit], contracts: Contracts, when: Period) -> Value:
    if field.codes is not None:
        return next(each.code for each in contracts.code_lists[field.codes].codes if each.label.zh == text)
    return next(each.code for each in places if name_on(each, when.end) == text)


def _value(
    field: Field, dice: Random, places: list[OrgUnit], contracts: Contracts, row: int, when: Period
) -> tuple[object, Value]:
    """What is written into the cell, and what it means."""
    low = field.minimum if field.minimum is not None else Decimal(0)
    high = min(field.maximum if field.maximum is not None else low + 400, low + 400)
    match field.type:
        case FieldType.INTEGER:
            number = dice.randint(int(low), int(high))
            return number, number
        case FieldType.DECIMAL:
            exact = Decimal(dice.randint(int(low * 100), int(high * 100))) / 100
            return float(exact), exact
        case FieldType.PERCENT:
            exact = Decimal(dice.randint(0, 1000)) / 1000
            return float(exact), exact
        case FieldType.DATE:
            day = date(when.year, dice.randint(1, 12), dice.randint(1, 28))
            return day, day
        case FieldType.MONTH:
            month = date(dice.randint(1950, 1985), dice.randint(1, 12), 1)
            return month, month
        case FieldType.BOOLEAN:
            yes = dice.random() < 0.5
            return "是" if yes else "否", yes
        case FieldType.CODE:
            assert field.codes is not None
            code = dice.choice(contracts.code_lists[field.codes].codes)
            return code.label.zh, code.code
        case FieldType.PLACE:
            place = places[row % len(places)]  # each once: keys stay unique
            return name_on(place, when.end), place.code
        case FieldType.PERSON_NAME:
            name = dice.choice(_SURNAMES) + dice.choice(_GIVEN) + dice.choice(_GIVEN)
            return name, name
        case FieldType.PHONE:
            phone = f"1380577{row:04d}"
            return phone, phone
        case FieldType.ID:
            number_text = _id_number(dice, row)
            return number_text, number_text
        case _:
            text = f"{dice.choice(_HOSTILE)}，第{row}条"
            return text, text


def _id_number(dice: Random, row: int) -> str:
    body = f"330327{dice.randint(1950, 1985)}0101{row:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, weights, strict=True)) % 11]


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def reading(data: bytes, name: str = "随便.xlsx") -> FileReading:
    return read(Task(data, FileContext(name)), kit())


def loaded(submission: Submission) -> Filled:
    """The records that a submission has, values only; the place as its code."""
    found: Filled = []
    place = submission.dataset.place_field
    for part in submission.parts:
        for record in part.records:
            values = {name: each.value for name, each in record.values.items() if each.value is not None}
            if place is not None and record.place is not None:
                values[place] = record.place.code
            found.append(values)  # type: ignore[arg-type]
    return found


def check_column(sheet: Worksheet) -> int:
    return next(cell.column for cell in sheet[HEADER_ROW] if cell.value == CHECK_HEADING)
