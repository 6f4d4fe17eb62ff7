"""Warehouses made by hand: the program's own tables and views, filled without any workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Dataset, OrgUnit, Period
from pioneer_etl.contract.period import parse_period
from pioneer_etl.contract.places import Places
from pioneer_etl.warehouse.views import dataset_view, sql_type, stored_fields

ROOT = Path(__file__).parents[2]


def period(text: str) -> Period:
    found = parse_period(text)
    assert found is not None
    return found


class Warehouse:
    """A small warehouse: `send` plays one township's form, row by row from row 5 on."""

    def __init__(self, contracts: Contracts) -> None:
        self.contracts = contracts
        self.connection = duckdb.connect()
        script = (ROOT / "warehouse" / "migrations" / "0001_program_tables.sql").read_text(encoding="utf-8")
        self.connection.execute(script)
        self._submissions = 0
        units = [
            (each.code, each.name, each.level, each.parent, "", None, None, "{}") for each in contracts.places.units
        ]
        self._insert("main.org_unit", units)
        for dataset in contracts.datasets.values():
            if dataset.source is None:
                fields = "".join(f', "{each.name}" {sql_type(each)}' for each in stored_fields(dataset))
                self.connection.execute(
                    f'CREATE TABLE store."{dataset.name}" '
                    f"(submission_id INTEGER, part INTEGER, line INTEGER, place_code VARCHAR{fields})"
                )
                self.connection.execute(dataset_view(dataset))

    def send(
        self,
        dataset: str,
        township: str,
        records: Sequence[Mapping[str, Any]],
        text: str = "2004",
        notes: Iterable[tuple[int, str, str, str | None, str | None, str | None]] = (),
        transposed: bool = False,
    ) -> int:
        """Loads records into columns A, B, …; `notes` are (record, field, state, text, conversion, cell)."""
        contract = self.contracts.datasets[dataset]
        self._submissions += 1
        number, when = self._submissions, period(text)
        unit = self.contracts.places.resolve(township, level="township").unit
        assert unit is not None
        sha = f"{number:064x}"
        self._insert("main.file", [(sha, f"{unit.name}.xlsx", 1, _NOW, _NOW, 1, 1, "", "loaded")])
        self._insert(
            "main.submission",
            [
                (number, dataset, unit.code, when.text, when.start, when.end, when.year, 1, None, sha, "layout",
                 "plugin 1", None, "loaded", len(records), sha, _NOW, _NOW, 1)
            ],
        )  # fmt: skip
        self._insert("store.part", [(number, 0, contract.title.zh, 0, "layout", transposed)])
        names = [each.name for each in contract.fields]
        self._insert("store.column_map", [(number, 0, name, i) for i, name in enumerate(names, 1)])
        lines = []
        for i, record in enumerate(records):
            place = self._place(contract, record, unit)
            lines.append((number, 0, 5 + i, place, *(record.get(each.name) for each in stored_fields(contract))))
        self._insert(f'store."{dataset}"', lines)
        self._insert("store.value_note", [(number, 0, 5 + i, *rest) for i, *rest in notes])
        return number

    def _place(self, dataset: Dataset, record: Mapping[str, Any], unit: OrgUnit) -> str | None:
        if dataset.place_field is None:
            return None
        found = self.contracts.places.resolve(record[dataset.place_field], within=unit).unit
        assert found is not None, record
        return found.code

    def _insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        for start in range(0, len(rows), 200):
            block = rows[start : start + 200]
            marks = ", ".join(["(" + ", ".join("?" for _ in block[0]) + ")"] * len(block))
            self.connection.execute(f"INSERT INTO {table} VALUES {marks}", [value for row in block for value in row])


_NOW = "2005-01-10 09:00:00"


def small_places() -> Places:
    """A county of three townships; 宜一村 lies in two of them."""
    county = OrgUnit("330327000000", "苍南县", "county", None)
    townships = [
        OrgUnit("330327101000", "灵溪镇", "township", county.code),
        OrgUnit("330327102000", "宜山镇", "township", county.code, aliases=("宜山",)),
        OrgUnit("330327103000", "昌禅乡", "township", county.code),
    ]
    villages = [
        OrgUnit("330327101201", "东门村", "village", townships[0].code),
        OrgUnit("330327101202", "宜一村", "village", townships[0].code),
        OrgUnit("330327102201", "宜一村", "village", townships[1].code),
        OrgUnit("330327102202", "双龙村", "village", townships[1].code),
        OrgUnit("330327103201", "上湾村", "village", townships[2].code),
    ]
    return Places([county, *townships, *villages])


def economy(
    village: str,
    total: str | None,
    operating: str = "0",
    contracting: str = "0",
    subsidy: str = "0",
    last: str | None = None,
    assets: str | None = None,
    pay: str | None = None,
) -> dict[str, Any]:
    values = {
        "income_total": total,
        "income_operating": operating,
        "income_contracting": contracting,
        "income_investment": "0",
        "income_subsidy": subsidy,
        "income_other": "0",
        "income_last_year": last,
        "assets": assets,
        "debts": None,
    }
    numbers = {name: None if text is None else Decimal(text) for name, text in values.items()}
    return {"village": village, **numbers, "pay_system": pay}
