"""Loading a workspace's contracts from its `warehouse/` folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pioneer_etl.contract.codes import load_code_lists
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.dataset import check_other_forms, load_dataset
from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.expected import NAME as EXPECTED
from pioneer_etl.contract.expected import load_expected
from pioneer_etl.contract.model import Dataset
from pioneer_etl.contract.org_units import load_places
from pioneer_etl.contract.places import Places


def load_contracts(root: Path, brought: Sequence[Path] = (), *, whole: bool = True) -> Contracts:
    """Everything under `root`/warehouse: datasets/*.toml, codes/*.toml, org_units.csv and expected.toml.

    `brought` are datasets of plugins, with the code lists in a folder `codes` beside each; what the workspace declares
    itself stands.  Where not all plugins are in use (`whole` False) expected.toml may name datasets that are not there.
    A workspace without org_units.csv has no places.  Raises ConfigurationError for the first mistake, with file,
    line and key.
    """
    folder = root / "warehouse"
    code_lists = dict(load_code_lists(folder / "codes"))
    paths = sorted((folder / "datasets").glob("*.toml"))
    own = {path.stem for path in paths}
    paths += [path for path in brought if path.stem not in own]
    if not paths:
        raise ConfigurationError("config.no_datasets", Location(file=str(folder / "datasets")), found=folder)
    datasets: dict[str, Dataset] = {}
    for path in paths:
        if path.stem not in own:
            code_lists = {**load_code_lists(path.parent / "codes"), **code_lists}
        if path.stem not in datasets:
            datasets[path.stem] = load_dataset(path, code_lists)
    for path in paths:
        check_other_forms(datasets, datasets[path.stem], path)
    units = folder / "org_units.csv"
    places = load_places(units) if units.exists() else Places(())
    expected = load_expected(folder / EXPECTED, datasets, places, whole=whole)
    return Contracts(datasets=datasets, code_lists=code_lists, places=places, root=root, expected=expected)
