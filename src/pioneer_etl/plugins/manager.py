"""Loading plugins: every one is brought in by itself, and one that fails is set aside and named."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pluggy import HookimplOpts, PluginManager, PluginValidationError

from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.errors import Location, PioneerError, PluginError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Check
from pioneer_etl.contract.toml import closest
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.match.layout import Layout
from pioneer_etl.plugins import hookspecs
from pioneer_etl.plugins.approval import read_approvals, read_code
from pioneer_etl.plugins.calls import Registered, call_one, check_datasets, registered, value_parser
from pioneer_etl.plugins.discovery import ENVIRONMENT, Candidate, Origin, find_plugins
from pioneer_etl.plugins.events import Event
from pioneer_etl.plugins.fingerprint import Fingerprint, fingerprint
from pioneer_etl.plugins.importing import check_hooks, import_code, import_installed
from pioneer_etl.plugins.reading_hooks import (
    ModifyRecords,
    ReadWorkbook,
    implementations,
    record_changer,
    with_places,
    workbook_reader,
)
from pioneer_etl.table.rules.base import Rule
from pioneer_etl.transform.model import ParseValue

_AT_READING: Final = ("read_workbook", "parse_value", "resolve_place", "modify_records", "register_rules")
# Set to anything: every call of a hook is told on stderr.
TRACE: Final = "PIONEER_PLUGINS_TRACE"


@unchanging
class PluginInfo:
    """A plugin that was found; `problem` says why it was set aside (None: it is loaded)."""

    name: str
    origin: Origin
    place: str
    version: str
    layouts: tuple[str, ...] = ()
    problem: Finding | None = None

    @property
    def loaded(self) -> bool:
        return self.problem is None

    def state(self, language: Language = "zh") -> str:
        """Loaded, or why not, in a word or a sentence."""
        if self.problem is None:
            return message("plugin.loaded", {}, language)
        return f"{self.problem.message(language)} {self.problem.remedy(language)}".strip()

    def as_dict(self) -> dict[str, object]:
        """As `plugins list --format json` prints it."""
        return {
            "name": self.name,
            "origin": str(self.origin),
            "place": self.place,
            "version": self.version,
            "layouts": list(self.layouts),
            "loaded": self.loaded,
            "problem": None if self.problem is None else self.problem.code,
        }


@unchanging
class Plugins:
    """The plugins of a workspace, loaded.

    `checks` are by dataset.  `problems` has a finding for each plugin that was set aside.  `parse_value` (which
    asks `resolve_place` too), `read_workbook` and `modify_records` are None when no plugin has such a hook.
    `whole` says whether every plugin that is there is in use: none left out, none set aside.
    """

    manager: PluginManager
    names: tuple[PluginInfo, ...]
    layouts: tuple[Layout, ...]
    checks: Mapping[str, tuple[Check, ...]]
    summaries: tuple[Path, ...]
    rules: tuple[Rule, ...]
    datasets: tuple[Path, ...]
    problems: tuple[Finding, ...]
    parse_value: ParseValue | None
    read_workbook: ReadWorkbook | None
    modify_records: ModifyRecords | None
    print: Fingerprint
    whole: bool

    @property
    def fingerprint(self) -> str:
        """A hash that changes whenever a file might be read otherwise than before."""
        return self.print.digest

    def prepare_connection(self, connection: object) -> tuple[Finding, ...]:
        """Let every plugin prepare a DuckDB connection; a finding for each that fails."""
        return self._call_each("prepare_connection", connection=connection)

    def register_commands(self, app: object) -> tuple[Finding, ...]:
        """Let every plugin add its commands; a finding for each that fails."""
        return self._call_each("register_commands", app=app)

    def tell(self, event: Event) -> tuple[Finding, ...]:
        """Tell every plugin of what has happened; a finding for each that fails on it."""
        if not self.manager.hook.on_event.get_hookimpls():
            return ()
        return self._call_each("on_event", event=event)

    @property
    def at_reading(self) -> tuple[str, ...]:
        """The plugins whose code runs while a file is read, in order of name."""
        found = (each for hook in _AT_READING for each in getattr(self.manager.hook, hook).get_hookimpls())
        return tuple(sorted({_plugin_name(each.plugin_name) for each in found}))

    def plugin_of(self, layout: str) -> PluginInfo | None:
        """The plugin that a layout came from."""
        return next((each for each in self.names if layout in each.layouts), None)

    def require_layout(self, name: str) -> Layout:
        """The layout called `name`.

        PluginError when it is not there: it says why the plugin of that name was set aside, or which
        layouts there are.
        """
        for layout in self.layouts:
            if layout.name == name:
                return layout
        for problem in self.problems:
            if problem.arguments.get("plugin") == name:
                raise PluginError(problem.code, Location(file=problem.file), **problem.arguments)
        known = [each.name for each in self.layouts]
        raise PluginError("plugin.no_layout", found=name, expected=closest(name, known) or ", ".join(known))

    def _call_each(self, hook: str, **arguments: object) -> tuple[Finding, ...]:
        problems = []
        for name, plugin in self.manager.list_name_plugin():
            if plugin is not None:
                try:
                    call_one(self.manager, plugin, _plugin_name(name), hook, **arguments)
                except PluginError as error:
                    problems.append(_problem(error, ""))
        return tuple(problems)


@unchanging
class FolderLayout:
    """A workspace plugin that is nothing but a `layout.toml`, made a plugin like any other."""

    path: Path

    @hookspecs.hookimpl
    def register_layouts(self) -> Sequence[Path]:
        return [self.path]


def load_plugins(
    root: Path | None,
    *,
    disabled: Sequence[str] = (),
    only: Sequence[str] | None = None,
    trace: Callable[[str], None] | None = None,
) -> Plugins:
    """The built-in, installed and local plugins of the workspace at `root` (None: no local ones).

    `disabled` names plugins to leave out, `only` those from outside to take (see `find_plugins`).
    The same folders and packages give the same result in every process.  Nothing that a plugin does
    raises here: see `Plugins.problems`.  `trace` is told of every call of a hook, without its arguments.
    """
    manager = _Manager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    hooks = {name: _arguments(manager, name) for name in _hook_names(manager)}
    if trace is None and os.environ.get(TRACE):
        trace = _to_stderr
    if trace is not None:
        _trace_calls(manager, trace)
    problems: list[Finding] = []
    approvals: Mapping[str, str] = {}
    if root is not None:
        try:
            approvals = read_approvals(root)
        except PioneerError as error:
            problems.append(_problem(error, str(root)))
    loaded: list[tuple[Candidate, Registered]] = []
    infos: list[PluginInfo] = []
    for candidate in find_plugins(root, disabled=disabled, only=only):
        try:
            brought = _bring_in(manager, candidate, approvals, root, hooks)
        except PioneerError as error:
            problems.append(_problem(error, candidate.place))
            infos.append(_info(candidate, Registered(), problems[-1]))
        else:
            loaded.append((candidate, brought))
            infos.append(_info(candidate, brought))
    layouts, doubled = _layouts_by_name(loaded)
    checks: dict[str, tuple[Check, ...]] = {}
    for _, brought in loaded:
        for dataset, found in (brought.checks or {}).items():
            checks[dataset] = checks.get(dataset, ()) + found
    names = {name: _plugin_name(name) for name, _ in manager.list_name_plugin()}
    return Plugins(
        manager=manager,
        names=tuple(infos),
        layouts=layouts,
        checks=checks,
        summaries=tuple(path for _, brought in loaded for path in brought.summaries),
        rules=tuple(rule for _, brought in loaded for rule in brought.rules),
        datasets=(datasets := tuple(path for _, brought in loaded for path in brought.datasets)),
        problems=(*problems, *doubled),
        parse_value=with_places(
            implementations(manager, names, "resolve_place", last_first=True), value_parser(manager, names)
        ),
        read_workbook=workbook_reader(implementations(manager, names, "read_workbook", last_first=True)),
        modify_records=record_changer(implementations(manager, names, "modify_records", last_first=False)),
        print=fingerprint([(each, manager.get_plugin(each.name)) for each, _ in loaded], layouts, checks, datasets),
        whole=not (problems or disabled) and only is None and ENVIRONMENT not in os.environ,
    )


class _Manager(PluginManager):
    """Pluggy's own, which does not look for hooks among the special names that every object has."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> HookimplOpts | None:
        return None if name.startswith("__") else super().parse_hookimpl_opts(plugin, name)


def _bring_in(
    manager: PluginManager,
    candidate: Candidate,
    approvals: Mapping[str, str],
    root: Path | None,
    hooks: Mapping[str, tuple[str, ...]],
) -> Registered:
    """Import, hold against the hooks and register one plugin; on any failure nothing of it remains."""
    parts = _import(candidate, approvals)
    result = Registered()
    try:
        for suffix, plugin in parts:
            check_hooks(candidate.name, candidate.place, plugin, hooks)
            manager.register(plugin, candidate.name + suffix)
            brought = registered(manager, plugin, candidate.name)
            check_datasets(candidate.name, brought.datasets, root)
            result = Registered(
                result.layouts + brought.layouts,
                {**(result.checks or {}), **(brought.checks or {})},
                result.summaries + brought.summaries,
                result.rules + brought.rules,
                result.datasets + brought.datasets,
            )
    except (PioneerError, PluginValidationError, ValueError) as error:
        for suffix, _ in parts:
            if manager.has_plugin(candidate.name + suffix):
                manager.unregister(name=candidate.name + suffix)
        if isinstance(error, PioneerError):
            raise
        raise PluginError("plugin.invalid", plugin=candidate.name, reason=error) from error
    return result


def _import(candidate: Candidate, approvals: Mapping[str, str]) -> list[tuple[str, Any]]:
    """What is to be registered for a plugin, each with the suffix of its registered name."""
    if candidate.origin is not Origin.WORKSPACE:
        return [("", import_installed(candidate))]
    parts: list[tuple[str, Any]] = []
    if candidate.code is not None:
        code = read_code(candidate.name, candidate.code)
        approved = approvals.get(candidate.name)
        if approved != code.sha256:
            problem = "plugin.changed" if approved else "plugin.unapproved"
            raise PluginError(problem, Location(file=str(code.path)), plugin=candidate.name, found=code.sha256)
        parts.append(("", import_code(code)))
    if candidate.layout is not None:
        parts.append((_LAYOUT_PART if parts else "", FolderLayout(candidate.layout)))
    return parts


_LAYOUT_PART: Final = "/layout"


def _plugin_name(registered_as: str) -> str:
    return registered_as.removesuffix(_LAYOUT_PART)


def _layouts_by_name(
    loaded: Sequence[tuple[Candidate, Registered]],
) -> tuple[tuple[Layout, ...], list[Finding]]:
    """All layouts; of two with one name the later, more local one, with a finding that names both plugins."""
    chosen: dict[str, tuple[Candidate, Layout]] = {}
    doubled = []
    for candidate, brought in loaded:
        for layout in brought.layouts:
            if layout.name in chosen:
                other = chosen.pop(layout.name)[0]
                doubled.append(
                    finding(
                        "plugin.layout_replaced",
                        file=candidate.place,
                        plugin=candidate.name,
                        other=other.name,
                        layout=layout.name,
                    )
                )
            chosen[layout.name] = (candidate, layout)
    return tuple(layout for _, layout in chosen.values()), doubled


def _info(candidate: Candidate, brought: Registered, problem: Finding | None = None) -> PluginInfo:
    version = candidate.version or next((each.version for each in brought.layouts), "")
    layouts = tuple(each.name for each in brought.layouts)
    return PluginInfo(candidate.name, candidate.origin, candidate.place, version, layouts, problem)


def _problem(error: PioneerError, place: str) -> Finding:
    """A finding for a plugin that was set aside; its file is the one the error names, or the plugin's place."""
    arguments: dict[str, Any] = {"place": str(error.location), **error.arguments}
    return finding(error.code, file=error.location.file or place or None, **arguments)


def _hook_names(manager: PluginManager) -> list[str]:
    return [name for name in vars(hookspecs) if manager.parse_hookspec_opts(hookspecs, name) is not None]


def _arguments(manager: PluginManager, hook: str) -> tuple[str, ...]:
    specification = getattr(manager.hook, hook).spec
    return tuple(specification.argnames)


def _trace_calls(manager: PluginManager, write: Callable[[str], None]) -> None:
    """Tell who is asked what.  Arguments stay untold: they may hold a person's data."""

    def before(hook: str, methods: Sequence[Any], arguments: Mapping[str, Any]) -> None:
        asked = ", ".join(each.plugin_name for each in reversed(methods))
        write(f"plugins: {hook}({', '.join(arguments)}) -> {asked or 'nobody'}")

    def after(outcome: Any, hook: str, methods: Sequence[Any], arguments: Mapping[str, Any]) -> None:
        error = outcome.exception
        if error is not None:
            write(f"plugins: {hook} raised {type(error).__name__}")

    manager.add_hookcall_monitoring(before, after)


def _to_stderr(line: str) -> None:
    sys.stderr.write(line + "\n")
