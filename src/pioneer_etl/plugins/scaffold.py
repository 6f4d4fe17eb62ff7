"""A new plugin's folder: its layout, samples without real people's data, and a few words about it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.period import find_period
from pioneer_etl.contract.toml import parse_toml
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.match.evidence import Senders
from pioneer_etl.match.layout import Layout
from pioneer_etl.match.layout_read import check_layout, read_layout
from pioneer_etl.plugins.discovery import LAYOUT, workspace_plugins
from pioneer_etl.plugins.infer import Sample
from pioneer_etl.plugins.layout_text import layout_text
from pioneer_etl.plugins.made_up import mask_readings
from pioneer_etl.plugins.proposal import Proposal, State
from pioneer_etl.plugins.sample_copy import copy_of
from pioneer_etl.plugins.testing import SAMPLES
from pioneer_etl.workbook.limits import Limits

_NAME = re.compile(r"[A-Za-z0-9_\-\u4e00-\u9fff]+")


@unchanging
class NewPlugin:
    """What was written: the folder, and each sample with its copy and the number of cells made up in it."""

    name: str
    folder: Path
    layout: Path
    samples: Mapping[str, Path]
    masked: int


def require_new(root: Path, name: str) -> None:
    """UsageError when a plugin of that name is there, or it is no name."""
    if not _NAME.fullmatch(name):
        raise UsageError("plugin.new.bad_name", found=name)
    folder = root / "plugins" / name
    if folder.exists() or name in {each.name for each in workspace_plugins(root)}:
        raise UsageError("plugin.new.exists", plugin=name, place=folder)


def proposed_layout(proposal: Proposal, contracts: Contracts) -> Layout | None:
    """The layout as it will be read from its file; None while no form has anything sure in it."""
    if not any(form.of(State.TAKEN) for form in proposal.forms):
        return None
    layout = read_layout(parse_toml(layout_text(proposal, contracts), LAYOUT))
    check_layout(layout, contracts.datasets)
    return layout


def write_plugin(
    root: Path, proposal: Proposal, samples: Sequence[Sample], contracts: Contracts, limits: Limits
) -> NewPlugin:
    """Write `plugins/NAME/`, whole or not at all.  UsageError when it is there already, or nothing is known yet."""
    require_new(root, proposal.name)
    if proposed_layout(proposal, contracts) is None:
        raise UsageError("plugin.new.nothing", found=", ".join(sample.name for sample in samples))
    folder = root / "plugins" / proposal.name
    building = root / "plugins" / f".{proposal.name}.new"
    if building.exists():
        shutil.rmtree(building)
    (building / SAMPLES).mkdir(parents=True)
    try:
        (building / LAYOUT).write_text(layout_text(proposal, contracts), encoding="utf-8", newline="\n")
        copies, masked = write_samples(building / SAMPLES, proposal, samples, contracts, limits)
        (building / "README.md").write_text(_readme(proposal, contracts), encoding="utf-8", newline="\n")
        building.rename(folder)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    written = {name: folder / SAMPLES / copy for name, copy in copies.items()}
    return NewPlugin(proposal.name, folder, folder / LAYOUT, written, masked)


def write_samples(
    folder: Path, proposal: Proposal, samples: Sequence[Sample], contracts: Contracts, limits: Limits
) -> tuple[dict[str, str], int]:
    """Write copies of the samples with made-up people: the copies' names by the samples', and how many cells changed.

    A copy never takes the place of a file that is there.
    """
    readings = [(sample.name, reading) for sample in samples for reading in sample.readings]
    changes = iter(mask_readings(readings, proposal.forms, contracts))
    names: dict[str, str] = {}
    masked = 0
    for sample in samples:
        own = [next(changes) for _ in sample.readings]
        masked += sum(map(len, own))
        data, ending = copy_of(sample.book, sample.data, own, limits)
        stem = _telling(PurePath(sample.name).stem, sample, proposal, contracts)
        while (folder / f"{stem}{ending}").exists():
            stem += "_"
        names[sample.name] = f"{stem}{ending}"
        (folder / names[sample.name]).write_bytes(data)
    return names, masked


def _telling(stem: str, sample: Sample, proposal: Proposal, contracts: Contracts) -> str:
    """A file's name that says whose it is and for when, where nothing in the file does."""
    whole = " ".join(
        [
            stem,
            *(each.name for each in sample.book.sheets),
            *(text for each in sample.readings for text in _texts(each)),
        ]
    )
    if proposal.period and find_period(whole) is None:
        stem = f"{proposal.period.replace('/', '-')}_{stem}"
    if proposal.townships and not Senders(contracts.places).named(whole):
        stem = f"{proposal.townships[0]}{stem}"
    return stem


def _texts(reading: object) -> list[str]:
    from pioneer_etl.match.around import look_around
    from pioneer_etl.table.model import SheetReading

    assert isinstance(reading, SheetReading)
    return [each.text for each in look_around(reading).texts]


def _readme(proposal: Proposal, contracts: Contracts) -> str:
    """What the format is, in both languages."""
    lines = [f"# {proposal.title}的格式 · The format of {proposal.title}", ""]
    for form in proposal.forms:
        dataset = contracts.datasets[form.dataset]
        taken, ignored = len(form.of(State.TAKEN)), len(form.of(State.IGNORED))
        lines.append(
            f"- {dataset.title.zh}：{taken} 栏入库，{ignored} 栏不入库"
            f" · {dataset.title.en}: {taken} columns loaded, {ignored} not"
        )
    lines += [
        "",
        "`samples/` 里的姓名、身份证号和电话都是编造的。改了 `layout.toml` 之后运行：",
        "",
        "Names, ID numbers and telephones in `samples/` are made up. After a change of `layout.toml` run:",
        "",
        f"    pioneer plugins test {proposal.name}",
        "",
    ]
    return "\n".join(lines)
