"""Options that several commands share, with their help in the language of the call."""

from __future__ import annotations

from typing import Any

import typer

from pioneer_etl.cli.language import say
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError


def format_option(language: Language, known: str) -> Any:
    """`--format`, one of `known`: "table|csv|json"."""
    return typer.Option("--format", metavar=known, help=say("cli.option.format", language, found=known))


def period_option(language: Language) -> Any:
    """`--period`, in any spelling of a period."""
    return typer.Option("--period", help=say("cli.option.period", language))


def map_option(language: Language) -> Any:
    """`--map`, the period or day whose townships and villages are the rows."""
    return typer.Option("--map", metavar="PERIOD", help=say("cli.option.map", language))


def township_option(language: Language) -> Any:
    """`--township`, by name, alias or code."""
    return typer.Option("--township", help=say("cli.option.township", language))


def check_format(named: str, *known: str) -> None:
    """UsageError when a result cannot be printed as `named`."""
    if named not in known:
        raise UsageError("cli.no_format", found=named, expected=", ".join(known))


def check_filter(option: str, named: str | None, *known: str) -> None:
    """UsageError when a filter names what can never be, which would find nothing and seem to say that all is well."""
    if named is not None and named not in known:
        raise UsageError("usage.no_such_filter", option=option, found=named, expected=", ".join(known))
