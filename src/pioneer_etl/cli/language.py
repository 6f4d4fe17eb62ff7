"""Which language a call speaks, and the command line's own words in it."""

from __future__ import annotations

import locale
import os
from collections.abc import Sequence
from typing import cast

from pioneer_etl.contract.catalogue import Language, message


def choose_language(arguments: Sequence[str]) -> Language:
    """The language by `--lang`, else PIONEER_LANG, else the locale: Chinese for zh, English for others."""
    for index, argument in enumerate(arguments):
        named = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and index + 1 < len(arguments):
            named = arguments[index + 1]
        if named in ("zh", "en"):
            return cast(Language, named)
    named = os.environ.get("PIONEER_LANG", "")
    if named in ("zh", "en"):
        return cast(Language, named)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return "zh" if os.environ[variable].lower().startswith("zh") else "en"
    system = locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"


def say(code: str, language: Language, **arguments: object) -> str:
    """The catalogue's text for `code`."""
    return message(code, arguments, language)
