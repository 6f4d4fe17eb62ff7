"""Every picture in docs/images, made by the tool itself from the demo county.

    python docs/make_images.py              all of them
    python docs/make_images.py inspect      those whose name begins so

Terminals are what the commands print, as SVG: no fonts from elsewhere, no path of the machine it ran on. The printed
summary is a page of the workbook as LibreOffice prints it (`soffice` and poppler's `pdftoppm` on the path).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from openpyxl import Workbook
from rich.cells import cell_len
from rich.color import Color, ColorType
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

IMAGES = Path(__file__).parent / "images"
COUNTY = "demo-county"
RETURNED = "宜山镇2004年度干部队伍报表*.xlsx"
PIONEER = [str(Path(sys.executable).with_name("pioneer"))]

SIZE, CELL, LINE, EDGE, BAR = 14, 8.4, 19, 14, 30  # pixels: font, a terminal cell, a line, the margin, the title bar
FONTS = "Consolas, Menlo, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Microsoft YaHei', monospace"
DARK = ((30, 33, 39), (224, 108, 117), (126, 196, 120), (222, 184, 90), (97, 175, 239), (198, 120, 221))
LIGHT = ((110, 118, 130), (240, 130, 138), (150, 215, 140), (240, 205, 110), (125, 195, 250), (215, 145, 235))
THEME = TerminalTheme(
    (30, 33, 39),
    (222, 226, 232),
    [*DARK, (86, 182, 194), (190, 196, 206)],
    [*LIGHT, (110, 205, 215), (245, 247, 250)],
)


@dataclass(frozen=True)
class Shot:
    """A picture of a terminal: the commands typed, its width, and the words of the line that it begins with."""

    name: str
    commands: Sequence[Sequence[str]]
    width: int
    begins: str = ""


ECONOMY = "village_economy"
INBOX = f"{COUNTY}/inbox/2004"
SHOTS = (
    Shot("demo", [["demo", COUNTY]], 118, "个文件"),
    Shot("trace", [["-w", COUNTY, "trace", ECONOMY, "--row", "宜山镇", "--column", "收入合计", "--limit", "8"]], 92),
    Shot("inspect", [["inspect", f"{INBOX}/龙港镇2004年度干部教育培训统计表.xlsx"]], 118),
    Shot("kinds", [["-w", COUNTY, "inspect", f"{name}.xlsx"] for name in ("长表", "登记表")], 100),
    Shot(
        "explain",
        [
            ["inspect", f"{INBOX}/龙港镇2004年度村级集体经济收入统计表.xlsx", "--explain", cell]
            for cell in ("D6", "D113")
        ],
        104,
    ),
)


def main(wanted: Sequence[str]) -> None:
    """Make the pictures whose names begin with one of `wanted`, or all of them."""

    def is_wanted(name: str) -> bool:
        return not wanted or name.startswith(tuple(wanted))

    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        made = run(["demo", COUNTY], place, SHOTS[0].width)
        draw_kinds(place)
        for shot in SHOTS:
            if is_wanted(shot.name):
                printed = [made if each[0] == "demo" else run(each, place, shot.width) for each in shot.commands]
                save(IMAGES / f"{shot.name}.svg", terminal(shot, printed))
        if is_wanted(ECONOMY):
            print_page(ECONOMY, place, IMAGES / f"{ECONOMY}.png")
        if is_wanted("returned"):
            print_returned(place)


def draw_kinds(place: Path) -> None:
    """A long table and a register of one village, to be inspected."""
    long: list[list[object]] = [["宜山镇2004年村集体经济收入情况表"], ["村名", "指标", "单位", "本年", "上年"]]
    for village, now, before in (("宜一村", 14.2, 10), ("宜二村", 8.1, 9)):
        long += [[village, "总收入", "万元", now, before], [None, "资产总额", "万元", round(now * 22, 1), None]]
    register: list[list[object]] = [
        ["宜山镇2004年村集体经济收入登记表"],
        ["基本\n情况", "村名", "宜一村", "资产总额（万元）", 310],
        [None, "负债总额（万元）", 12, "村干部报酬制度", "效益工资制"],
        ["收入", "总收入（万元）", 14.2, "经营收入（万元）", 9.2],
        [None, "发包收入（万元）", 5, "上年总收入（万元）", 10],
    ]
    for name, rows, merges in (("长表", long, ["A1:E1"]), ("登记表", register, ["A1:E1", "A2:A3", "A4:A5"])):
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        for merge in merges:
            sheet.merge_cells(merge)
        book.save(place / f"{name}.xlsx")


def run(arguments: Sequence[str], place: Path, width: int) -> str:
    """What a command prints, in colour."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "PIONEER_WORKSPACE")}
    environment = {
        **kept,
        "PATH": f"{Path(PIONEER[0]).parent}{os.pathsep}{os.environ['PATH']}",
        "FORCE_COLOR": "1",
        "TTY_INTERACTIVE": "0",
        "COLORTERM": "truecolor",
        "TERM": "xterm-256color",
        "COLUMNS": str(width),
        "PIONEER_LANG": "zh",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUNBUFFERED": "1",
    }
    done = subprocess.run(
        [*PIONEER, *arguments],
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode > 1:
        raise SystemExit(done.stdout.decode())
    return done.stdout.decode().replace(str(place), "")


def terminal(shot: Shot, printed: Sequence[str]) -> str:
    """A terminal with its commands and what they printed, as an SVG."""
    console = Console(width=shot.width, force_terminal=True, color_system="truecolor", legacy_windows=False)
    lines: list[list[Segment]] = []
    for command, text in zip(shot.commands, printed, strict=True):
        prompt = Text("$ ", style="bold green").append("pioneer " + " ".join(command), style="bold default")
        shown = text.rstrip().splitlines()
        start = next((i for i, line in enumerate(shown) if shot.begins and shot.begins in line), 0)
        whole = [prompt, *([Text("…", style="bright_black")] if start else [])]
        whole += [Text.from_ansi(line.rsplit("\r", 1)[-1], overflow="fold") for line in shown[start:]]
        for each in whole:
            lines += console.render_lines(each, pad=False)
        lines.append([])
    return drawn(lines[:-1], shot.width, "pioneer-etl")


def drawn(lines: Sequence[Sequence[Segment]], width: int, title: str) -> str:
    """Lines of a terminal as an SVG.  Every stretch of one width of characters is fitted into its cells."""
    high, wide = BAR + len(lines) * LINE + EDGE, round(width * CELL + 2 * EDGE)
    back, fore = THEME.background_color.hex, THEME.foreground_color.hex
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">',
        f"<style>text{{font:{SIZE}px {FONTS};white-space:pre}}</style>",
        f'<rect width="{wide}" height="{high}" rx="8" fill="{back}"/>',
    ]
    dots = (("#ff5f57", 18), ("#febc2e", 36), ("#28c840", 54))
    parts += [f'<circle cx="{x}" cy="15" r="5.5" fill="{colour}"/>' for colour, x in dots]
    parts.append(f'<text x="{wide / 2:g}" y="20" fill="#8a919c" text-anchor="middle">{escape(title)}</text>')
    for number, line in enumerate(lines):
        top, column = BAR + number * LINE, 0
        for text, style, _ in line:
            look = style or Style()
            cells = cell_len(text)
            colour, behind = colours(look, fore, back)
            if behind != back and cells:
                x, length = EDGE + column * CELL, cells * CELL
                parts.append(f'<rect x="{x:g}" y="{top}" width="{length:g}" height="{LINE}" fill="{behind}"/>')
            for start, stretch in stretches(text):
                x, length = EDGE + (column + start) * CELL, cell_len(stretch) * CELL
                weight = ' font-weight="bold"' if look.bold else ""
                slant = ' font-style="italic"' if look.italic else ""
                parts.append(
                    f'<text x="{x:.5g}" y="{top + LINE - 5}" textLength="{length:.5g}" lengthAdjust="spacingAndGlyphs" '
                    f'fill="{colour}"{weight}{slant}>{escape(stretch)}</text>'
                )
            column += cells
    return "\n".join([*parts, "</svg>\n"])


def stretches(text: str) -> Iterator[tuple[int, str]]:
    """The stretches of a text without blanks around them, all wide or all narrow, with the cell each begins at."""
    start = column = 0
    stretch = ""
    for char in f"{text} ":
        kind = " " if char.isspace() else "wide" if cell_len(char) == 2 else "narrow"
        ended = stretch and (kind == " " or (kind == "wide") != (cell_len(stretch[-1]) == 2) or is_line(char, stretch))
        if ended:
            yield start, stretch
            stretch = ""
        if kind != " ":
            start = start if stretch else column
            stretch += char
        column += cell_len(char)


def is_line(char: str, stretch: str) -> bool:
    """Whether box drawing begins or ends: lines must meet, letters must not be stretched."""
    return unicodedata.name(char, "").startswith("BOX") != unicodedata.name(stretch[-1], "").startswith("BOX")


def colours(style: Style, fore: str, back: str) -> tuple[str, str]:
    """Text and background of a style, as hexadecimal colours."""
    text = shade(style.color, fore, is_text=True)
    behind = shade(style.bgcolor, back, is_text=False)
    if style.reverse:
        text, behind = behind, text
    return ("#9aa1ac" if style.dim and text == fore else text), behind


def shade(colour: Color | None, default: str, *, is_text: bool) -> str:
    """A terminal's colour as a hexadecimal one."""
    if colour is None or colour.type is ColorType.DEFAULT:
        return default
    return colour.get_truecolor(THEME, foreground=is_text).hex


def print_page(summary: str, place: Path, target: Path) -> None:
    """The first page of a summary's workbook as an office program prints it, cropped to what is on it."""
    run(["-w", COUNTY, "summary", summary, "-o", "summary.xlsx"], place, 100)
    crop_page("summary.xlsx", 1, place, target)


def print_returned(place: Path) -> None:
    """A returned workbook: the list of findings, and the beginning of the sheet with the cell that it is about."""
    run(["-w", COUNTY, "return", "宜山镇", "-o", "returned", "--keep-status"], place, 100)
    (path,) = (place / "returned").glob(f"*/{RETURNED}")
    (place / "returned.xlsx").write_bytes(path.read_bytes())
    crop_page("returned.xlsx", 1, place, IMAGES / "returned_list.png")
    crop_page("returned.xlsx", 3, place, IMAGES / "returned_sheet.png", tallest=330)


def crop_page(workbook: str, number: int, place: Path, target: Path, tallest: int = 10_000) -> None:
    """One page of a workbook as an office program prints it, cropped to what is on it and at most `tallest` pixels."""
    convert = ["soffice", "--headless", f"-env:UserInstallation=file://{place}/office", "--convert-to", "pdf"]
    subprocess.run([*convert, workbook], cwd=place, check=True, stdout=subprocess.DEVNULL)
    printed = str(Path(workbook).with_suffix(".pdf"))
    page = ["pdftoppm", "-f", str(number), "-l", str(number), "-singlefile", "-r", "110"]
    subprocess.run([*page, "-gray", printed, "page"], cwd=place, check=True)
    left, top, width, height = inked((place / "page.pgm").read_bytes())
    crop = ["-x", str(left), "-y", str(top), "-W", str(width), "-H", str(min(height, tallest))]
    subprocess.run([*page, *crop, "-png", printed, "page"], cwd=place, check=True)
    target.write_bytes((place / "page.png").read_bytes())


def inked(image: bytes, margin: int = 16) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is not white in a PGM image, with a margin."""
    _, size, _, pixels = image.split(b"\n", 3)
    width, height = map(int, size.split())
    rows = [pixels[start : start + width] for start in range(0, width * height, width)]
    inked_rows = [number for number, row in enumerate(rows) if min(row) < 200]
    columns = [column for column in range(width) if min(pixels[column::width]) < 200]
    left, top = max(0, columns[0] - margin), max(0, inked_rows[0] - margin)
    return left, top, min(width, columns[-1] + margin) - left, min(height, inked_rows[-1] + margin) - top


def save(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path.name} {len(text.encode()) // 1024} KB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
