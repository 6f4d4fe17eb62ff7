"""Loading a workspace's contracts from its `warehouse/` folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pioneer_etl.contract.codes import load_code_lists
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.dataset import check_other_forms, load_dataset
from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.expected import NAME as EXPECTED
from pioneer_etl.contract.expected import load_expected
from pioneer_etl.contract.org_units import load_places
from pioneer_etl.contract.places import Places


def load_contracts(root: Path) -> Contracts:
    """Everything under `root`/warehouse: datasets/*.toml, codes/*.toml, org_units.csv and expected.toml.

    A workspace without org_units.csv has no places.  Raises ConfigurationError for the first mistake, with file,
    line and key.
    """
    folder = root / "warehouse"
    code_lists = load_code_lists(folder / "codes")
    paths = sorted((folder / "datasets").glob("*.toml"))
    datasets = {path.stem: load_dataset(path, code_lists) for path in paths}
    if not datasets:
        raise ConfigurationError("config.no_datasets", Location(file=str(folder / "datasets")), found=folder)
    for path in paths:
        check_other_forms(datasets, datasets[path.stem], path)
    units = folder / "org_units.csv"
    places = load_places(units) if units.exists() else Places(())
    expected = load_expected(folder / EXPECTED, datasets, places)
    return Contracts(datasets=datasets, code_lists=code_lists, places=places, root=root, expected=expected)


def add_datasets(contracts: Contracts, paths: Sequence[Path]) -> Contracts:
    """The contracts with those of `paths` besides; what the workspace declares itself stands.

    The code lists in a folder `codes` beside a path are added too.  ConfigurationError as `load_contracts`.
    """
    if not paths:
        return contracts
    code_lists = dict(contracts.code_lists)
    datasets = dict(contracts.datasets)
    for path in paths:
        code_lists = {**load_code_lists(path.parent / "codes"), **code_lists}
        if path.stem not in datasets:
            datasets[path.stem] = load_dataset(path, code_lists)
    for path in paths:
        check_other_forms(datasets, datasets[path.stem], path)
    return replace(contracts, datasets=datasets, code_lists=code_lists)
