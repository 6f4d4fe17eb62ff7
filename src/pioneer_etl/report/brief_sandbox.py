"""What a briefing's placeholders may say: a few names, loops over rows, conditions; nothing else runs.

A template is a file that somebody sent.  Jinja's sandbox keeps its expressions away from Python's insides; here
what they may be made of is listed besides, so that no template can loop without end or fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pioneer_etl.contract.errors import UsageError

_ALLOWED: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.Call,
    nodes.Keyword,
    nodes.Filter,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.CondExpr,
    nodes.For,
    nodes.If,
)
_FILTERS: Final = ("join", "first", "last", "length", "count", "default", "d", "replace")
_DEEPEST: Final = 2  # loops within loops


class BriefEnvironment(ImmutableSandboxedEnvironment):
    """Jinja with the names that a briefing has, and no others."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals = {}
        self.tests = {name: self.tests[name] for name in ("defined", "none", "number", "string")}
        self.filters = {name: self.filters[name] for name in _FILTERS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _check(tree, 0)
        return tree


def _check(node: nodes.Node, loops: int) -> None:
    if not isinstance(node, _ALLOWED):
        raise SecurityError(type(node).__name__.lower())
    if isinstance(node, nodes.For):
        loops += 1
        if loops > _DEEPEST or node.recursive:
            raise SecurityError("for")
    if isinstance(node, nodes.Call) and not isinstance(node.node, nodes.Name):
        raise SecurityError("call")
    for child in node.iter_child_nodes():
        _check(child, loops)


def translated(error: Exception, names: Mapping[str, Any]) -> UsageError:
    """A mistake in a template as an error that names the placeholder and says what to do."""
    words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, UndefinedError):
        return UsageError("brief.unknown_name", found=words, expected=", ".join(names))
    if isinstance(error, SecurityError):
        return UsageError("brief.forbidden", found=words)
    where = _context(error)
    return UsageError("brief.syntax", reason=words, found=where)


def _context(error: Exception) -> str:
    """The text around a mistake, as docxtpl keeps it."""
    lines = [line.strip() for line in getattr(error, "docx_context", ())]
    told = next((line for line in lines if "{{" in line or "{%" in line), "")
    return told[:120]


def guarded(render: Callable[[], None], names: Mapping[str, Any]) -> None:
    """Run a rendering; UsageError for whatever the template gets wrong."""
    try:
        render()
    except TemplateError as error:
        raise translated(error, names) from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UsageError("brief.wrong_call", reason=str(error).splitlines()[0]) from error
