"""Tables follow their contracts; what would lose or alter figures is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from small_county import (
    COUNTY,
    ECONOMY,
    LINGXI,
    PAY,
    ROSTER,
    VILLAGES,
    YISHAN,
    county_contracts,
    economy,
    held,
    mailed,
    totals,
    village,
)

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import ConfigurationError, WarehouseError
from pioneer_etl.contract.model import Dataset, Field, FieldType, Label, OrgUnit
from pioneer_etl.contract.places import Places
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.warehouse.lineage import source_cells
from pioneer_etl.warehouse.migrate import migration_files
from pioneer_etl.warehouse.sql import rows, scalar
from pioneer_etl.warehouse.store import open_warehouse


def changed(name: str, /, **more: object) -> Dataset:
    """`economy` with one field changed."""
    fields = tuple(replace(each, **more) if each.name == name else each for each in ECONOMY.fields)  # type: ignore[arg-type]
    return replace(ECONOMY, fields=fields)


def without(name: str, *added: Field) -> Dataset:
    return replace(ECONOMY, fields=(*(each for each in ECONOMY.fields if each.name != name), *added))


@pytest.fixture(scope="module")
def one_form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("one_form")
    with open_warehouse(root / "warehouse" / "pioneer.duckdb", county_contracts(root)) as warehouse:
        record = village(VILLAGES[0], 5, total=Decimal("1.5"), households=12, remarks="好", pay="1")
        warehouse.load_file(mailed("a.xlsx", economy([record])))
    return root / "warehouse"


@pytest.fixture
def loaded(path: Path, one_form: Path) -> Path:
    shutil.copytree(one_form, path.parent)
    return path


def value(path: Path, contracts: Contracts, field: str) -> object:
    with open_warehouse(path, contracts) as warehouse:
        return scalar(warehouse.connection, f"SELECT {field} FROM economy")


def described(path: Path, contracts: Contracts) -> dict[str, str]:
    with open_warehouse(path, contracts) as warehouse:
        return {row[0]: row[1] for row in rows(warehouse.connection, "DESCRIBE economy")}


def test_the_views_have_the_promised_columns_and_labels(path: Path, contracts: Contracts) -> None:
    columns = described(path, contracts)
    assert list(columns) == [
        *("period", "year", "township_code", "township", "village_code", "village"),
        *("total", "households", "growth", "pay", "founded", "audited", "remarks"),
        *("submission_id", "part", "line"),
    ]
    assert [columns[name] for name in ("total", "households", "growth", "founded", "audited", "pay")] == [
        "DECIMAL(18,4)",
        "BIGINT",
        "DECIMAL(18,6)",
        "DATE",
        "BOOLEAN",
        "VARCHAR",
    ]
    with open_warehouse(path, contracts) as warehouse:
        labels = dict(
            rows(
                warehouse.connection,
                "SELECT column_name, comment FROM duckdb_columns()"
                " WHERE schema_name = 'main' AND table_name = 'economy'",
            )
        )
    assert (labels["total"], labels["township"]) == ("总收入（万元）", "乡镇")


def test_nothing_happens_while_contracts_stay(loaded: Path, contracts: Contracts) -> None:
    def versions() -> object:
        with open_warehouse(loaded, contracts) as warehouse:
            return rows(warehouse.connection, "SELECT name, version FROM store.contract ORDER BY ALL")

    assert versions() == versions() == [("*", 1), ("economy", 1), ("roster", 1)]


def test_a_field_is_added(loaded: Path, contracts: Contracts) -> None:
    wider = replace(ECONOMY, fields=(*ECONOMY.fields, Field("debts", Label("负债", "debts"), FieldType.DECIMAL)))
    newer = county_contracts(contracts.root, wider, ROSTER)
    assert value(loaded, newer, "debts") is None
    with open_warehouse(loaded, newer) as warehouse:
        (cell,) = source_cells(warehouse.connection, wider, [(1, 0, 5)], "debts")
        assert (cell.state, cell.cell) == ("absent", None)
        record = village(VILLAGES[0], 5, total=Decimal(2))
        form = replace(economy([replace(record, values={**record.values, "debts": held(Decimal(7))})]), dataset=wider)
        warehouse.load_file(mailed("b.xlsx", form))
        assert scalar(warehouse.connection, "SELECT debts FROM economy") == 7


def test_a_field_is_renamed_by_its_synonym_with_its_lineage(loaded: Path, contracts: Contracts) -> None:
    renamed = without(
        "total", Field("income", Label("总收入", "income"), FieldType.DECIMAL, "万元", synonyms=("total",))
    )
    newer = county_contracts(contracts.root, renamed, ROSTER)
    assert value(loaded, newer, "income") == Decimal("1.5")
    with open_warehouse(loaded, newer) as warehouse:
        (cell,) = source_cells(warehouse.connection, renamed, [(1, 0, 5)], "income")
        assert cell.cell == "B5"


@pytest.mark.parametrize(
    ("dataset", "field", "expected"),
    [
        (changed("households", type=FieldType.DECIMAL), "households", Decimal(12)),
        (changed("households", type=FieldType.TEXT), "households", "12"),
        (changed("total", places=6), "total", Decimal("1.5")),
        (changed("pay", type=FieldType.TEXT, codes=None), "pay", "1"),
        (changed("remarks", type=FieldType.PHONE), "remarks", "好"),
        (changed("growth", type=FieldType.DATE), "growth", None),  # no value yet: anything goes
        (changed("total", label=Label("合计", "sum")), "total", Decimal("1.5")),
    ],
)
def test_a_field_is_widened(loaded: Path, contracts: Contracts, dataset: Dataset, field: str, expected: object) -> None:
    assert value(loaded, county_contracts(contracts.root, dataset, ROSTER), field) == expected


@pytest.mark.parametrize(
    ("dataset", "code"),
    [
        (without("total"), "warehouse.field_removed"),
        (changed("total", type=FieldType.INTEGER), "warehouse.type_changed"),
        (changed("total", type=FieldType.PERCENT), "warehouse.type_changed"),
        (changed("total", places=2), "warehouse.type_changed"),
        (changed("households", type=FieldType.DECIMAL, places=17), "warehouse.type_changed"),
        (changed("remarks", type=FieldType.INTEGER), "warehouse.type_changed"),
        (changed("total", unit="元"), "warehouse.unit_changed"),
        (replace(without("village"), place_field="remarks"), "warehouse.place_changed"),
    ],
)
def test_what_would_lose_figures_is_refused(loaded: Path, contracts: Contracts, dataset: Dataset, code: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        value(loaded, county_contracts(contracts.root, dataset, ROSTER), "total")
    assert caught.value.code == code
    assert caught.value.message("zh")
    assert caught.value.remedy("en")
    assert value(loaded, contracts, "total") == Decimal("1.5")


def test_a_field_that_only_ever_was_blank_can_go(loaded: Path, contracts: Contracts) -> None:
    newer = county_contracts(contracts.root, without("growth"), ROSTER)
    assert "growth" not in described(loaded, newer)


def test_a_dataset_that_is_no_longer_declared_stays(loaded: Path, contracts: Contracts) -> None:
    assert value(loaded, county_contracts(contracts.root, ROSTER), "total") == Decimal("1.5")


@pytest.mark.parametrize(
    ("dataset", "code"),
    [
        (replace(ECONOMY, name="submission"), "warehouse.reserved_dataset"),
        (replace(ECONOMY, name="part"), "warehouse.reserved_dataset"),
        (replace(ECONOMY, name="observation"), "warehouse.reserved_dataset"),
        (changed("total", name="year"), "warehouse.reserved_field"),
        (changed("total", name="Township"), "warehouse.reserved_field"),
    ],
)
def test_names_of_the_program_are_refused(path: Path, contracts: Contracts, dataset: Dataset, code: str) -> None:
    with pytest.raises(ConfigurationError) as caught, open_warehouse(path, county_contracts(contracts.root, dataset)):
        pass
    assert caught.value.code == code


def test_odd_names_are_quoted(path: Path, contracts: Contracts) -> None:
    odd = replace(changed("total", name='sel"ect'), name="group")
    with open_warehouse(path, county_contracts(contracts.root, odd)) as warehouse:
        assert rows(warehouse.connection, 'SELECT "sel""ect" FROM "group"') == []


def test_a_reference_table_has_no_table_of_its_own(path: Path, contracts: Contracts) -> None:
    reference = replace(ROSTER, name="org_unit", source="org_units.csv")
    with open_warehouse(path, county_contracts(contracts.root, ECONOMY, reference)) as warehouse:
        assert scalar(warehouse.connection, "SELECT name FROM org_unit WHERE code = ?", [COUNTY.code]) == "苍南县"


def test_renamed_places_show_at_once(loaded: Path, contracts: Contracts) -> None:
    renamed = replace(VILLAGES[0], name="宜一新村")
    newer = replace(contracts, places=Places((COUNTY, YISHAN, LINGXI, renamed)))
    assert value(loaded, newer, "village") == "宜一新村"


def test_the_township_of_a_record(path: Path, contracts: Contracts) -> None:
    """The sender's, unless the county itself sent the form: then the place's."""
    whole = [village(VILLAGES[0], 5, total=Decimal(1)), replace(village(LINGXI, 6, total=Decimal(2)), place=LINGXI)]
    with open_warehouse(path, contracts) as warehouse:
        warehouse.load_file(mailed("县.xlsx", economy(whole, COUNTY)))
        warehouse.load_file(mailed("镇.xlsx", totals(5, township=LINGXI)))
        found = rows(warehouse.connection, "SELECT township, village, total FROM economy ORDER BY total")
    assert found == [("宜山镇", "宜1村", 1), ("灵溪镇", None, 2), ("灵溪镇", "灵1村", 5)]


def test_the_observation_view_has_every_number(loaded: Path, contracts: Contracts) -> None:
    with open_warehouse(loaded, contracts) as warehouse:
        found = rows(
            warehouse.connection, "SELECT dataset, field, value, unit, village FROM observation ORDER BY field"
        )
    assert found == [
        ("economy", "households", Decimal(12), "户", "宜1村"),
        ("economy", "total", Decimal("1.5"), "万元", "宜1村"),
    ]


def test_no_dataset_with_numbers_is_no_trouble(path: Path, contracts: Contracts) -> None:
    with open_warehouse(path, county_contracts(contracts.root, ROSTER)) as warehouse:
        assert rows(warehouse.connection, "FROM observation") == []


def copied_migrations(folder: Path) -> Path:
    folder.mkdir()
    for _, file in migration_files():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_migrations_come_with_the_program_and_are_recorded(path: Path, contracts: Contracts) -> None:
    assert (starter_root() / "warehouse" / "migrations" / "0001_program_tables.sql").is_file()
    with open_warehouse(path, contracts) as warehouse:
        assert [row[0] for row in rows(warehouse.connection, "SELECT name FROM migration")] == [
            file.name for _, file in migration_files()
        ]


def edit(folder: Path) -> None:
    file = folder / "0001_program_tables.sql"
    file.write_text(file.read_text() + "\n-- edited")


def remove_all(folder: Path) -> None:
    for file in folder.glob("*.sql"):
        file.unlink()


@pytest.mark.parametrize(("harm", "code"), [(edit, "warehouse.migration_edited"), (remove_all, "warehouse.newer")])
def test_an_edited_or_missing_migration_is_refused(
    path: Path, contracts: Contracts, tmp_path: Path, harm: Callable[[Path], None], code: str
) -> None:
    folder = copied_migrations(tmp_path / "migrations")
    with open_warehouse(path, contracts, migrations=folder):
        pass
    harm(folder)
    with pytest.raises(WarehouseError) as caught, open_warehouse(path, contracts, migrations=folder):
        pass
    assert caught.value.code == code


def test_a_new_migration_is_applied_once_and_one_that_fails_leaves_nothing(
    path: Path, contracts: Contracts, tmp_path: Path
) -> None:
    folder = copied_migrations(tmp_path / "migrations")
    with open_warehouse(path, contracts, migrations=folder):
        pass
    (folder / "9998_more.sql").write_text("CREATE TABLE more (a INTEGER)")
    (folder / "9999_wrong.sql").write_text("CREATE TABLE half (a INTEGER); CREATE TABLE more (a INTEGER)")
    with pytest.raises(Exception, match="more"), open_warehouse(path, contracts, migrations=folder):
        pass
    (folder / "9999_wrong.sql").unlink()
    with open_warehouse(path, contracts, migrations=folder) as warehouse:
        tables = {row[0] for row in rows(warehouse.connection, "SELECT table_name FROM duckdb_tables()")}
    assert "more" in tables
    assert "half" not in tables


def test_line_ends_of_a_migration_do_not_matter(path: Path, contracts: Contracts, tmp_path: Path) -> None:
    folder = copied_migrations(tmp_path / "migrations")
    with open_warehouse(path, contracts, migrations=folder):
        pass
    for file in folder.glob("*.sql"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    with open_warehouse(path, contracts, migrations=folder) as warehouse:
        run = scalar(warehouse.connection, "SELECT count(*) FROM migration")
    assert run == len(list(folder.glob("*.sql")))


def test_a_village_with_a_date_is_still_one_place(path: Path, contracts: Contracts) -> None:
    older = OrgUnit("330327100901", "旧村", "village", YISHAN.code, aliases=("老村", "古村"))
    newer = replace(contracts, places=Places((*contracts.places.units, older)))
    with open_warehouse(path, newer) as warehouse:
        assert scalar(warehouse.connection, "SELECT aliases FROM org_unit WHERE name = '旧村'") == "老村|古村"


def test_the_code_list_is_the_one_declared(contracts: Contracts) -> None:
    assert contracts.code_lists["pay"] is PAY
