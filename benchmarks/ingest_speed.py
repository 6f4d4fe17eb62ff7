"""The whole ingest of the demo county against a pandas script that only reads the same files.

    python benchmarks/ingest_speed.py [--runs 5]

Ours does everything (intake, reading, understanding, matching, typing, checks, lineage, loading into DuckDB); the
peer does what people write today: pandas.read_excel through openpyxl (xlrd for .xls, odfpy for .ods), read_csv for
text, read_html for tables saved as .xls, the files in a zip alike; it counts the cells and does nothing else.

Both run as whole processes, in turn, with their bytecode compiled before (`PYTHONDONTWRITEBYTECODE` is taken out of
their environment and the first run of each is not counted), each time on a county that was never loaded.

Printed are wall and processor seconds.  The processor's tell the work that is done, whatever else the machine does;
wall time is what a user waits, and there ours reads in as many processes as there are cores.  The ratio is taken run
by run, so that a machine whose speed drifts weighs on both alike.  Needs pandas: pip install ".[bench]".
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PEER = """
import io, sys, warnings, zipfile
from pathlib import Path
import pandas
warnings.simplefilter("ignore")

def sheets_of(name, data):
    kind = name.rsplit(".", 1)[-1].lower()
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from sheets_of(member, archive.read(member))
    elif kind == "xls" and data.lstrip()[:1] == b"<":
        yield from pandas.read_html(io.StringIO(data.decode("utf-8")), header=None)
    elif kind in ("xlsx", "xlsm", "xls", "ods"):
        yield from pandas.read_excel(io.BytesIO(data), sheet_name=None, header=None).values()
    elif kind in ("csv", "txt"):
        for encoding in ("utf-8-sig", "utf-16", "gb18030"):
            try:
                text = data.decode(encoding)
                break
            except UnicodeError:
                continue
        mark = "\t" if "\t" in text else ","
        lines = text.splitlines()
        names = range(max(line.count(mark) for line in lines) + 1)
        yield pandas.read_csv(io.StringIO(text), header=None, sep=mark, names=names)

cells = 0
for path in sorted(Path(sys.argv[1]).rglob("*")):
    if path.is_file():
        try:
            for sheet in sheets_of(path.name, path.read_bytes()):
                cells += int(sheet.count().sum())
        except Exception:  # the inbox holds damaged and foreign files on purpose
            continue
print(cells)
"""


@dataclass(frozen=True)
class Cost:
    """What one run of a command took, in seconds; the processor's with those of all processes that it started."""

    wall: float
    processor: float


def run(command: list[str]) -> Cost:
    """Run a command to its end."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    wall, after = time.perf_counter() - start, os.times()
    if done.returncode not in (0, 1):  # 1: the inbox has files that are refused
        raise SystemExit(done.stderr)
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, spent)


def tell(name: str, figures: list[float]) -> str:
    """One line of the table: the least and the median."""
    return f"{name:32}{min(figures):8.2f}{statistics.median(figures):8.2f}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    from pioneer_etl.demo.county import make_county
    from pioneer_etl.workspace import init_workspace

    with tempfile.TemporaryDirectory() as folder:
        root = init_workspace(Path(folder) / "county")
        make_county(root)
        ours: list[Cost] = []
        peers: list[Cost] = []
        for number in range(runs + 1):
            copy = Path(folder) / f"run{number}"
            shutil.copytree(root, copy)
            inbox = str(copy / "inbox")
            costs = (
                run([sys.executable, "-m", "pioneer_etl", "-w", str(copy), "ingest", inbox]),
                run([sys.executable, "-c", PEER, inbox]),
            )
            shutil.rmtree(copy)
            if number:  # the first run compiles what was not compiled before
                ours.append(costs[0])
                peers.append(costs[1])
        files = sum(path.is_file() for path in (root / "inbox").rglob("*"))
        print(f"{files} files, {runs} runs each, {os.cpu_count()} cores, seconds{'least':>14}{'median':>8}")
        print(tell("pioneer ingest, wall", [each.wall for each in ours]))
        print(tell("pandas, reading only, wall", [each.wall for each in peers]))
        print(tell("pioneer ingest, processor", [each.processor for each in ours]))
        print(tell("pandas, reading only, processor", [each.processor for each in peers]))
        pairs = list(zip(ours, peers, strict=True))
        print(f"ratio ours : pandas, wall       {statistics.median(a.wall / b.wall for a, b in pairs):.2f}")
        print(f"ratio ours : pandas, processor  {statistics.median(a.processor / b.processor for a, b in pairs):.2f}")


if __name__ == "__main__":
    main()
