"""Warehouses made by hand: the program's own tables and views, filled without any workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Dataset, OrgUnit, Period
from pioneer_etl.contract.period import parse_period
from pioneer_etl.contract.places import Places
from pioneer_etl.warehouse.arrow import staged
from pioneer_etl.warehouse.views import dataset_view, reporting_view, sql_type, stored_fields

ROOT = Path(__file__).parents[2]


def period(text: str) -> Period:
    found = parse_period(text)
    assert found is not None
    return found


class Warehouse:
    """A small warehouse: `send` plays one township's form, row by row from row 5 on.

    With a path it is a file, and what is in the file already stays.
    """

    def __init__(self, contracts: Contracts, path: Path | None = None) -> None:
        self.contracts = contracts
        there = path is not None and path.exists()
        self.connection = duckdb.connect(path or ":memory:")
        if not there:
            self._make_tables(contracts)
        (self._submissions,) = self.connection.execute("SELECT count(*) FROM main.submission").fetchall()[0]

    def _make_tables(self, contracts: Contracts) -> None:
        script = (ROOT / "warehouse" / "migrations" / "0001_program_tables.sql").read_text(encoding="utf-8")
        self.connection.execute(script)
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
        self.connection.execute(reporting_view())

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
        """Rows in the table's own order of columns; DuckDB makes of the texts what the columns are."""
        if rows:
            texts = [[None if value is None else str(value) for value in column] for column in zip(*rows, strict=True)]
            with staged(self.connection, {f"c{i}": ("text", each) for i, each in enumerate(texts)}) as source:
                self.connection.execute(f"INSERT INTO {table} SELECT * FROM {source}")


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


def busy(contracts: Contracts) -> Warehouse:
    """Three townships with something in every form; 昌禅乡 sent nothing for 2003, and no projects for 2004."""
    warehouse = Warehouse(Contracts(contracts.datasets, contracts.code_lists, small_places(), ROOT))
    homes = {"灵溪镇": ("东门村", "宜一村"), "宜山镇": ("宜一村", "双龙村"), "昌禅乡": ("上湾村",)}
    for text in ("2003", "2004"):
        year = int(text)
        for number, (town, villages) in enumerate(homes.items()):
            if (text, town) == ("2003", "昌禅乡"):
                continue
            grown = year - 2003 + number
            sent: dict[str, list[dict[str, Any]]] = {
                "village": [
                    {"village": each, "category": "strong", "households": 100 + i, "population": 400 + grown * 10 + i}
                    for i, each in enumerate(villages)
                ],
                "village_economy": [
                    economy(each, str(3 + grown * (i + 1)), operating="1", last="3", pay="performance")
                    for i, each in enumerate(villages)
                ],
                "village_organisation": [
                    _organisation(each, 20 + grown + i, ("30", "60", "70")[(i + number) % 3])
                    for i, each in enumerate(villages)
                ],
                "reserve_cadre": [
                    {"village": each, "name": "王小明", "sex": "1", "birth_month": date(1960 + 12 * i, 3, 1)}
                    for i, each in enumerate(villages)
                ],
                "pioneer_unit": [
                    _unit(each, i == 0, grown) for i, each in enumerate((town, *villages) if number == 0 else villages)
                ],
                "service_meeting": [
                    _question(each, year, i, kind)
                    for each in villages
                    for i, kind in enumerate(("inquiry_meeting", "inquiry_meeting", "ledger"))
                ],
                "weak_village": [
                    {
                        "village": villages[0],
                        "problem": "班子不团结，村务公开不及时，集体经济薄弱，群众意见较大，多年没有发展党员",
                        "dispatched_cadre": "李大山",
                        "paired_department": "县水利局",
                        "paired_with": None,
                        "measures": "选派干部驻村，调整班子",
                        "state": ("in_progress", "improved")[grown % 2],
                    }
                ],
                "project": [
                    {
                        "village": each,
                        "project_name": f"{each}标准厂房",
                        "investment": Decimal(80 + 40 * grown),
                        "investor": "某塑业有限公司",
                        "investor_capital": Decimal(12000),
                        "jobs": 30 + i,
                        "land": Decimal("12.5"),
                    }
                    for i, each in enumerate(villages)
                ],
                "commendation": [
                    {
                        "title": "satisfied_team",
                        "recipient": f"{villages[0]}班子",
                        "unit": villages[0],
                        "award_year": year,
                    },
                    {
                        "title": "outstanding_village_cadre",
                        "recipient": "赵六",
                        "unit": villages[-1],
                        "award_year": year,
                    },
                ],
                "training": [
                    {"class_name": "村干部培训班", "kind": "post", "level": "village", "person_times": 10 + grown},
                    {"class_name": "乡镇干部学历班", "kind": "degree", "level": "township", "person_times": 5},
                ],
                "cadre_post": [
                    {"level": "village", "cadres_in_post": 30},
                    {"level": "township", "cadres_in_post": 20},
                ],
            }
            if town == "昌禅乡":
                del sent["project"]  # still missing
            for dataset, records in sent.items():
                warehouse.send(dataset, town, records, text)
    return warehouse


def _organisation(village: str, members: int, education: str) -> dict[str, Any]:
    return {
        "village": village,
        "branch_type": "branch",
        "members": members,
        "members_female": 5,
        "members_35_or_younger": 4,
        "members_36_to_45": 6,
        "members_46_to_59": members - 13,
        "members_60_or_older": 3,
        "members_primary": 5,
        "members_junior": members - 10,
        "members_senior": 4,
        "members_college": 1,
        "branch_committee_members": 3,
        "village_committee_members": 3,
        "cross_appointments": 2,
        "learning_branch": members % 2 == 0,
        "secretary_education": education,
        "pledges_made": 10,
        "pledges_kept": 8,
    }


def _unit(place: str, only_a_plan: bool, grown: int) -> dict[str, Any]:
    scores = {f"score_{each}": Decimal(15 + grown) for each in ("team", "members", "service", "management", "strength")}
    level = "village" if place.endswith("村") else "town_committee"
    done = {"plan_made": True, "measures_started": not only_a_plan, "accepted": not only_a_plan and grown > 0}
    return {"unit": place, "level": level, "batch": 2, **scores, "score_total": 5 * Decimal(15 + grown), **done}


def _question(village: str, year: int, number: int, kind: str) -> dict[str, Any]:
    """Two questions of one meeting, and one of the ledger that is never answered."""
    return {
        "village": village,
        "date": date(year, 5, 1),
        "kind": kind,
        "attendance": 40,
        "question": f"第{number + 1}个问题：自来水什么时候通",
        "answered_by": "钱七",
        "due_date": date(year, 6, 1),
        "answered_on": (date(year, 5, 20), date(year, 6, 11), None)[number],
        "satisfied": (True, False, None)[number],
    }
