"""`pioneer.toml`: every setting has a default, and a mistake is told with its line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workspace.settings import NAME, Settings, load_settings

WHOLE = """\
[county]
code = "990000000000"
name = "云山市"

[ingest]
period = "2004"
workers = 3

[limits]
cells = 1000
seconds = 2.5
"""


def load(folder: Path, text: str) -> Settings:
    (folder / NAME).write_text(text, encoding="utf-8")
    return load_settings(folder)


def test_what_is_set_is_taken_and_the_rest_has_its_default(tmp_path: Path) -> None:
    assert load(tmp_path, WHOLE) == Settings("990000000000", "云山市", "2004", 3, Limits(cells=1000, seconds=2.5))
    assert load(tmp_path, "") == Settings()
    assert load(tmp_path, "[limits]\nseconds = 60\n").limits == Limits(seconds=60.0)


@pytest.mark.parametrize(
    ("text", "code", "line", "key"),
    [
        ("[ingest]\nworker = 3\n", "config.unknown_key", 2, "ingest.worker"),
        ("[county]\nname = 'A'\n[limit]\ncells = 1\n", "config.unknown_key", 3, "limit"),
        ("[county]\nname = 'A'\n[ingest]\nname = 'B'\n", "config.unknown_key_no_hint", 4, "ingest.name"),
        ("[ingest]\nworkers = '3'\n", "config.wrong_type", 2, "ingest.workers"),
        ("[limits]\ncells = true\n", "config.wrong_type", 2, "limits.cells"),
        ("ingest = 3\n", "config.wrong_type", 1, "ingest"),
        ("[ingest]\nperiod = 2004年\n", "config.syntax", 2, None),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(
    tmp_path: Path, text: str, code: str, line: int, key: str | None
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text)
    assert caught.value.code == code
    assert (caught.value.location.line, caught.value.location.key) == (line, key)
    assert caught.value.location.file == str(tmp_path / NAME)


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path)
    assert caught.value.code == "workspace.none"
