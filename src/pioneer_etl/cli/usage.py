"""What is said when a command is written wrongly, in the language of the call."""

from __future__ import annotations

import re
import sys

import typer

from pioneer_etl.cli.call import complain
from pioneer_etl.cli.language import say
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError


def tell_usage(error: typer.TyperException, language: Language) -> None:
    """The usage line, what is wrong and where the help is, on stderr.

    typer's own words are English; what its errors know is said from the catalogue instead.
    """
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{error}\n")
        return
    if context is not None:
        sys.stderr.write(f"{context.get_usage()}\n")
    command = context.command_path if context is not None else "pioneer"
    complain(_in_words(error, command, language), language)


def _in_words(error: typer.TyperException, command: str, language: Language) -> UsageError:
    # typer does not export the classes of its errors: what they carry tells them apart.
    kind = type(error).__name__
    found: str
    said = str(getattr(error, "message", "") or error)
    if kind == "NoSuchOption":
        close = ", ".join(sorted(getattr(error, "possibilities", None) or ()))
        found = str(getattr(error, "option_name", ""))
        return UsageError("usage.no_option", found=found, known=f"({close}?)" if close else "", command=command)
    if kind == "MissingParameter":
        return UsageError("usage.missing", found=_named(error), command=command)
    if kind == "BadParameter":
        return UsageError("usage.bad_value", found=_named(error), reason=_shortened(said, language), command=command)
    if unknown := re.match(r"No such command '(.*?)'", said):
        return UsageError("usage.no_command", found=unknown[1], command=command)
    if bare := re.match(r"Option '(.*?)' requires", said):
        return UsageError("usage.missing_value", found=bare[1], command=command)
    return UsageError("usage.wrong", reason=said, command=command)


def _named(error: typer.TyperException) -> str:
    """The option or argument that an error is about."""
    hint = getattr(error, "param_hint", None)
    param = getattr(error, "param", None)
    if hint is None and param is not None:
        hint = param.get_error_hint()
    return hint.replace("'", "") if isinstance(hint, str) else " / ".join(hint or ())


def _shortened(said: str, language: Language) -> str:
    """Why a value does not do; the two reasons that happen, in the language of the call."""
    if "valid integer" in said:
        return say("usage.word.integer", language)
    if "%Y-%m-%d" in said:
        return say("usage.word.date", language)
    return said.removeprefix("Value error, ")
