"""The demo county as a folder: what is written, and that the same comes out every time."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from pathlib import Path

from pioneer_etl.demo.county import DemoCounty
from pioneer_etl.demo.made.facts import YEARS
from pioneer_etl.demo.places import merged_township
from pioneer_etl.demo.samples import write_samples
from pioneer_etl.demo.truth import DATASETS
from tests.command_line import County


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_inbox_corrections_and_truth_are_written(county: DemoCounty) -> None:
    late = {path.relative_to(county.directory / "late").as_posix() for path in (county.directory / "late").rglob("*.*")}
    assert late == {each.path for each in county.late}
    paths = {path.relative_to(county.inbox).as_posix() for path in county.inbox.rglob("*") if path.is_file()}
    mailed = {each.path.split("!")[0] for each in county.files}  # those in a zip are mailed as one
    assert paths == mailed | {each.file.path for each in county.bad}
    assert {path.name for path in (county.directory / "corrections").iterdir()} == {
        each.name for each in county.corrections
    }
    assert {path.stem for path in (county.directory / "truth").iterdir()} == set(DATASETS)


def test_the_same_bytes_every_time(county: DemoCounty, demo: County) -> None:
    """In another process, too, where sets and dicts of texts stand in another order."""
    again = hashes(demo.root)
    assert hashes(county.directory).items() <= again.items()


def test_formats_in_many_file_types(county: DemoCounty) -> None:
    endings = {each.name.rsplit(".", 1)[1] for each in county.files}
    assert endings >= {"xlsx", "xls", "csv", "xlsm"}
    csv_file = next(each for each in county.files if each.name.endswith(".csv"))
    assert "行政村" in csv_file.data.decode("gb18030")
    xls = next(each for each in county.files if each.name.endswith(".xls"))
    assert xls.data[:4] == b"\xd0\xcf\x11\xe0"


def test_one_township_mails_a_zip_with_names_in_gbk(county: DemoCounty) -> None:
    (path,) = (each for each in (county.inbox / "2004").iterdir() if each.suffix == ".zip")
    with zipfile.ZipFile(path) as archive:
        names = {each.orig_filename.encode("cp437").decode("gbk") for each in archive.infolist()}
    assert names == {each.name for each in county.files if each.archive == path.name and each.year == 2004}
    assert {name.rsplit(".", 1)[1] for name in names} == {"xls", "xlsx", "csv"}


def test_truth_is_readable_by_a_person(county: DemoCounty) -> None:
    with (county.directory / "truth" / "village_economy.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 780 * len(YEARS) + len(merged_township().villages)
    yiyi = next(row for row in rows if (row["period"], row["village"]) == ("2004", "330327102200"))
    assert (yiyi["township"], yiyi["income_total"], yiyi["income_last_year"]) == ("宜山镇", "21.3000", "15.0000")


def test_formulas_carry_their_results(county: DemoCounty) -> None:
    form = county.file("village_economy", "龙港镇")
    with zipfile.ZipFile(county.inbox / form.path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert xml.count("<f>") == 107
    assert xml.count("<v>√</v>") == 107


def test_the_copy_is_exact_and_the_damaged_file_is_not(county: DemoCounty) -> None:
    copy = next(each for each in county.bad if each.code is None)
    assert copy.file.data == county.file("village", "钱库镇").data
    assert copy.file.path not in county.refused
    assert len(county.refused) == len(county.bad) - 1 + len(county.held)


def test_mistakes_name_real_cells(county: DemoCounty) -> None:
    assert len(county.mistakes) == 3
    assert {each.file for each in county.mistakes} <= {each.path for each in (*county.files, *county.late)}


def test_shipped_samples_are_what_the_writers_give(repository: Path, tmp_path: Path) -> None:
    """Expectations byte for byte; workbooks by their presence (the packing may differ between machines)."""
    written = write_samples(tmp_path)
    assert len(written) >= 15
    for path in tmp_path.rglob("*"):
        shipped = repository / "plugins" / path.relative_to(tmp_path)
        if path.is_file():
            assert shipped.is_file(), path.name
        if path.name.endswith(".expected.csv") or path.suffix == ".csv":
            assert shipped.read_bytes() == path.read_bytes(), path.name


def test_the_page_about_the_demo_names_every_bad_file_and_mistake(county: DemoCounty, repository: Path) -> None:
    page = (repository / "docs" / "demo.md").read_text(encoding="utf-8")
    for bad in county.bad:
        assert f"`{bad.file.name}`" in page
        assert bad.code is None or f"`{bad.code}`" in page
    assert all(f"`{held.code}`" in page and held.file.sender[:2] in page for held in county.held)
    for mistake in county.mistakes:
        assert f"`{mistake.rule or mistake.code}`" in page
