"""Writes the briefing's template, `templates/docx/经验交流材料.docx`, as a county prints such papers.

    python templates/make_briefing.py [WORKSPACE]

Its figures are placeholders; a paragraph whose figures the workspace does not declare is left out and told.  Open the
result in Word or WPS and change the wording as you like: docs/briefing.md says what placeholders may be.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from pioneer_etl.report.spec import find_summary

NAME: Final = "经验交流材料.docx"
TITLE: Final = "{{ county }}农村基层组织“先锋工程”创建工作\n经验交流材料"
_CALL: Final = re.compile(r"<(?P<name>\w+)(?:\|(?P<say>[^>]+))?>")

# <name> is the figure as its measure prints it, <name|words> the figure in words that must be true of it.
PARTS: Final = (
    ("一、创建单位逐步铺开", (
        '第二批共有<creation_towns>个乡镇党委（{{ names("speech_figures", "creation_towns") | join("、") }}）、'
            "<creation_villages>个村列为创建单位。",
        "评出群众满意的好班子<satisfied_teams>个、优秀村干部<outstanding_cadres>名，用身边的人带动身边的事。",
    )),
    ("二、培训抓在前头", (
        "创建村首期培训班办到了<first_class_villages>个村，<first_class_leaders>名村主要负责人参加学习，"
        "另选送<city_party_school>人到市委党校进修。",
        "{{ period }}，培训乡镇干部<trained_township_cadres>人次、村干部<trained_village_cadres>人次，"
        "合起来占全县<cadres_in_post>名在岗乡村干部的<trained_share|39%>；参加学历教育的有<degree_education|1200多>人次。",
    )),
    ("三、支部和队伍更有活力", (
        "全县<learning_branches|20%以上>的村党支部建成了学习型支部，"
        "<schooled_secretaries|72%以上>的村党支部书记具有高中（中专）以上文化程度。",
        "后备力量接得上。龙港镇<longgang_villages>个行政村选拔了<longgang_reserve_cadres>名村级后备干部，其中30岁以下的占"
        "<longgang_reserve_young|67%>，高中（中专）以上文化程度的占<longgang_reserve_schooled|46%>，"
        "妇女占<longgang_reserve_women|19%>。",
    )),
    ("四、集体家底逐年增厚", (
        "宜山镇集体经济收入不足3万元的村只剩<yishan_villages_under_30000>个，宜一村的集体收入比上年增长<yiyi_growth|42%>。"
        "也要看到差距：全县集体经济收入在5万元以下的村仍占<villages_under_50000|66.7%>，也就是<villages_under_50000|三分之二>，"
        "增收还有很长的路要走。",
        "钱库镇双龙村引来<shuanglong_investors>家亿元以上的投资者，安排就业<shuanglong_jobs|300多>人，"
        "村民人均收入<shuanglong_income_per_head|1万多>元。金乡镇金星村招商引资<jinxing_investment|300多万>元。",
    )),
    ("五、帮扶不落一村", (
        "目前有<lagging_villages>个后进村落实了结对帮扶，做到一村一策、一村一队。",
    )),
    ("六、下一步打算", (
        "全县<population|123万>人口，绝大多数生活在农村。把每一个村的班子建强、队伍带好、服务做实，是我们接下来的主要工作。",
    )),
)  # fmt: skip


def main(root: Path) -> None:
    """Write the template of a workspace, and say which paragraphs were left out."""
    declared = {each.name for each in find_summary(root, "speech_figures").figures}
    document = _page()
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.first_line_indent = Cm(0)
    title.paragraph_format.space_after = Pt(14)
    title.paragraph_format.line_spacing = Pt(34)
    _put(title, TITLE, "方正小标宋简体", 22)
    for heading, paragraphs in PARTS:
        kept = []
        for text in paragraphs:
            names = {match["name"] for match in _CALL.finditer(text)}
            if names <= declared:
                kept.append(text)
            else:
                print("left out:", ", ".join(sorted(names - declared)), file=sys.stderr)
        if kept:
            _put(document.add_paragraph(), heading, "黑体", 16)
        for text in kept:
            _put(document.add_paragraph(), _CALL.sub(_placeholder, text), "仿宋_GB2312", 16)
    folder = root / "templates" / "docx"
    folder.mkdir(parents=True, exist_ok=True)
    document.save(str(folder / NAME))


def _placeholder(match: re.Match[str]) -> str:
    say = f', say="{match["say"]}"' if match["say"] else ""
    return f'{{{{ figure("speech_figures", "{match["name"]}"{say}) }}}}'


def _page() -> Any:
    """An empty page as GB/T 9704 lays it out."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(16)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋_GB2312")
    layout = style.paragraph_format
    layout.line_spacing, layout.space_before, layout.space_after = Pt(28), Pt(0), Pt(0)
    layout.first_line_indent = Pt(32)
    for name in ("author", "comments", "keywords", "last_modified_by", "subject", "title"):
        setattr(document.core_properties, name, "")
    document.core_properties.created = document.core_properties.modified = datetime(2005, 1, 20)
    return document


def _put(paragraph: Any, text: str, font: str, size: float) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
