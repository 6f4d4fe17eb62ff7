"""The small vocabularies that every county's, and every statistics office's, tables share."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.units import parse_unit, unit_line

# What a row that adds up others is called, and in which words it stands for a part of the table only.
_TOTAL_HINT: Final = re.compile("[计計和]|total|all|sum", re.IGNORECASE)
_SUMS: Final = "总计|總計|合计|合計|共计|共計|总和"
_TOTAL_WHOLE: Final = re.compile(rf"(?:{_SUMS}|(?:grand|overall)?total|overall|all|inall|sum)", re.IGNORECASE)
_TOTAL_END: Final = re.compile(
    rf"(?:{_SUMS}|[,，(（:\-–—\s]total\)?|[,，\s]overall|\btotal)[)）:：\s\d]*$", re.IGNORECASE
)
_TOTAL_START: Final = re.compile(rf"^(?:{_SUMS}|(?:grand |overall )?total(?:$|[\s]*[(（,，:\-–—]))", re.IGNORECASE)
_SUBTOTAL: Final = re.compile(r"小计|小計|分计|sub-?\s?total", re.IGNORECASE)

_NOTE: Final = re.compile(
    r"""^\W{0,3}(?:注|附注|备注|附註|說明|说明|填表说明|编制说明|资料来源|資料來源|数据来源|來源|来源
      | notes?\b|sources?\b|footnotes?\b|remarks?\b|inquir|contact|last\ modified|last\ updated|copyright|©
      | updated|prepared\ by|data\ (?:are|source))""",
    re.IGNORECASE | re.VERBOSE,
)
# A mark that a footnote starts with: 1) (a) * † # a. E :
_FOOTNOTE_MARK: Final = re.compile(
    r"""^(?:[*＊†‡§¹²³⁴⁵⁶⁷⁸⁹※\#]+|[（(]?\d{1,2}[)）]|[（(][a-z][)）]|\d{1,2}\s*[.、](?=\s*\S)
      | [a-z][).]\s|[A-Zxr.…\-–]{1,3}\s*[:：=])""",
    re.IGNORECASE | re.VERBOSE,
)
_SIGNATURE: Final = re.compile(
    r"填表人|填报人|填報人|制表人|制表|经办人|审核人|审核|复核|负责人|負責人|填表日期|填报日期|填报时间|填表时间|报出日期|制表日期|"
    r"联系电话|电话|盖章|公章|签字|签章|填报单位|填表单位|报送单位|编报单位|上报单位|报送日期|统计负责人|单位负责人"
)
_SIGNED_PART: Final = re.compile(r"[:：]|[（(](?:盖章|公章|签字|签章|章)[)）]")
_UNIT_LINE: Final = re.compile(
    r"^\s*[（(]?\s*(?:(?:计量|金额|数量|面积)?单位|單位|units?)\s*[:：]\s*(?P<unit>[^)）]*?)\s*[)）]?\s*$",
    re.IGNORECASE,
)
# A unit that stands alone in a line without saying that it is one: ($ millions), thousands, %.
_BARE_UNIT: Final = re.compile(
    r"""^[（(]?\s*(?:[$€£¥%‰]|per\ ?cent(?:age)?s?\b|(?:in\ )?(?:thousands?|millions?|billions?|hundreds?)\b)
        .{0,30}[)）]?$""",
    re.IGNORECASE | re.VERBOSE,
)
_CONTINUED: Final = re.compile(
    r"[续續]表|[（(][续續][一二三四五六七八九十\d]*[)）]|^[续續][一二三四五六七八九十\d]*$|continued|\bcont['’.]d?\b",
    re.IGNORECASE,
)
_FACT: Final = re.compile(
    r"^[^:：\d]{2,14}[:：](?!$)|^[^:：\d]{2,14}[:：]$|^[^:：\d]{2,8}[（(](?:盖章|公章|签字|签章|章)[)）]"
)
_FACT_HINT: Final = re.compile("[:：章字填制经审复负負报联电盖公签编上统单]")  # one of these is in every fact
_TITLE: Final = re.compile(
    r"(?:表|统计|一览|情况|名单|名册|花名册|汇总|台账|明细|清单)\s*(?:[（(].*[)）])?\s*$"
    r"|^(?:table|figure|表|附件|附表)\s*[\d一二三四五六七八九十]",
    re.IGNORECASE,
)
_INDEX_CELL: Final = re.compile(
    r"""^(?:[甲乙丙丁戊己庚辛壬癸]|[A-Z]|[（(\[〔]?\d{1,3}[)）\]〕]?
      | \d{1,3}\s*=\s*[\d+\-*/×÷=（）()＋－<>≤≥\s]+|[①-⑳]|[（(]?[一二三四五六七八九十]{1,3}[)）]?|[—\-/])$""",
    re.VERBOSE,
)
_OF_WHICH: Final = re.compile(r"^\s*(?:其\s*中|of which|of these|including|thereof)\s*[:：,，]?", re.IGNORECASE)
_NUMBER_HEAD: Final = re.compile(r"^(?:序号|序號|编号|行次|项次|no\.?|nr\.?|#|序|代码|编码|行号|id)$", re.IGNORECASE)
# Which time a figure is of, or how it moved: what a field tells of an item.
_PERIOD: Final = re.compile(
    r"(?:本|上|去|前|当)\s*(?:期|年|月|季|年度)|[期年月季]\s*[末初]|同期|累计|增减|变动|增加|减少|增长|增幅"
    r"|(?:current|previous|last|this) (?:year|month|quarter|period)",
    re.IGNORECASE,
)
# What a thing has: the words that fields are called by.
_ATTRIBUTE: Final = re.compile(
    r"(?:名称|姓名|金额|余额|数量|单价|价格|比例|比率|比重|占比|日期|时间|期限|年限|方式|方法|类型|类别|性质|内容|种类|"
    r"地址|地点|场所|住所|所在地|注册|代表人|负责人|联系人|电话|原因|用途|人数|户数|面积|备注|附注|说明|摘要|情况|状况|"
    r"关系|编号|代码|号码|规模|资本|发生额|总额|净额|账面|职务|单位|率|额)"
    r"\s*(?:[（(].*[)）])?\s*[%％]?$|是否|与.+相关"
)
# What registers ask of a person or a place.
_FORM_LABEL: Final = re.compile(
    r"性别|民族|籍贯|国籍|出生|学历|学位|文化程度|政治面貌|婚姻|健康|毕业(?!$)|专业|职称|特长|照片|住址|家庭|简历|年龄|"
    r"所在(?:村|乡|镇)|证号|(?<!共)党员(?:数|总数)?$|"
    r"(?:人口|收入|支出|劳动力|村民|书记|主任|资产|负债|经费|编制)(?:数|总数)?\s*(?:[（(].*[)）])?$|意见$|^name$|\bname$"
)
_CODE_HEAD: Final = re.compile(
    r"(?:编号|编码|代码|号码|标识码|\bcodes?|\bI\.?D\.?|\bnumber|\bno\.?)\s*$", re.IGNORECASE
)
_UNIT_HEAD: Final = re.compile(r"(?:计量|计算|数量)?单位|單位|units?", re.IGNORECASE)
_REMARK_HEAD: Final = re.compile(r"备注|備註|说明|說明|附注|remarks?|notes?|comments?", re.IGNORECASE)
_ITEM_HEAD: Final = re.compile(
    r"(?:填表|填报|统计|调查|主要)?(?:项目|指标|事项|内容|科目)(?:名称)?|items?|indicators?|questions?", re.IGNORECASE
)
_FIGURE_HEAD: Final = re.compile(
    r"(?:填报|填写|实际|本期|本年|统计)?(?:数量|数值|数据|数字|数|内容|情况|结果|金额|答案|信息)|values?|answers?",
    re.IGNORECASE,
)


# Rules ask the same of the same texts again and again: for every hypothesis, and row after row.
_remembered: Final = lru_cache(maxsize=4096)


@_remembered
def squeeze(text: str) -> str:
    """`text` without any white space."""
    return "".join(text.split())


def may_name_total(text: str) -> bool:
    """Whether a text holds what every total's and subtotal's word does: a quick look, before the long one."""
    return _TOTAL_HINT.search(text) is not None


@_remembered
def is_total(text: str) -> bool:
    """Whether a label says that its row adds up others (合计, Total, Manufacturing, total)."""
    if not may_name_total(text):
        return False
    plain = squeeze(text)
    if not plain or len(plain) > 60:
        return False
    if _TOTAL_WHOLE.fullmatch(plain):
        return True
    if "计" in plain or "計" in plain or "总和" in plain:
        return bool(_TOTAL_END.search(plain) or _TOTAL_START.search(plain))
    spaced = " ".join(text.split())
    return bool(_TOTAL_END.search(spaced) or _TOTAL_START.search(spaced))


@_remembered
def is_bare_total(text: str) -> bool:
    """Whether a label is nothing but a total's word."""
    return bool(_TOTAL_WHOLE.fullmatch(squeeze(text)))


@_remembered
def is_subtotal(text: str) -> bool:
    """Whether a label names a subtotal (小计)."""
    if not may_name_total(text):
        return False
    plain = squeeze(text)
    return len(plain) <= 40 and bool(_SUBTOTAL.search(plain))


@_remembered
def is_note(text: str) -> bool:
    """Whether a line opens as a note or a source does."""
    return bool(_NOTE.match(text.strip()))


@_remembered
def has_footnote_mark(text: str) -> bool:
    """Whether a line opens with a footnote's mark: 1) (a) * †."""
    return bool(_FOOTNOTE_MARK.match(text.strip()))


@_remembered
def is_signature(text: str) -> bool:
    """Whether a line tells who filled in the form or when (填报单位：… 填表人：…)."""
    plain = squeeze(text)
    return bool(_SIGNATURE.search(plain)) and (bool(_SIGNED_PART.search(plain)) or len(plain) <= 8)


@_remembered
def unit_of_line(text: str) -> str | None:
    """The unit that a line of its own names: 单位：万元, ($ millions); None when it names none."""
    match = _UNIT_LINE.match(text)
    if match:
        return match.group("unit").strip() or None
    inside = unit_line(text)
    if inside:
        return inside
    plain = text.strip()
    if len(plain) <= 40 and _BARE_UNIT.match(plain):
        return plain.strip("()（） ")
    return parse_unit(plain.strip("()（） ")) if len(plain) <= 12 else None


@_remembered
def says_unit(text: str) -> bool:
    """Whether a line is there to name the unit: 单位：万元."""
    return bool(_UNIT_LINE.match(text))


@_remembered
def is_continuation(text: str) -> bool:
    """Whether a line says that a table goes on: 续表."""
    plain = squeeze(text)
    return len(plain) <= 30 and bool(_CONTINUED.search(plain))


def may_tell_fact(text: str) -> bool:
    """Whether a text, or one of several in one, holds what every fact does: a quick look, before the long one."""
    return _FACT_HINT.search(text) is not None


@_remembered
def is_fact(text: str) -> bool:
    """Whether a cell tells one fact about the whole sheet (填报单位：…, 单位：万元, 报告期：2004年度)."""
    if not may_tell_fact(text):
        return False
    plain = squeeze(text)
    if is_of_which(text):
        return False
    name, _, rest = plain.replace("：", ":").partition(":")
    if rest and "位" not in name and parse_unit(rest) is not None:
        return False  # a head with its unit: 合计：万元
    return bool(_FACT.match(plain)) or (is_signature(text) and len(plain) > 3)


@_remembered
def is_title(text: str) -> bool:
    """Whether a line reads as a title does."""
    return bool(_TITLE.search(text.strip()))


@_remembered
def is_index_cell(text: str) -> bool:
    """Whether a cell could stand in a column index row: 甲, 3, (4), 22=23+24."""
    return bool(_INDEX_CELL.match(squeeze(text)))


@_remembered
def is_of_which(text: str) -> bool:
    """Whether a head or label opens with 其中."""
    return bool(_OF_WHICH.match(text))


@_remembered
def is_number_head(text: str) -> bool:
    """Whether a head names a running number or code (序号, No.)."""
    return bool(_NUMBER_HEAD.match(squeeze(text)))


@_remembered
def is_period(text: str) -> bool:
    """Whether a text tells which time a figure is of, or how it moved (本期, 年末数, 增减)."""
    return bool(_PERIOD.search(text))


@_remembered
def is_attribute(text: str) -> bool:
    """Whether a text is called as fields are (名称, 金额, 日期)."""
    return bool(_ATTRIBUTE.search(squeeze(text)))


@_remembered
def is_form_label(text: str) -> bool:
    """Whether a text is called as the labels of registers are (性别, 出生年月, 户数), or as fields are anywhere."""
    plain = squeeze(text)
    if len(plain) > 16 or (plain.isascii() and not plain.endswith("name")):
        return False
    return bool(_FORM_LABEL.search(plain) or _ATTRIBUTE.search(plain))


@_remembered
def is_unit_head(text: str) -> bool:
    """Whether a head stands over a column of units."""
    return bool(_UNIT_HEAD.fullmatch(squeeze(text)))


@_remembered
def is_remark_head(text: str) -> bool:
    """Whether a head stands over a column of remarks."""
    return bool(_REMARK_HEAD.fullmatch(squeeze(text)))


@_remembered
def is_code_head(text: str) -> bool:
    """Whether a head names codes or identifiers (学校标识码, Plant I.D.)."""
    return bool(_CODE_HEAD.search(text.strip()))


@_remembered
def is_item_head(text: str) -> bool:
    """Whether a head stands over a form's items (项目, 填表项目, 指标)."""
    return bool(_ITEM_HEAD.fullmatch(squeeze(text)))


@_remembered
def is_figure_head(text: str) -> bool:
    """Whether a head stands over whatever a form's items come to (数量, 内容), naming no field itself."""
    return bool(_FIGURE_HEAD.fullmatch(squeeze(text)))
