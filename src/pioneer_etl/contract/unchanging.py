"""Values that never change and are cheap to make: their classes at the start, instances by the hundred thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, cast, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def unchanging(cls: type[T]) -> type[T]:
    """A dataclass with slots that the type checker takes for a frozen one.

    A frozen dataclass sets every attribute through `object.__setattr__`, which makes an instance cost four times as
    much; and it compiles seven methods of its own, which makes each class cost a millisecond when it is imported.  Here
    only `__init__` is compiled: a value is compared, hashed and shown by its fields, as dataclasses are.
    """
    made = dataclass(slots=True, repr=False, eq=False)(cls)
    described = fields(cast(Any, made))
    shown = [each.name for each in described if each.repr]
    values = values_of([each.name for each in described if each.compare])

    def equal(self: T, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: T) -> int:
        return hash(values(self))

    def as_text(self: T) -> str:
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{self.__class__.__qualname__}({told})"

    for name, method in (("__eq__", equal), ("__hash__", hashed), ("__repr__", as_text)):
        if name not in cls.__dict__:
            setattr(made, name, method)
    return made


def values_of(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that gives the attributes of these names as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)
