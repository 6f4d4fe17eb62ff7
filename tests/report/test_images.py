"""The pictures of the documentation: made by the tool, self-contained, with nothing of the machine that made them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from tests.command_line import County

DOCS = Path(__file__).parents[2] / "docs"
IMAGES = DOCS / "images"
TERMINALS = sorted(IMAGES.glob("*.svg"))
_MACHINE = re.compile(r"/tmp|/home|/root|/work|/usr|\\Users|localhost", re.IGNORECASE)


@pytest.mark.parametrize("picture", TERMINALS, ids=lambda path: path.name)
def test_a_terminal_is_a_picture_that_stands_by_itself(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8")
    assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert text.count("http") == 1  # the name space
    assert "@font-face" not in text
    assert "<script" not in text
    assert not _MACHINE.search(text)
    assert len(text.encode()) < 100_000


def test_wide_characters_begin_in_their_own_cell() -> None:
    root = ET.parse(IMAGES / "explain.svg").getroot()
    texts = [each for each in root.iter("{http://www.w3.org/2000/svg}text") if each.get("textLength")]
    assert len(texts) > 50
    for each in texts:
        cells = (float(each.get("x", "0")) - 14) / 8.4
        assert abs(cells - round(cells)) < 0.05
        wide = [char for char in each.text or "" if ord(char) > 0x2E80]
        assert len(wide) in (0, len(each.text or ""))


def test_the_printed_summary_is_small_enough_for_a_page() -> None:
    data = (IMAGES / "village_economy.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) < 300_000


def test_every_picture_that_a_page_shows_is_there_and_the_other_way_round() -> None:
    pages = [*DOCS.glob("*.md"), *DOCS.parent.glob("README*.md")]
    shown = {name for page in pages for name in re.findall(r"images/([\w.-]+)\)", page.read_text(encoding="utf-8"))}
    assert shown == {path.name for path in IMAGES.iterdir()}


def test_the_files_in_the_pictures_lie_in_the_county(demo: County) -> None:
    script = (DOCS / "make_images.py").read_text(encoding="utf-8")
    folder = re.findall(r'INBOX = f"\{COUNTY\}/(.+)"', script)[0]
    names = re.findall(r'\{INBOX\}/([^"]+)"', script)
    assert names
    for name in names:
        assert (demo.root / folder / name).is_file()
