"""Importing one plugin, so that whatever goes wrong is told with its name and a remedy."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from hashlib import sha256
from importlib import import_module
from inspect import signature
from types import ModuleType
from typing import Any, Final

from pioneer_etl.contract.errors import Location, PluginError
from pioneer_etl.contract.toml import closest
from pioneer_etl.plugins.approval import Code
from pioneer_etl.plugins.discovery import Candidate, Origin
from pioneer_etl.plugins.hookspecs import API_VERSION, PROJECT

API_NAME: Final = "PIONEER_API"


def import_code(code: Code) -> ModuleType:
    """The module of a workspace plugin, compiled from the very bytes that were approved.

    So no bytecode cache beside it is ever run.  Its name is its own: two plugins, or the same
    one in two workspaces, never meet in `sys.modules`.
    """
    try:
        tree = ast.parse(code.source, filename=str(code.path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise _failed(code.name, str(code.path), line, error) from error
    _check_api(code.name, str(code.path), _declared_api(tree))
    where = sha256(str(code.path.resolve()).encode()).hexdigest()[:8]
    module = ModuleType(f"pioneer_etl_plugin_{where}_{code.sha256[:8]}")
    module.__file__ = str(code.path)
    sys.modules[module.__name__] = module  # dataclasses and pickle look a class's module up there
    try:
        exec(compile(tree, str(code.path), "exec", dont_inherit=True), module.__dict__)
    except (Exception, SystemExit) as error:
        del sys.modules[module.__name__]
        raise _failed(code.name, str(code.path), line_in(error, str(code.path)), error) from error
    return module


def import_installed(candidate: Candidate) -> Any:
    """The module or object of a built-in or installed plugin; PluginError when importing fails."""
    try:
        if candidate.origin is Origin.BUILT_IN:
            return import_module(candidate.place)
        assert candidate.entry_point is not None
        plugin = candidate.entry_point.load()
    except (Exception, SystemExit) as error:
        raise _failed(candidate.name, candidate.place, None, error) from error
    _check_api(candidate.name, candidate.place, getattr(plugin, API_NAME, None))
    return plugin


def check_hooks(name: str, place: str, plugin: object, hooks: Mapping[str, tuple[str, ...]]) -> None:
    """PluginError for a hook that is misspelt, not marked, or asks for arguments that there are not.

    `hooks` are the hooks that there are, with the names of their arguments.
    """
    here = Location(file=place)
    for attribute in dir(plugin):
        function = getattr(plugin, attribute, None)
        options = getattr(function, f"{PROJECT}_impl", None)
        if function is None or options is None:
            if attribute in hooks and callable(function):
                raise PluginError("plugin.unmarked", here, plugin=name, hook=attribute)
            continue
        hook = options.get("specname") or attribute
        if hook not in hooks:
            if options.get("optionalhook"):
                continue
            near = closest(hook, hooks) or ", ".join(sorted(hooks))
            raise PluginError("plugin.unknown_hook", here, plugin=name, found=hook, expected=near)
        unknown = [each for each in signature(function).parameters if each not in hooks[hook]]
        if unknown:
            known = ", ".join(hooks[hook]) or "-"
            raise PluginError(
                "plugin.unknown_argument", here, plugin=name, hook=hook, found=", ".join(unknown), expected=known
            )


def line_in(error: BaseException, file: str) -> int | None:
    """The innermost line of `file` that an exception passed through."""
    import traceback

    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def _declared_api(tree: ast.Module) -> object:
    """The value of `PIONEER_API = …` at the top of a module, read without running it."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == API_NAME:
                    return node.value.value
    return None


def _check_api(name: str, place: str, declared: object) -> None:
    if declared is not None and declared != API_VERSION:
        raise PluginError("plugin.api", Location(file=place), plugin=name, found=declared, expected=API_VERSION)


def _failed(name: str, place: str, line: int | None, error: BaseException) -> PluginError:
    reason = f"{type(error).__name__}: {error}" + (f" (line {line})" if line else "")
    return PluginError("plugin.import_failed", Location(file=place, line=line), plugin=name, reason=reason)
