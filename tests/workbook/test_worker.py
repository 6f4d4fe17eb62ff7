"""One task that dies, hangs or overgrows is refused by itself; the rest go on."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.worker import run_isolated


def work(task: Any) -> Any:
    if task == "abort":
        os.abort()
    if task == "hang":
        time.sleep(60)
    if task == "grow":
        return len(bytearray(8 * 2**30))
    if task == "print":
        print("noise")
        os.write(1, b"more noise")
    if task == "refuse":
        raise FileRefused("file.damaged", Location(file="x.xlsx", cell="B2"), detail="broken")
    if task == "bug":
        raise ValueError("the name 王小明 must not be told")
    return ("done", task, os.getpid())


def run(*tasks: Any, workers: int = 2, seconds: float = 5.0) -> list[Any]:
    return [answer for _, answer in run_isolated(work, tasks, workers=workers, seconds=seconds, memory=2**30)]


def test_answers_come_in_order_from_no_more_processes_than_asked_for() -> None:
    answers = run(*range(20))
    assert [answer[1] for answer in answers] == list(range(20))
    assert 1 <= len({answer[2] for answer in answers}) <= 2
    assert os.getpid() not in {answer[2] for answer in answers}


@pytest.mark.parametrize(
    ("task", "code"), [("abort", "file.crashed"), ("bug", "file.crashed"), ("hang", "file.too_slow")]
)
def test_a_lost_process_costs_its_task_only(task: str, code: str) -> None:
    first, lost, last = run(1, task, 2, workers=1, seconds=1.5)
    assert isinstance(lost, FileRefused)
    assert lost.code == code
    assert first[1] == 1
    assert last[1] == 2
    assert "王小明" not in str(lost)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of address space")
def test_a_process_that_overgrows_is_refused() -> None:
    lost, last = run("grow", 2, workers=1)
    assert lost.code == "file.out_of_memory"
    assert last[1] == 2


def test_a_refusal_comes_back_as_it_was_raised() -> None:
    (refusal,) = run("refuse")
    assert refusal.code == "file.damaged"
    assert refusal.location == Location(file="x.xlsx", cell="B2")
    assert refusal.arguments == {"detail": "broken"}


def test_what_a_library_prints_does_not_break_the_answers() -> None:
    assert [answer[1] for answer in run("print", 3, workers=1)] == ["print", 3]


def test_no_tasks_start_no_process() -> None:
    assert run() == []


def test_stopping_early_ends_the_processes() -> None:
    answers = run_isolated(work, [1, "hang", "hang"], workers=3, seconds=30, memory=2**30)
    _, first = next(answers)
    started = time.monotonic()
    answers.close()
    assert time.monotonic() - started < 5
    assert first[0] == "done"
