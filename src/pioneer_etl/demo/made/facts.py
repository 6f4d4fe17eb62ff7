"""What a record of the truth is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TypeAlias


class Missing(Enum):
    """Why a field holds no value, as the township wrote it."""

    BLANK = "blank"  # the cell is empty
    NONE = "none"  # 无, — or the like
    ABSENT = "absent"  # the township's form has no such column


Fact: TypeAlias = str | int | Decimal | date | Missing
Facts: TypeAlias = Mapping[str, Fact]

YEARS = (2003, 2004)  # the periods that townships report, oldest first
YEAR = 2004
CUT_OFF = date(2004, 12, 31)
