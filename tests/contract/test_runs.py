from pioneer_etl.contract.address import runs


def test_cells_down_a_column_are_put_together() -> None:
    assert runs(["J45", "J6", "J7", "J8", "K8"]) == ["J45", "J6:J8", "K8"]


def test_what_is_no_single_cell_is_said_as_it_is() -> None:
    assert runs(["A2:E22", "A3", "第 4 行"]) == ["A2:E22", "A3", "第 4 行"]
    assert runs([]) == []
