"""Code lists: loaded from `warehouse/codes/NAME.toml`, and the code that a written word stands for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pioneer_etl.contract.model import Code, CodeList, Label
from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.toml import Section, read_toml


def load_code_lists(folder: Path) -> dict[str, CodeList]:
    """Every code list of a folder by name; {} when there is none.  ConfigurationError names line and key."""
    lists = (load_code_list(path) for path in sorted(folder.glob("*.toml")))
    return {each.name: each for each in lists}


def load_code_list(path: Path) -> CodeList:
    """One code list; its name is the file's.  No spelling may stand for two codes."""
    root = read_toml(path)
    title, standard = root.label("title"), root.optional_text("standard")
    spellings: dict[str, tuple[str, Section]] = {}
    codes = tuple(_code(section, spellings) for section in root.sections("codes"))
    root.close()
    if not codes:
        raise root.error("config.missing_key", "codes")
    return CodeList(path.stem, title, codes, standard)


def _code(section: Section, spellings: dict[str, tuple[str, Section]]) -> Code:
    code = Code(section.text("code"), Label(section.text("zh"), section.text("en")), section.texts("synonyms"))
    section.close()
    for spelling in (code.code, code.label.zh, code.label.en, *code.synonyms):
        clean = normalise(spelling)
        first, where = spellings.setdefault(clean, (code.code, section))
        if first != code.code:
            raise section.error("config.duplicate", found=spelling, first=str(where.location()))
    return code


@lru_cache(maxsize=64)
def _index(codes: tuple[Code, ...]) -> Mapping[str, Code]:
    """Codes by every normalised spelling."""
    return {
        normalise(spelling): code
        for code in reversed(codes)
        for spelling in (code.code, code.label.zh, code.label.en, *code.synonyms)
    }


_TRIMMED = " .,;:、。()\"'"


def resolve_code(code_list: CodeList, text: str) -> Code | None:
    """The code that `text` stands for: its code, label or a synonym in any width, spacing and case.

    None for anything else: nothing is matched by likeness.  "1.男" and "男(1)" are understood where number and
    word agree; a leading zero of a code may be missing (Excel drops it).
    """
    index = _index(code_list.codes)
    whole = normalise(text)
    if whole in index:
        return index[whole]
    clean = whole.strip(_TRIMMED)
    if clean.endswith(".0") and clean[:-2].isdigit():
        clean = clean[:-2]
    found = index.get(clean)
    if found is None and clean.isdigit():
        found = index.get(clean.zfill(2)) or index.get(clean.lstrip("0") or "0")
    if found is None:
        found = _numbered(index, clean)
    return found


def _numbered(index: Mapping[str, Code], clean: str) -> Code | None:
    """A code and its word written together, when both mean the same code."""
    digits = clean[: len(clean) - len(clean.lstrip("0123456789"))]
    rest = clean[len(digits) :].strip(_TRIMMED + "-")
    if not digits:
        digits = clean[len(clean.rstrip("0123456789")) :].strip()
        rest = clean[: len(clean) - len(digits)].strip(_TRIMMED + "-")
    number, word = index.get(digits), index.get(rest)
    return word if word is not None and number is not None and word.code == number.code else None
