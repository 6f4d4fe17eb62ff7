"""What lies in a real inbox besides good forms: damaged, locked, empty, mislabelled and foreign files."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pioneer_etl.demo.dice import Dice
from pioneer_etl.demo.made.facts import YEAR
from pioneer_etl.demo.made.people import person_name, telephone
from pioneer_etl.demo.places import township, townships
from pioneer_etl.demo.truth import truth_of
from pioneer_etl.demo.workbooks.common import DemoFile
from pioneer_etl.demo.workbooks.ole import compound_file
from pioneer_etl.demo.workbooks.page import Content, Look, Page
from pioneer_etl.demo.workbooks.write import write_xlsx
from pioneer_etl.demo.workbooks.xiaguan import LOST_DIGITS, lost_digits


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file that must not be loaded, and the code of the finding that says why.

    An exact copy of a good file has no code: its content is loaded already.
    """

    file: DemoFile
    code: str | None


def bad_files(good: list[DemoFile]) -> list[BadFile]:
    """The bad files, each with its expected code; some are made from `good` ones."""
    by_name = {each.name: each for each in good if each.year == YEAR}
    copied = by_name["上报-钱库.xls"]
    broken = by_name["灵溪镇2004年度先锋工程报表.xlsx"].data
    files = [
        BadFile(DemoFile("灵溪镇村级债务明细表.xlsx", broken[: len(broken) * 2 // 3]), "file.damaged"),
        BadFile(DemoFile("马站镇干部档案（加密）.xlsx", _encrypted()), "file.encrypted"),
        BadFile(DemoFile("炎亭镇补充材料.xlsx", b""), "file.empty"),
        BadFile(DemoFile("赤溪镇创建工作总结.xls", _word_document()), "file.foreign"),
        BadFile(DemoFile("各乡镇联系人通讯录.xlsx", _contacts()), "pipeline.no_form"),
        BadFile(DemoFile("~$宜山镇2004年度村级经济报表.xlsx", _lock()), "file.lock"),
        BadFile(DemoFile("复件 上报-钱库.xls", copied.data), None),
        BadFile(_lost_digits(), "value.id_digits_lost"),
    ]
    return [BadFile(replace(each.file, folder=each.file.folder or str(YEAR)), each.code) for each in files]


def _lost_digits() -> DemoFile:
    """霞关镇's first roster of a year, its ID numbers rounded by a spreadsheet; the second one is right."""
    sender = township("霞关镇")
    roster = truth_of(sender.name, LOST_DIGITS)["reserve_cadre"]
    return replace(lost_digits(sender, roster), folder=str(LOST_DIGITS))


def _noise(name: str, size: int) -> bytes:
    dice = Dice("noise", name)
    return bytes(dice.below(256) for _ in range(size))


def _encrypted() -> bytes:
    """A workbook with a password: its zip stands encrypted in a compound file."""
    info = (
        b"\x04\x00\x04\x00\x40\x00\x00\x00"
        + b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<encryption/>'
    )
    return compound_file({"EncryptedPackage": _noise("package", 9000), "EncryptionInfo": info})


def _word_document() -> bytes:
    """A Word 97 document that somebody renamed."""
    text = "赤溪镇“先锋工程”创建工作总结\r一年来，镇党委按照县委统一部署，扎实开展创建活动。\r".encode("utf-16-le")
    return compound_file({"WordDocument": b"\xec\xa5\xc1\x00" + bytes(1020) + text, "1Table": bytes(4096)})


def _contacts() -> bytes:
    """Another list altogether: the townships' contacts."""
    dice = Dice("contacts")
    page = Page("通讯录", landscape=False)
    page.span(1, 1, 5, "全县组织系统通讯录", Look(font="黑体", size=16, bold=True, horizontal="center"))
    for column, heading in enumerate(("序号", "单　位", "联系人", "办公电话", "传真"), 1):
        page.put(2, column, heading, Look(bold=True, horizontal="center", border=True))
    for number, each in enumerate(townships(), 1):
        row: tuple[Content, ...] = (
            number,
            f"{each.name}党委",
            person_name(dice, dice.hits(30)),
            telephone(dice),
            telephone(dice),
        )
        for column, content in enumerate(row, 1):
            page.put(number + 2, column, content, Look(border=True))
    page.widths.update({1: 6, 2: 20, 3: 10, 4: 15, 5: 15})
    return write_xlsx([page], "组织部办公室")


def _lock() -> bytes:
    """What a spreadsheet program leaves beside a workbook that is open."""
    owner = "办公室".encode("gbk")
    short = bytes([len(owner)]) + owner.ljust(54, b" ")
    return short + bytes([3, 0]) + "办公室".encode("utf-16-le").ljust(108, b"\0")
