"""One task that dies, hangs or overgrows is refused by itself; the rest go on."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

import pytest

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.nursery import CAN_FORK, Nursery
from pioneer_etl.workbook.worker import Crew, run_isolated


@pytest.fixture(params=["forked", "started"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test runs with workers forked from one process, and with each started alone as on Windows."""
    if request.param == "started":
        monkeypatch.setattr("pioneer_etl.workbook.worker.CAN_FORK", False)
    elif not CAN_FORK:
        pytest.skip("this platform does not fork")
    return str(request.param)


def work(task: Any) -> Any:
    if task == "abort":
        os.abort()
    if task == "hang":
        time.sleep(60)
    if task == "grow":
        return len(bytearray(8 * 2**30))
    if task == "parent":
        return os.getppid()
    if task == "end the parent":
        os.kill(os.getppid(), signal.SIGKILL)
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


def fail() -> None:
    raise LookupError("no contracts")


def import_early() -> None:
    sys.modules["imported_early"] = sys


def early(task: Any) -> Any:
    return "imported_early" in sys.modules, os.getppid()


@pytest.mark.skipif(not CAN_FORK, reason="this platform does not fork")
def test_a_process_started_early_is_made_use_of_and_a_lost_one_replaced(way: str) -> None:
    if way == "started":
        return
    nursery = Nursery(import_early)
    with Crew(early, 1, nursery=nursery) as crew:
        [(_, (imported, parent))] = list(crew.run(["x"]))
    assert imported
    assert not nursery.alive
    with Crew(early, 1, nursery=nursery) as crew:
        [(_, (imported, other))] = list(crew.run(["x"]))
    assert not imported
    assert other != parent
    unused = Nursery(fail)
    with Crew(early, 1, nursery=unused):
        pass
    assert not unused.alive


def test_how_a_process_ended_is_told() -> None:
    (lost,) = run("abort")
    assert lost.arguments["detail"] in ("SIGABRT", "exit 3")


def test_what_the_initializer_raises_is_raised() -> None:
    with pytest.raises(LookupError, match="no contracts"):
        list(run_isolated(work, [1, 2], workers=2, initializer=fail))


def test_no_process_is_left() -> None:
    with Crew(work, 2, memory=2**30) as crew:
        ids = {answer[2] for _, answer in crew.run(list(range(10))) if not isinstance(answer, FileRefused)}
    for each in ids:
        with pytest.raises(ProcessLookupError):
            os.kill(each, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_workers_are_forked_from_one_process(way: str) -> None:
    parents = set(run(*["parent"] * 8))
    assert len(parents) == 1
    assert (parents == {os.getpid()}) == (way == "started")


@pytest.mark.skipif(not CAN_FORK, reason="this platform does not fork")
def test_the_end_of_the_process_that_forks_costs_no_task(way: str) -> None:
    if way == "forked":
        first, lost, last = run("end the parent", "abort", 3, workers=1)
        assert first[1] == "end the parent"
        assert lost.code == "file.crashed"
        assert last[1] == 3


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
