"""Random layouts: records of a dataset drawn as a workbook, read back, and compared.

    choice    every decision of a layout, frozen and printable; `random_choice(seed)`
    truth     random records of a dataset
    columns   which fields under which heads;  spelling  how a value is written into a cell
    tables, forms, draw    from records to canvases to a file;  canvas, files  what it is drawn on
    compare   a file through the stages, and what became of its records

A failing test prints the layout and the plainest one that fails too; from a Python prompt

    from pathlib import Path
    from tests.layouts.choice import random_choice
    from tests.layouts.compare import draw, outcome, repository_contracts, smallest
    contracts = repository_contracts()
    outcome(random_choice(606), contracts)          # ok, asked or wrong, and why
    smallest(random_choice(606), contracts)         # the decisions that matter
    Path("606.xlsx").write_bytes(draw(random_choice(606), contracts).data)
"""
