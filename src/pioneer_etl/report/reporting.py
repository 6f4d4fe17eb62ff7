"""The program's own view of who has sent what, as a dataset that summaries can count: one record a form owed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.model import Code, CodeList, Dataset, Field, FieldType, Label
from pioneer_etl.report.model import SummarySpec
from pioneer_etl.report.words import word
from pioneer_etl.warehouse.views import REPORTING

if TYPE_CHECKING:
    from pioneer_etl.contract.contracts import Contracts

_STATES = ("loaded", "accepted", "returned", "quarantined", "missing")
_FIELDS = {
    "form": FieldType.CODE,
    "status": FieldType.CODE,
    "revision": FieldType.INTEGER,
    "records": FieldType.INTEGER,
    "received": FieldType.DATE,
    "due": FieldType.DATE,
    "errors": FieldType.INTEGER,
    "warnings": FieldType.INTEGER,
}
_CODES = {"form": "reporting_form", "status": "reporting_status"}


def with_reporting(contracts: Contracts, spec: SummarySpec) -> Contracts:
    """The contracts with `reporting` among the datasets where a summary counts it."""
    if REPORTING not in {spec.dataset, *(each.dataset for each in spec.measures.values())}:
        return contracts
    forms = tuple(Code(each.name, each.title) for each in contracts.datasets.values() if each.source is None)
    states = tuple(Code(each, _both(f"status_{each}")) for each in _STATES)
    fields = tuple(
        Field(name, _both(f"reporting_{name}"), kind, codes=_CODES.get(name)) for name, kind in _FIELDS.items()
    )
    dataset = Dataset(
        name=REPORTING,
        title=_both("reporting"),
        grain=_both("reporting_form"),
        key=("form",),
        period_type="none",
        fields=fields,
    )
    lists = {
        "reporting_form": CodeList("reporting_form", _both("reporting_form"), forms),
        "reporting_status": CodeList("reporting_status", _both("reporting_status"), states),
    }
    return replace(
        contracts,
        datasets={**contracts.datasets, REPORTING: dataset},
        code_lists={**contracts.code_lists, **lists},
    )


def _both(name: str) -> Label:
    languages: tuple[Language, Language] = ("zh", "en")
    return Label(*(word(name, each) for each in languages))
