"""The style sheet of the page that `inspect` writes."""

from typing import Final

STYLE: Final = """
:root { color-scheme: light; }
body { margin: 1.5rem auto; padding: 0 1rem; max-width: 96rem; color: #1f2328; background: #fff;
  font: 14px/1.5 system-ui, "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: .5rem 0; }
h1.file { margin-top: 3rem; border-top: 2px solid #1f2328; padding-top: .5rem; }
a { color: #0969da; text-decoration: none; } a:hover { text-decoration: underline; }
.contents { border-collapse: collapse; font-size: 13px; }
.contents td { border: 0; border-bottom: 1px solid #d8dee4; padding: 2px 1rem 2px 0; max-width: none; }
.sheet { overflow: auto; max-height: 70vh; border: 1px solid #d0d7de; width: fit-content; max-width: 100%; }
.sheet table { border-collapse: separate; border-spacing: 0; font-size: 12px; }
.sheet td, .sheet th { border: 0 solid #d8dee4; border-width: 0 1px 1px 0; padding: 2px 6px; max-width: 16rem;
  vertical-align: middle; position: relative; }
.sheet td.r-header { text-align: center; }
.sheet td { white-space: pre-wrap; } .sheet td.num { text-align: right; white-space: nowrap; }
.sheet th { position: sticky; background: #f6f8fa; color: #656d76; font-weight: normal; z-index: 1; }
.sheet thead th { top: 0; z-index: 2; } .sheet tbody th { left: 0; text-align: right; }
.sheet td:target { outline: 3px solid #cf222e; outline-offset: -2px; }
.sheet .gap td { color: #656d76; background: #f6f8fa; text-align: left; font-style: italic; max-width: none; }
.sheet tr.hidden td, .sheet td.hidden { color: #8c959f;
  background-image: repeating-linear-gradient(135deg, transparent 0 5px, rgba(140, 149, 159, .25) 5px 7px); }
.tag { font-size: 10px; font-style: normal; color: #fff; background: #8c959f; border-radius: 3px; padding: 0 3px;
  margin-left: 3px; }
td.comment::after { content: ""; position: absolute; top: 0; right: 0; border: 4px solid transparent;
  border-top-color: #cf222e; border-right-color: #cf222e; }
.legend span { display: inline-block; padding: 1px 8px; margin: 0 6px 4px 0; border: 1px solid #d8dee4; }
.legend b { font-weight: 600; margin-left: 4px; } .legend .total { border: 0; color: #656d76; }
.both { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
.tables { display: flex; flex-wrap: wrap; gap: 1rem; flex: 1 1 28rem; }
.card { border: 1px solid #d0d7de; padding: .5rem 1rem; overflow-wrap: anywhere; flex: 1 1 26rem; }
.card ul { padding-left: 1.2rem; margin: .2rem 0; } .card > ul { columns: 22rem; }
.card p { margin: .2rem 0; }
details ul { list-style: none; } summary { color: #0969da; cursor: pointer; }
code { background: #f3f4f6; padding: 0 4px; } .field { color: #1a7f37; }
.proposed { color: #9a6700; } .none { color: #cf222e; } .ignored, .quiet { color: #656d76; }
.doubts { list-style: none; padding: 0; }
.doubts li { border-left: 4px solid #d8dee4; padding-left: .6rem; margin: 3px 0; }
.doubts .error { border-color: #cf222e; } .doubts .warning { border-color: #d4a72c; }
.doubts .error b { color: #cf222e; } .doubts .warning b { color: #9a6700; } .doubts .note b { color: #656d76; }
p.error, td.error { color: #cf222e; } .remedy { color: #656d76; }
@media print { .sheet { max-height: none; overflow: visible; } .sheet th { position: static; } }
"""
