"""A contract that is changed while its files are being read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.contract.errors import WarehouseError
from pioneer_etl.workspace import init_workspace, open_workspace


def test_what_was_read_by_other_fields_is_not_loaded(tmp_path: Path) -> None:
    root = init_workspace(tmp_path / "county")
    (root / "inbox").mkdir(exist_ok=True)
    form = root / "inbox" / "莒溪镇2004.csv"
    form.write_bytes(
        "莒溪镇2004年干部在岗情况\r\n干部层级,在岗干部人数\r\n乡镇干部,31\r\n村干部,207\r\n".encode("gb18030")
    )
    workspace = open_workspace(root)
    assert workspace.contracts  # this process has read them; those that read the file do so later
    contract = root / "warehouse" / "datasets" / "cadre_post.toml"
    before = contract.read_text(encoding="utf-8")
    contract.write_text(
        before.replace('zh = "在岗干部人数", en = "cadres in post"', 'zh = "在岗干部人数", en = "cadres"'),
        encoding="utf-8",
    )
    with pytest.raises(WarehouseError) as caught:
        workspace.ingest([form])
    assert caught.value.code == "warehouse.other_contract"
    assert "cadre_post" in str(caught.value)

    (submission,) = open_workspace(root).ingest([form]).files[0].submissions
    assert (submission.dataset, submission.status, submission.records) == ("cadre_post", "loaded", 2)
