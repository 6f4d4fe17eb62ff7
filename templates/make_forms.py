"""Writes the county's own blank forms, one workbook a dataset, into `templates/xlsx/`.

    python templates/make_forms.py [WORKSPACE]

Titles, headings, units and drop-downs come from the contracts in `warehouse/datasets/`, so after a
contract was changed the forms are simply made again.  The built-in plugin `standard` reads them.
`pioneer template` makes workbooks for a township from the same drawing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pioneer_etl.contract.load import load_contracts
from pioneer_etl.entry.identity import form_title
from pioneer_etl.entry.template_form import HEADER_ROW, heading, make_form

__all__ = ["HEADER_ROW", "form_title", "heading", "make_form", "make_forms"]


def make_forms(root: Path) -> list[Path]:
    """Write the form of every dataset that townships report; the paths are returned."""
    contracts = load_contracts(root)
    folder = root / "templates" / "xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for dataset in contracts.datasets.values():
        if dataset.source is None:
            written.append(folder / f"{form_title(dataset)}.xlsx")
            make_form(dataset, contracts).save(written[-1])
    return written


if __name__ == "__main__":
    for path in make_forms(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]):
        print(path)
