"""Which formats a pile of files is in: how many townships use which, and which nobody has described yet.

Before plugins are written it says where to begin: with the format that most townships share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.contract.text import normalise_path
from pioneer_etl.match.layout import GENERIC
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import InWorker, Kit, Task, inspect
from pioneer_etl.workbook.worker import Crew
from pioneer_etl.workspace.reading import Options, find_files, take_in_file

if TYPE_CHECKING:
    from pioneer_etl.workspace.workspace import Workspace

# Formats of which more of the headings are shared than this are one format, with a column more or less.
_ALIKE = 0.8
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class FormSeen:
    """One table of one file: its dataset (None: of none), its layout (None: nobody's), and its headings.

    `held` says that it would not be loaded as it is.
    """

    file: str
    sheet: str
    dataset: str | None
    layout: str | None
    township: str | None
    held: bool
    headings: frozenset[str]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """Tables that are alike: of one dataset, read by one layout or by none with the same headings."""

    dataset: str | None
    layout: str | None
    tables: tuple[FormSeen, ...]

    @property
    def townships(self) -> tuple[str, ...]:
        """Who uses it, sorted."""
        return tuple(sorted({each.township for each in self.tables if each.township is not None}))

    @property
    def held(self) -> int:
        """How many of the tables would not be loaded as they are."""
        return sum(each.held for each in self.tables)

    def as_dict(self) -> dict[str, Any]:
        """As `plugins survey --format json` prints it."""
        return {
            "dataset": self.dataset,
            "layout": self.layout,
            "townships": list(self.townships),
            "tables": len(self.tables),
            "held": self.held,
            "files": sorted({each.file for each in self.tables}),
            "headings": list(self.tables[0].shown),
        }


@dataclass(frozen=True, slots=True)
class Survey:
    """The formats of a pile of files, those of each dataset by how many townships use them; and what was refused."""

    formats: tuple[Format, ...]
    refused: tuple[FileRefused, ...]

    def sentences(self, language: Language) -> tuple[str, ...]:
        """A sentence a dataset: 17 use this format, 3 that, 1 is unknown."""
        by_dataset: dict[str, list[Format]] = defaultdict(list)
        for each in self.formats:
            if each.dataset is not None:
                by_dataset[each.dataset].append(each)
        said = []
        for dataset, formats in by_dataset.items():
            shared = [each for each in formats if each.layout is not None and len(each.townships) > 1]
            alone = [each for each in formats if each.layout is not None and len(each.townships) <= 1]
            parts = [_part("survey.part", len(each.townships), each.layout or "", language) for each in shared]
            if alone:
                parts.append(_part("survey.alone", len(alone), "", language))
            unknown = [each for each in formats if each.layout is None]
            if unknown:
                users = {each.township or each.file for one in unknown for each in one.tables}
                parts.append(_part("survey.unknown_part", len(users), str(len(unknown)), language))
            joined = ("，" if language == "zh" else ", ").join(parts)
            said.append(message("survey.sentence", {"dataset": dataset, "parts": joined}, language))
        return tuple(said)


def _part(code: str, count: int, name: str, language: Language) -> str:
    return message(code, {"count": count, "name": name}, language)


def format_name(each: Format, language: Language) -> str:
    """A format by its layout, or as one that nobody has described."""
    return each.layout if each.layout is not None else message("survey.unknown", {}, language)


def survey(
    workspace: Workspace, paths: Sequence[Path], *, progress: Callable[[int, int], None] | None = None
) -> Survey:
    """Look at files or folders without loading anything.  UsageError for a path that does not exist."""
    limits = workspace.settings.limits
    refused: list[FileRefused] = []
    tasks: list[Task] = []
    for path, name in find_files(paths):
        for each in take_in_file(path, name, Options(), limits):
            if each.refusal is not None:
                refused.append(each.refusal)
            else:
                tasks.append(Task(each.data, FileContext(each.name, each.folder)))
    reader = InWorker(_look, workspace.root, workspace.disabled, limits)
    crew: Crew[Task, tuple[FormSeen, ...]] = Crew(
        reader,
        min(workspace.workers, len(tasks)),
        seconds=limits.seconds,
        memory=limits.memory,
        initializer=reader.warm,
        name_of=Task.name_of,
    )
    seen: list[FormSeen] = []
    with crew:
        for done, (_, answer) in enumerate(crew.run(tasks), 1):
            if isinstance(answer, FileRefused):
                refused.append(answer)
            else:
                seen += answer
            if progress is not None:
                progress(done, len(tasks))
    return Survey(tuple(_formats(seen)), tuple(refused))


def _look(task: Task, kit: Kit) -> tuple[FormSeen, ...]:
    """Every table of a file that has headings and values; runs in a worker."""
    found = []
    for match in inspect(task, kit).matches:
        matched = {each.index: each for each in match.tables}
        for index, table in enumerate(match.reading.tables):
            known = matched.get(index)
            columns = (*table.label_columns, *table.columns)
            headings = [key for each in columns if (key := normalise_path(each.path))]
            if known is None and len(headings) < 2:
                continue
            who = known.identity.township if known is not None else None
            layout = known.layout if known is not None and known.layout != GENERIC.name else None
            found.append(
                FormSeen(
                    task.context.file,
                    match.reading.sheet.name,
                    known.dataset.name if known is not None else None,
                    layout,
                    who.name if who is not None else None,
                    known is None or any(each.quarantines for each in known.findings),
                    frozenset(headings),
                    tuple("/".join(each.path) for each in columns if each.path)[:_SHOWN],
                )
            )
    return tuple(found)


def _formats(seen: Sequence[FormSeen]) -> Iterator[Format]:
    """Tables that are alike, put together: by dataset, the most used format first; what is of no dataset last."""
    groups: dict[tuple[str | None, str | None], list[list[FormSeen]]] = defaultdict(list)
    for each in seen:
        key = (each.dataset, each.layout)
        home = next((group for group in groups[key] if each.layout is not None or _alike(group[0], each)), None)
        if home is None:
            groups[key].append([each])
        else:
            home.append(each)
    formats = [Format(dataset, layout, tuple(group)) for (dataset, layout), found in groups.items() for group in found]
    return iter(
        sorted(
            formats,
            key=lambda each: (each.dataset is None, each.dataset or "", -len(each.townships), -len(each.tables)),
        )
    )


def _alike(one: FormSeen, other: FormSeen) -> bool:
    """Whether two tables have the same headings, but for a column more or less."""
    both = one.headings | other.headings
    return bool(both) and len(one.headings & other.headings) / len(both) >= _ALIKE
