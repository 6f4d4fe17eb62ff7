"""Loading the warehouse against a bare insert of the same figures.

    python benchmarks/load_speed.py [--files 300] [--rows 120] [--fields 16]

Ours writes facts, lineage, states, findings, account, audit and the original of every file, a few files a transaction.
The floor is DuckDB fed with ready Arrow tables: the facts alone, once with a transaction a file and once with one for
all of them.  Record objects are made beforehand in both cases.  Seconds are the processor's, so that a busy machine
matters little; waiting for the disk is left out.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from time import process_time as clock

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Dataset, Field, FieldType, Label, OrgUnit, Period
from pioneer_etl.contract.places import Places
from pioneer_etl.transform.model import CellAccount, CellUse, FieldValue, Part, Record, Submission, ValueState
from pioneer_etl.warehouse.arrow import insert
from pioneer_etl.warehouse.columns import prepare
from pioneer_etl.warehouse.model import LoadedFile
from pioneer_etl.warehouse.store import open_warehouse

YEAR = Period(date(2004, 1, 1), date(2004, 12, 31), "2004")
# One value in twelve is blank, 无 or had its text changed on the way, as in real forms.
UNPLAIN = 12


def dataset(fields: int) -> Dataset:
    kinds = (FieldType.DECIMAL, FieldType.INTEGER, FieldType.DECIMAL, FieldType.TEXT)
    numbers = tuple(
        Field(f"f{n}", Label(f"指标{n}", f"figure {n}"), kinds[n % len(kinds)], unit="万元") for n in range(fields)
    )
    place = Field("village", Label("村", "village"), FieldType.PLACE)
    return Dataset(
        "figures", Label("指标", "figures"), Label("村", "village"), ("village",), "year", (place, *numbers),
        place_field="village",
    )  # fmt: skip


def value(kind: FieldType, dice: random.Random) -> FieldValue:
    chance = dice.randrange(UNPLAIN * 3)
    if chance == 0:
        return FieldValue(None, ValueState.BLANK)
    if chance == 1:
        return FieldValue(None, ValueState.NONE, text="无")
    if kind is FieldType.TEXT:
        word = dice.choice(("经营", "发包及上交", "投资"))
        return FieldValue(word, ValueState.VALUE, text=word)
    if kind is FieldType.INTEGER:
        number = dice.randrange(1, 9000)
        return FieldValue(number, ValueState.VALUE, text=str(number))
    amount = Decimal(dice.randrange(1, 9_000_000)) / 100
    text = f"{amount}万元" if chance == 2 else f"{amount:f}".rstrip("0").rstrip(".")
    return FieldValue(amount, ValueState.VALUE, text=text)


def forms(files: int, rows: int, kind: Dataset, townships: Sequence[OrgUnit]) -> list[LoadedFile]:
    dice = random.Random(20041008)
    columns = {each.name: number for number, each in enumerate(kind.fields, 1)}
    made = []
    for number in range(files):
        town = townships[number]
        records = []
        for line in range(rows):
            values = {each.name: value(each.type, dice) for each in kind.fields[1:]}
            values["village"] = FieldValue(town.name, ValueState.VALUE, text=town.name)
            records.append(Record(line + 5, values, town))
        part = Part("表1", 0, "plain", False, columns, tuple(records))
        data = f"file {number}".encode() * 1000
        cells = CellAccount("表1", rows * len(columns), {CellUse.LOADED: rows * len(columns)})
        made.append(
            LoadedFile(
                f"{number}.xlsx",
                sha256(data).hexdigest(),
                datetime(2004, 10, 8),
                "key",
                data,
                (Submission(kind, town, YEAR, (part,)),),
                (cells,),
            )
        )
    return made


def floor(made: Sequence[LoadedFile], kind: Dataset, folder: Path, *, one: bool) -> float:
    """Seconds to insert the facts alone."""
    import duckdb

    ready = [prepare(each.submissions[0], {}).facts for each in made]
    numbers = [
        f"{each.name} {'VARCHAR' if each.type is FieldType.TEXT else 'DECIMAL(18,4)'}" for each in kind.fields[1:]
    ]
    with duckdb.connect(str(folder / f"floor{one}.duckdb")) as connection:
        connection.execute(f"CREATE TABLE facts (part INT, line INT, place_code VARCHAR, {', '.join(numbers)})")
        start = clock()
        if one:
            connection.execute("BEGIN")
        for columns in ready:
            insert(connection, "facts", columns)
        if one:
            connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
        return clock() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, default in (("files", 300), ("rows", 120), ("fields", 16)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    kind = dataset(given.fields)
    townships = [OrgUnit(f"{330327000000 + n * 1000}", f"{n}镇", "township", None) for n in range(1, given.files + 1)]
    made = forms(given.files, given.rows, kind, townships)
    rows = given.files * given.rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        contracts = Contracts({kind.name: kind}, {}, Places(townships), folder)
        with open_warehouse(folder / "w.duckdb", contracts) as warehouse:
            start = clock()
            results = list(warehouse.load_files(made))
            ours = clock() - start
            start = clock()
            again = list(warehouse.load_files(made))
            unchanged = clock() - start
        assert {each.status for each in results} == {"loaded"}
        assert {each.status for each in again} == {"unchanged"}
        single, each_file = (floor(made, kind, folder, one=one) for one in (True, False))
        start = clock()
        for file in made:
            prepare(file.submissions[0], {})
        python = clock() - start
    print(f"{given.files} files of {given.rows} records × {given.fields} fields: {rows} records")
    for words, seconds in [
        ("ours, everything", ours),
        ("  of which making columns from records", python),
        ("floor: facts alone, one transaction a file", each_file),
        ("floor: facts alone, one transaction", single),
    ]:
        print(f"{words:44} {seconds:6.2f} s {rows / seconds:9.0f} records/s")
    print(f"{'the same files again':44} {unchanged:6.2f} s {1000 * unchanged / given.files:9.2f} ms a file")


if __name__ == "__main__":
    main()
