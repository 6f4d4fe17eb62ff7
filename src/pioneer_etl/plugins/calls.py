"""Calling hooks one plugin at a time, so that the one that fails is known and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pluggy import PluginManager

from pioneer_etl.contract.codes import load_code_lists
from pioneer_etl.contract.dataset import load_dataset
from pioneer_etl.contract.errors import ConfigurationError, Location, PluginError
from pioneer_etl.contract.model import Check, Field
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.match.layout import Layout
from pioneer_etl.match.layout_read import load_layouts
from pioneer_etl.table.rules.base import Rule
from pioneer_etl.transform.model import FieldValue, ParseValue, SourceCell, ValueContext


@unchanging
class Registered:
    """What one plugin brings."""

    layouts: tuple[Layout, ...] = ()
    checks: Mapping[str, tuple[Check, ...]] | None = None
    summaries: tuple[Path, ...] = ()
    rules: tuple[Rule, ...] = ()
    datasets: tuple[Path, ...] = ()


def call_one(manager: PluginManager, plugin: object, name: str, hook: str, **arguments: object) -> list[Any]:
    """What `plugin` (called `name`) answers to a hook: one answer, or none when it does not implement it.

    Whatever it raises comes out as PluginError "plugin.hook_failed".
    """
    try:
        answer = caller(manager, plugin, hook)(**arguments)
    except (Exception, SystemExit) as error:
        raise PluginError(
            "plugin.hook_failed",
            plugin=name,
            hook=hook,
            reason=f"{type(error).__name__}: {error}",
            place=place_of(error),
        ) from error
    return answer if isinstance(answer, list) else [answer]


def registered(manager: PluginManager, plugin: object, name: str) -> Registered:
    """All that one plugin brings; PluginError when it fails or answers nonsense."""
    layouts: list[Layout] = []
    checks: dict[str, tuple[Check, ...]] = {}
    summaries: list[Path] = []
    for answer in call_one(manager, plugin, name, "register_layouts"):
        layouts += _layouts(name, _all(name, "register_layouts", answer, (Layout, Path)))
    for answer in call_one(manager, plugin, name, "register_checks"):
        if not isinstance(answer, Mapping):
            raise _nonsense(name, "register_checks", "{dataset: [Check, …]}", answer)
        for dataset, found in answer.items():
            checks[dataset] = checks.get(dataset, ()) + _all(name, "register_checks", found, (Check,))
    for answer in call_one(manager, plugin, name, "register_summaries"):
        summaries += _all(name, "register_summaries", answer, (Path,))
    rules: list[Rule] = []
    for answer in call_one(manager, plugin, name, "register_rules"):
        rules += [_guarded(each, name) for each in _all(name, "register_rules", answer, (Rule,))]
    datasets: list[Path] = []
    for answer in call_one(manager, plugin, name, "register_datasets"):
        datasets += _all(name, "register_datasets", answer, (Path,))
    return Registered(tuple(layouts), checks, tuple(summaries), tuple(rules), tuple(datasets))


def check_datasets(name: str, paths: Sequence[Path], root: Path | None) -> None:
    """PluginError "plugin.dataset_wrong" for a contract that cannot be read, with the code lists of the workspace."""
    for path in paths:
        try:
            known = {*load_code_lists(path.parent / "codes")}
            if root is not None:
                known |= {each.stem for each in (root / "warehouse" / "codes").glob("*.toml")}
            load_dataset(path, known)
        except ConfigurationError as error:
            raise _wrong("plugin.dataset_wrong", name, error) from error


def _guarded(rule: Rule, plugin: str) -> Rule:
    """The rule with its plugin's name on whatever it raises."""

    def measure(subject: object) -> float:
        try:
            return float(rule.measure(subject))
        except Exception as error:
            kind = type(error).__name__
            raise PluginError("plugin.rule_failed", plugin=plugin, rule=rule.name, reason=kind) from None

    measure.__doc__ = rule.measure.__doc__
    return replace(rule, measure=measure)


def value_parser(manager: PluginManager, names: Mapping[str, str]) -> ParseValue | None:
    """All plugins' `parse_value` as one function; None when no plugin has any.

    `names` gives the plugin's name by the name it is registered under.  The function raises
    PluginError "plugin.value_failed" for a plugin that raises, or "plugin.value_type" for one that
    answers something else than a FieldValue; neither repeats what the cell holds.
    """
    implementations = reversed(manager.hook.parse_value.get_hookimpls())
    parsers = [(names[each.plugin_name], caller(manager, each.plugin, "parse_value")) for each in implementations]
    if not parsers:
        return None

    def parse(cell: SourceCell, field: Field, context: ValueContext) -> FieldValue | None:
        for name, ask in parsers:
            try:
                answer = ask(cell=cell, field=field, context=context)
            except Exception as error:
                kind = type(error).__name__
                raise PluginError("plugin.value_failed", plugin=name, reason=kind, place=place_of(error)) from None
            if isinstance(answer, FieldValue):
                return answer
            if answer is not None:
                raise PluginError("plugin.value_type", plugin=name, found=type(answer).__name__, expected="FieldValue")
        return None

    return parse


def caller(manager: PluginManager, plugin: object, hook: str) -> Callable[..., Any]:
    """A function that asks one plugin alone."""
    others = [each for each in manager.get_plugins() if each is not plugin]
    return manager.subset_hook_caller(hook, others)


def _layouts(name: str, found: Iterable[Layout | Path]) -> tuple[Layout, ...]:
    layouts: list[Layout] = []
    for each in found:
        try:
            layouts += load_layouts(each) if isinstance(each, Path) else [each]
        except ConfigurationError as error:
            raise _wrong("plugin.layout_wrong", name, error) from error
    names = [each.name for each in layouts]
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        raise PluginError("plugin.layout_twice", plugin=name, found=", ".join(twice))
    return tuple(layouts)


def _all(name: str, hook: str, answer: object, types: tuple[type, ...]) -> tuple[Any, ...]:
    """The items of an answer, every one of a type that the hook allows."""
    expected = " | ".join(each.__name__ for each in types)
    if isinstance(answer, str | bytes) or not isinstance(answer, Iterable):
        raise _nonsense(name, hook, f"[{expected}, …]", answer)
    items = tuple(answer)
    for each in items:
        if not isinstance(each, types):
            raise _nonsense(name, hook, expected, each)
    return items


def _wrong(code: str, plugin: str, error: ConfigurationError) -> PluginError:
    """A mistake in one of a plugin's declarations, with its place, as the plugin's."""
    return PluginError(
        code,
        error.location,
        plugin=plugin,
        place=error.location,
        reason_zh=error.message("zh"),
        reason_en=error.message("en"),
        remedy_zh=error.remedy("zh"),
        remedy_en=error.remedy("en"),
    )


def _nonsense(name: str, hook: str, expected: str, found: object) -> PluginError:
    return PluginError("plugin.hook_answer", plugin=name, hook=hook, expected=expected, found=type(found).__name__)


def place_of(error: BaseException) -> Location:
    """The last line of code that an exception came from."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    return Location(file=frames[-1].filename, line=frames[-1].lineno) if frames else Location()
