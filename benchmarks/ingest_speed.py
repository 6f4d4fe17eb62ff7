"""The whole ingest of the demo county against a pandas script that only reads the same files.

    python benchmarks/ingest_speed.py [--runs 5]

Ours does everything (intake, reading, understanding, matching, typing, checks, lineage, loading into DuckDB);
the peer does what people write today: pandas.read_excel through openpyxl and xlrd, read_csv for CSV, nothing else.
Both run as whole processes, in turn, in the same run.  Needs pandas: pip install ".[bench]".
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEER = """
import sys, warnings
from pathlib import Path
import pandas
warnings.simplefilter("ignore")
cells = 0
for path in sorted(Path(sys.argv[1]).rglob("*")):
    try:
        if path.suffix in (".xlsx", ".xls"):
            sheets = pandas.read_excel(path, sheet_name=None, header=None)
        elif path.suffix == ".csv":
            text = pandas.read_csv(path, header=None, encoding="gb18030", sep="\\t", names=["line"])
            sheets = {"": text["line"].str.split(",", expand=True)}
        else:
            continue
    except Exception:  # the inbox holds damaged and foreign files on purpose
        continue
    cells += sum(int(sheet.count().sum()) for sheet in sheets.values())
print(cells)
"""


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode not in (0, 1):  # 1: the inbox has files that are refused
        raise SystemExit(run.stderr)
    return time.perf_counter() - start


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    from pioneer_etl.demo.county import make_county
    from pioneer_etl.workspace import init_workspace

    with tempfile.TemporaryDirectory() as folder:
        root = init_workspace(Path(folder) / "county")
        make_county(root)
        ours, peers = [], []
        for run in range(runs):
            copy = Path(folder) / f"run{run}"
            shutil.copytree(root, copy)
            ours.append(timed([sys.executable, "-m", "pioneer_etl", "-w", str(copy), "ingest", str(copy / "inbox")]))
            peers.append(timed([sys.executable, "-c", PEER, str(copy / "inbox")]))
        files = sum(path.is_file() for path in (root / "inbox").rglob("*"))
        print(f"{files} files, {runs} runs each, seconds (min / median)")
        print(f"pioneer ingest       {min(ours):.2f} / {statistics.median(ours):.2f}")
        print(f"pandas, reading only {min(peers):.2f} / {statistics.median(peers):.2f}")
        print(f"ratio ours : pandas  {statistics.median(ours) / statistics.median(peers):.2f}")


if __name__ == "__main__":
    main()
