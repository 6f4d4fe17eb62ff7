"""Declarations in TOML, read so that every error names file, line and key.

`read_toml(path)` gives a `Section`, the file's root table.  A section hands out its keys typed; a key
that is missing, of the wrong type, not among the choices, or unknown raises ConfigurationError with
the line it stands on and, for misspelt words, the word that was probably meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import tomli

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.model import Label

KeyPath: TypeAlias = tuple[str | int, ...]


def closest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be; None when none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return near[0] if near else None


def read_toml(path: Path, shown_as: str | None = None) -> Section:
    """The root section of a TOML file.

    Raises ConfigurationError "config.unreadable" or "config.syntax".  `shown_as` is how errors name the
    file (default: `path` as given).
    """
    name = shown_as or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError("config.unreadable", Location(file=name), reason=error.strerror or "") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigurationError("config.encoding", Location(file=name, line=line)) from error
    return parse_toml(text, name)


def parse_toml(text: str, name: str) -> Section:
    """As `read_toml`, from text; `name` is how errors name the file."""
    try:
        data = tomli.loads(text, parse_float=Decimal)
    except tomli.TOMLDecodeError as error:
        raise ConfigurationError("config.syntax", Location(name, line=error.lineno), reason=error.msg) from error
    return Section(name, (), data, _Lines(text))


class _Lines(Mapping[KeyPath, int]):
    """The line of every table and key of a text, looked for when an error has to name one."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _found(self) -> dict[KeyPath, int]:
        return key_lines(self._text)

    def __getitem__(self, path: KeyPath) -> int:
        return self._found[path]

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


@dataclass(slots=True)
class Section:
    """One table of a file.  Reading a key marks it as known; `close` refuses what was not read."""

    file: str
    path: KeyPath
    data: Mapping[str, Any]
    lines: Mapping[KeyPath, int]
    known: dict[str, None] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def location(self, key: str | None = None) -> Location:
        """Where this section or one of its keys stands."""
        path = self.path if key is None else (*self.path, key)
        nearest = path
        while nearest and nearest not in self.lines:
            nearest = nearest[:-1]
        return Location(file=self.file, line=self.lines.get(nearest, 1), key=_dotted(path) or None)

    def error(self, code: str, key: str | None = None, **arguments: object) -> ConfigurationError:
        """An error about this section or one of its keys; the key's own name is the argument `key`."""
        location = self.location(key)
        return ConfigurationError(code, location, **{"key": location.key or "", **arguments})

    def get(self, key: str) -> Any:
        """The raw value of `key`, or None; marks it as known."""
        self.known[key] = None
        return self.data.get(key)

    def _typed(self, key: str, types: tuple[type, ...], expected: str, required: bool) -> Any:
        value = self.get(key)
        if value is None:
            if required:
                raise self.error("config.missing_key", key)
            return None
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise self.error("config.wrong_type", key, expected=expected, found=_shown(value))
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A text that must be there unless a default is given."""
        value = self._typed(key, (str,), "text", required=default is None)
        return str(value) if value is not None else str(default)

    def optional_text(self, key: str) -> str | None:
        value = self._typed(key, (str,), "text", required=False)
        return None if value is None else str(value)

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._typed(key, (bool,), "true or false", required=False)
        return default if value is None else bool(value)

    def optional_flag(self, key: str) -> bool | None:
        value = self._typed(key, (bool,), "true or false", required=False)
        return None if value is None else bool(value)

    def optional_integer(self, key: str) -> int | None:
        value = self._typed(key, (int,), "a whole number", required=False)
        return None if value is None else int(value)

    def optional_number(self, key: str) -> Decimal | None:
        value = self._typed(key, (int, Decimal), "a number", required=False)
        return None if value is None else Decimal(value)

    def optional_day(self, key: str) -> date | None:
        value = self._typed(key, (date,), "a day such as 2005-01-15", required=False)
        return date(value.year, value.month, value.day) if value is not None else None

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """A word that must be one of `choices`."""
        value = self.text(key, default)
        if value not in choices:
            raise self.unknown_word(key, value, choices)
        return value

    def unknown_word(self, key: str, word: str, choices: Iterable[str]) -> ConfigurationError:
        """The error for a word that is none of `choices`, with the nearest one."""
        choices = list(choices)
        near = closest(word, choices)
        return self.error(
            "config.unknown_word" if near else "config.unknown_word_no_hint",
            key,
            found=word,
            expected=", ".join(choices),
            hint=near or "",
        )

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one; () when it is not there."""
        value = self._typed(key, (list, str), "a list of texts", required=False)
        if isinstance(value, str):
            return (value,)
        for each in value or ():
            if not isinstance(each, str):
                raise self.error("config.wrong_type", key, expected="a list of texts", found=_shown(each))
        return tuple(value or ())

    def numbers(self, key: str, count: int) -> tuple[Decimal, ...] | None:
        """A list of exactly `count` numbers; None when it is not there."""
        expected = f"a list of {count} numbers"
        value = self._typed(key, (list,), expected, required=False)
        if value is None:
            return None
        if len(value) != count or any(isinstance(n, bool) or not isinstance(n, int | Decimal) for n in value):
            raise self.error("config.wrong_type", key, expected=expected, found=_shown(value))
        return tuple(Decimal(each) for each in value)

    def label(self, key: str, default: Label | None = None) -> Label:
        """A text in both languages: `key = { zh = "…", en = "…" }`; one text stands for both."""
        if default is not None and key not in self.data:
            self.known[key] = None
            return default
        if isinstance(self.data.get(key), str):
            text = self.text(key)
            return Label(text, text)
        section = self.section(key)
        label = Label(section.text("zh"), section.text("en"))
        section.close()
        return label

    def section(self, key: str) -> Section:
        """The table at `key`, which must be there."""
        value = self._typed(key, (dict,), "a table", required=True)
        return Section(self.file, (*self.path, key), value, self.lines)

    def optional_section(self, key: str) -> Section | None:
        self.known[key] = None
        return self.section(key) if key in self.data else None

    def named_sections(self, key: str) -> Iterator[tuple[str, Section]]:
        """The tables `[key.NAME]` in the order of the file."""
        parent = self.optional_section(key)
        for name in parent.data if parent else ():
            assert parent is not None
            yield name, parent.section(name)

    def sections(self, key: str) -> Iterator[Section]:
        """The tables `[[key]]` in order."""
        value = self._typed(key, (list,), "a list of tables", required=False)
        for index, each in enumerate(value or ()):
            if not isinstance(each, dict):
                raise self.error("config.wrong_type", key, expected="a list of tables", found=_shown(each))
            yield Section(self.file, (*self.path, key, index), each, self.lines)

    def text_map(self, key: str) -> dict[str, str]:
        """A table of texts by texts; {} when it is not there."""
        section = self.optional_section(key)
        return {name: section.text(name) for name in section.data} if section else {}

    def close(self) -> None:
        """Refuse every key that was never asked for, with the nearest known one."""
        for key in self.data:
            if key not in self.known:
                near = closest(key, self.known)
                raise self.error(
                    "config.unknown_key" if near else "config.unknown_key_no_hint",
                    key,
                    found=key,
                    expected=", ".join(self.known),
                    hint=near or "",
                )


def _dotted(path: KeyPath) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _shown(value: object) -> str:
    words = {bool: "true/false", int: "number", Decimal: "number", str: "text", list: "list", dict: "table"}
    text = str(value)
    return f"{words.get(type(value), type(value).__name__)} {text if len(text) <= 40 else text[:39] + '…'}"


_HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_ASSIGN = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*')


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line of every table and key of a TOML text that is known to parse.

    tomli gives no positions, so the lines are scanned: headers and assignments at the outer level,
    values that run over several lines (arrays, long strings) skipped.
    """
    lines: dict[KeyPath, int] = {}
    arrays: dict[KeyPath, int] = {}
    prefix: KeyPath = ()
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if quote:
            if quote in line:
                line, quote = line.split(quote, 1)[1], ""
            else:
                continue
        elif depth == 0:
            header = _HEADER.fullmatch(line)
            if header and "=" not in _STRINGS.sub("", line):
                prefix = _table_path(_parts(header.group(2)), header.group(1) == "[[", arrays)
                for end in range(1, len(prefix) + 1):
                    lines.setdefault(prefix[:end], number)
                continue
            assign = _ASSIGN.match(line)
            if assign:
                path = (*prefix, *_parts(assign.group(1)))
                for end in range(len(prefix) + 1, len(path) + 1):
                    lines.setdefault(path[:end], number)
                line = line[assign.end() :]
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                quote, line = mark, line.split(mark, 1)[0]
                break
        bare = _STRINGS.sub("", line)
        depth += bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
    return lines


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _table_path(names: tuple[str, ...], is_array: bool, arrays: dict[KeyPath, int]) -> KeyPath:
    """The path of a header, with the running index of every array of tables on the way."""
    path: KeyPath = ()
    for index, name in enumerate(names):
        path = (*path, name)
        if is_array and index == len(names) - 1:
            arrays[path] = arrays.get(path, -1) + 1
        if path in arrays:
            path = (*path, arrays[path])
    return path
