"""Values that are made by the hundred thousand and never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def unchanging(cls: type[T]) -> type[T]:
    """A dataclass with slots that the type checker takes for a frozen one.

    A frozen dataclass sets every attribute through `object.__setattr__`, which makes an instance cost four times as
    much: too much for what is made once a cell.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
