"""What the township that was merged away at the end of 2003 reported last: its villages and their economy."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pioneer_etl.demo.made.facts import Facts, Missing
from pioneer_etl.demo.places import merged_township

# A village each, in the order of the codes: households, people, labour force, yuan a head; then money in 万元.
_PEOPLE = ((142, 512, 287, 2310), (96, 355, 201, 2180), (118, 431, 240, 2265))
_MONEY = (("0.50", "0.70", "1.10", "8.20"), ("0", "0.45", "0.40", "3.75"), ("0.30", "1.25", "1.60", "6.40"))


def merged_records() -> Mapping[str, tuple[Facts, ...]]:
    """The records of 2003, by dataset."""
    villages = merged_township().villages
    people: tuple[Facts, ...] = tuple(
        {
            "village": village.code,
            "category": "planting",
            "households": households,
            "population": population,
            "labour_force": labour,
            "income_per_head": income,
        }
        for village, (households, population, labour, income) in zip(villages, _PEOPLE, strict=True)
    )
    money: tuple[Facts, ...] = tuple(
        {
            "village": village.code,
            "income_total": Decimal(operating) + Decimal(contracting),
            "income_operating": Decimal(operating),
            "income_contracting": Decimal(contracting),
            "income_investment": Decimal(0),
            "income_subsidy": Decimal(0),
            "income_other": Decimal(0),
            "income_last_year": Decimal(before),
            "assets": Decimal(assets),
            "debts": Missing.NONE,
            "pay_system": "appraisal",
        }
        for village, (operating, contracting, before, assets) in zip(villages, _MONEY, strict=True)
    )
    return {"village": people, "village_economy": money}
