"""How the cells of a printed sheet look: its fonts, and styles that are put together once.

Sizes are points.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.report.widths import BODY_SIZE

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.styles import Alignment, Border, Font
    from openpyxl.styles.cell_style import StyleArray

# Figures: every office program has Times New Roman or a font of the same widths, so no ##### anywhere.
FIGURE_FONT: Mapping[str, Any] = {"name": "Times New Roman", "family": 1, "size": BODY_SIZE}

FontOf = Literal["text", "bold", "digits", "bold digits", "state"]
Side = Literal["left", "aside", "centre", "right"]


def title_font(language: Language) -> dict[str, Any]:
    """The font of a title.

    Family 1 is serif and charset 134 GB 2312: where the font is missing, a Chinese serif one stands in.
    """
    if language == "en":
        return {**FIGURE_FONT, "size": 18, "bold": True}
    return {"name": "方正小标宋简体", "family": 1, "charset": 134, "size": 20}


def header_font(language: Language) -> dict[str, Any]:
    """The font of headings, as openpyxl's arguments."""
    if language == "en":
        return {**FIGURE_FONT, "bold": True}
    return {"name": "黑体", "family": 2, "charset": 134, "size": BODY_SIZE}


def body_font(language: Language) -> Mapping[str, Any]:
    """The font of labels and notes; figures have `FIGURE_FONT` in both languages."""
    return FIGURE_FONT if language == "en" else {"name": "宋体", "family": 1, "charset": 134, "size": BODY_SIZE}


@dataclass(slots=True, eq=False)
class Look:
    """The style of many cells of one workbook.

    openpyxl hashes and compares every part of a style at each assignment, which took longer than all the rest of
    writing a workbook; so the parts are assigned to the first cell, and the others get its style's numbers.
    """

    font: Font
    alignment: Alignment
    border: Border
    _numbers: StyleArray | None = field(default=None, init=False)

    def put_on(self, cell: Cell) -> None:
        """Before the value: a text that must not become a formula adds its quote to the style."""
        if self._numbers is None:
            cell.font, cell.alignment, cell.border = self.font, self.alignment, self.border
            self._numbers = copy(cell._style)
        else:
            cell._style = copy(self._numbers)


class BodyLooks(Protocol):
    """Gives the look of body cells with a font, standing at a side."""

    def __call__(self, font: FontOf, side: Side, /) -> Look: ...


def body_looks(language: Language) -> BodyLooks:
    """The looks of a sheet's body, each made when it is first asked for."""
    from openpyxl.styles import Alignment, Font

    body = body_font(language)
    fonts: dict[FontOf, Font] = {
        "text": Font(**body),
        "bold": Font(**{**body, "bold": True}),
        "digits": Font(**FIGURE_FONT),
        "bold digits": Font(**{**FIGURE_FONT, "bold": True}),
        "state": Font(**{**body, "color": "FF7F7F7F"}),
    }
    sides: dict[Side, Alignment] = {
        "left": Alignment(horizontal="left", vertical="center", indent=1),
        "aside": Alignment(horizontal="left", vertical="center", indent=1, wrap_text=True),
        "centre": Alignment(horizontal="center", vertical="center"),
        "right": Alignment(horizontal="right", vertical="center"),
    }
    border = thin_border()

    @cache
    def look(font: FontOf, side: Side) -> Look:
        return Look(fonts[font], sides[side], border)

    return look


def header_look(language: Language) -> Look:
    """The look of a heading."""
    return _in_the_middle(header_font(language), wrap=True)


def index_look(language: Language) -> Look:
    """The look of a column index row: 甲, 1, 2."""
    return _in_the_middle(body_font(language))


def _in_the_middle(font: Mapping[str, Any], wrap: bool = False) -> Look:
    from openpyxl.styles import Alignment, Font

    return Look(Font(**font), Alignment(horizontal="center", vertical="center", wrap_text=wrap), thin_border())


def thin_border() -> Border:
    """Thin black lines on all four sides."""
    from openpyxl.styles import Border, Side

    thin = Side(style="thin", color="FF000000")
    return Border(left=thin, right=thin, top=thin, bottom=thin)
