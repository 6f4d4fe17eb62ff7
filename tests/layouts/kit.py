"""The contracts of the repository's own workspace, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.load import load_contracts

REPOSITORY = Path(__file__).parents[2]


@cache
def repository_contracts() -> Contracts:
    return load_contracts(REPOSITORY)
