"""Chance that falls the same way on every Python and every machine.

Only whole-number arithmetic over `getrandbits`: no floats, whose last digit may differ between
machines, and none of `random`'s higher methods, whose inner workings may change.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """A stream of chance of its own for each name, so that one part never disturbs another."""

    def __init__(self, *names: str) -> None:
        digest = sha256("/".join(names).encode()).digest()
        self._source = random.Random(int.from_bytes(digest, "big"))

    def below(self, bound: int) -> int:
        """A whole number from 0 to `bound` - 1."""
        return self._source.getrandbits(48) % bound

    def between(self, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included."""
        return first + self.below(last - first + 1)

    def hits(self, percent: int) -> bool:
        """True in `percent` of 100 throws."""
        return self.below(100) < percent

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[tuple[Item, int]]) -> Item:
        """One of `items`, each as likely as its weight."""
        throw = self.below(sum(weight for _, weight in items))
        for item, weight in items:
            throw -= weight
            if throw < 0:
                return item
        raise AssertionError("the weights add up to less than their sum")

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """All of `items` in another order."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result

    def quantile(self, points: Sequence[int]) -> int:
        """A number distributed as `points` say: equally likely to fall between any two neighbours."""
        low, high = self.pick(list(pairwise(points)))
        return self.between(low, high)


def shares(whole: int, weights: Sequence[int]) -> list[int]:
    """`whole` divided after `weights` in whole numbers that add up to it (largest remainders)."""
    total = sum(weights)
    if total == 0:
        raise ValueError("the weights are all zero")
    parts = [whole * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(whole * weights[i] % total), i))
    for index in by_remainder[: whole - sum(parts)]:
        parts[index] += 1
    return parts
