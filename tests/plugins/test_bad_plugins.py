"""A broken, an old, a misspelt and a slow plugin in one workspace: the batch goes on, and the remedies are named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.command_line import Ran, run
from tests.plugins.test_reading_hooks import FORM, place_names

from pioneer_etl.plugins.approval import approve

PLUGINS = {
    "broken": "import no_such_module\n",
    "dated": "PIONEER_API = 0\n",
    "misspelt": "from pioneer_etl.plugins import hookimpl\n@hookimpl\ndef register_layout():\n    return []\n",
    "slow": (
        "import time\nfrom pioneer_etl.plugins import hookimpl\n"
        "@hookimpl\ndef read_workbook(path):\n    if 'waits' in str(path):\n        time.sleep(300)\n"
    ),
}


def pioneer(root: Path, *words: str) -> Ran:
    return run(["--lang", "en", *words], root, {})


def test_the_batch_goes_on_and_the_remedy_is_named(county: Callable[..., Path]) -> None:
    root = county()
    for name, code in PLUGINS.items():
        (root / "plugins" / name).mkdir()
        (root / "plugins" / name / "plugin.py").write_text(code, encoding="utf-8")
        approve(root, name)
    settings = (root / "pioneer.toml").read_text(encoding="utf-8")
    (root / "pioneer.toml").write_text(settings + "\n[limits]\nseconds = 5\n", encoding="utf-8")
    one, two = place_names()
    (root / "inbox").mkdir(exist_ok=True)
    text = FORM.format(first=one).replace("宜二村", two)
    (root / "inbox" / "good.csv").write_text(text, encoding="utf-8")
    (root / "inbox" / "waits.csv").write_text(text.replace("12.5", "12.6"), encoding="utf-8")

    done = pioneer(root, "ingest", "inbox", "--format", "json")

    assert done.code == 1, done.err
    assert "Traceback" not in done.err
    report = json.loads(done.out)
    files = {Path(each["file"]).name: each for each in report["files"]}
    assert {name: each["status"] for name, each in files.items()} == {"good.csv": "loaded", "waits.csv": "refused"}
    assert [each["code"] for each in files["waits.csv"]["findings"]] == ["file.too_slow", "plugin.took_part"]
    listed = pioneer(root, "plugins", "list", "--format", "json")
    problems = {each["name"]: each["problem"] for each in json.loads(listed.out) if not each["loaded"]}
    assert problems == {
        "broken": "plugin.import_failed",
        "dated": "plugin.api",
        "misspelt": "plugin.unknown_hook",
    }
    told = {each["code"]: each["message"] for each in report["plugins"]}
    assert told.keys() == set(problems.values())
    assert "no_such_module" in told["plugin.import_failed"]
    assert "API 0" in told["plugin.api"]
    assert "did you mean register_layouts" in told["plugin.unknown_hook"]
    shown = "".join(pioneer(root, "plugins", "list").out.replace("│", "").split())  # however wide the table is
    for remedy in ("-p no:broken", "set its PIONEER_API to 1", "docs/plugins.md lists all hooks"):
        assert remedy.replace(" ", "") in shown
