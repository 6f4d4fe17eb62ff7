"""docs/contracts.md: its example loads, and it leaves out no key, function or unit."""

from __future__ import annotations

import re
from pathlib import Path

from pioneer_etl.contract.codes import load_code_list
from pioneer_etl.contract.dataset import load_dataset
from pioneer_etl.contract.expression import (
    OTHER_FUNCTIONS,
    PERIOD_NAMES,
    PLACE_NAMES,
    PREVIOUS,
    RECORD_FUNCTIONS,
    SUBMISSION_FUNCTIONS,
)
from pioneer_etl.contract.model import FieldType
from pioneer_etl.contract.org_units import COLUMNS

PAGE = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text(encoding="utf-8")


def test_the_example_loads(tmp_path: Path) -> None:
    blocks = re.findall(r"`warehouse/(\w+)/(\w+)\.toml`:\n\n```toml\n(.*?)```", PAGE, re.DOTALL)
    assert [name for _, name, _ in blocks] == ["orchard", "orchard_grade"]
    for folder, name, text in blocks:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.toml").write_text(text, encoding="utf-8")
    grade = load_code_list(tmp_path / "codes" / "orchard_grade.toml")
    orchard = load_dataset(tmp_path / "datasets" / "orchard.toml", [grade.name])
    assert len(orchard.fields) == 7
    assert len(orchard.checks) == 3


def test_every_key_type_and_function_is_described() -> None:
    keys = (
        "title grain titles key period_type place_field source label type unit accepted_units synonyms required codes "
    )
    keys += (
        "aggregation ratio stock minimum maximum plausible places personal expression message severity where tolerance "
    )
    keys += "missing scope standard code zh en"
    names = [*keys.split(), *(each.value for each in FieldType), *PERIOD_NAMES, *PLACE_NAMES, PREVIOUS, *COLUMNS]
    assert [name for name in names if f"`{name}`" not in PAGE] == []
    functions = {*RECORD_FUNCTIONS, *SUBMISSION_FUNCTIONS, *OTHER_FUNCTIONS}
    assert [name for name in functions if not re.search(rf"`{name}[(`]", PAGE)] == []
