"""Work on untrusted input in processes that may die.

A reader of native code can end its process, hang, or take all memory there is.  Here each task runs
in a process of its own kind: a worker that dies, overstays or overgrows costs the task it had and no
other; it is replaced and the rest go on.

Plain child processes rather than multiprocessing: its spawned children run the caller's main module
again, which breaks an analyst's script that has no `if __name__ == "__main__"`, and what a library
prints in them would reach our standard output, which carries data only.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Generic, Self, TypeVar

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook import worker_child as child
from pioneer_etl.workbook.nursery import CAN_FORK, START_SECONDS, Forked, Nursery

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P", "subprocess.Popen[bytes]", Forked)

_CODE = "from pioneer_etl.workbook.worker_child import main; main()"


def run_isolated(
    function: Callable[[T], R],
    tasks: Sequence[T],
    *,
    workers: int | None = None,
    seconds: float = 10.0,
    memory: int | None = 2**30,
    initializer: Callable[..., object] | None = None,
    initargs: tuple[Any, ...] = (),
    progress: Callable[[int, int], object] | None = None,
    name_of: Callable[[T], str] = str,
) -> Iterator[tuple[T, R | FileRefused]]:
    """Run `function` over `tasks` in worker processes; yield each task with its result, in order.

    Workers start when the first answer is asked for, no more than there are tasks, and end with the iterator.
    See `Crew` for the rest.
    """
    most = min(workers or os.cpu_count() or 1, len(tasks))
    with Crew(function, most, seconds, memory, initializer, initargs, name_of) as crew:
        yield from crew.run(tasks, progress)


class Crew(Generic[T, R]):
    """Worker processes for one function, to be used in a `with` statement; they end with it.

    A result is what the function returned, or a FileRefused: the one it raised, `file.crashed` when it
    raised anything else or its process died, `file.too_slow` after `seconds`, `file.out_of_memory` when
    it outgrew `memory` bytes (enforced where the platform has address-space limits).

    `function`, `initializer`, tasks and results are pickled.  The initializer runs once in each
    worker, before its first task and outside of the time limit; what it raises is raised by `run`.
    `name_of` names a task in messages.  A `nursery` that was started before is made use of, and ended.
    """

    def __init__(
        self,
        function: Callable[[T], R],
        workers: int,
        seconds: float = 10.0,
        memory: int | None = 2**30,
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
        name_of: Callable[[T], str] = str,
        nursery: Nursery | None = None,
    ) -> None:
        self._setup = (pickle.dumps(function), pickle.dumps(initializer), initargs, sys.path, memory)
        self._nursery = nursery
        self._waiting: queue.SimpleQueue[tuple[int, T] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._lanes = [_Lane(self._setup, seconds, name_of, self._waiting, self._answers) for _ in range(workers)]
        self._started = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for lane in self._lanes:
            lane.end()
        for _each in self._lanes:
            self._waiting.put(None)
        if self._nursery is not None:
            self._nursery.end()

    def start(self) -> None:
        """Start the processes now, so that they are ready when the first task comes."""
        if not self._started:
            self._started = True
            if CAN_FORK and self._lanes:
                if self._nursery is None or not self._nursery.alive:
                    self._nursery = Nursery()
                self._nursery.prepare(self._setup)
            for lane in self._lanes:
                lane.nursery = self._nursery
                lane.start()

    def run(
        self, tasks: Sequence[T], progress: Callable[[int, int], object] | None = None
    ) -> Iterator[tuple[T, R | FileRefused]]:
        """Each task with its result, in order; `progress(done, total)` is called after every task.

        The workers begin at once, before the first is asked for.
        """
        if tasks:
            self.start()
        for numbered in enumerate(tasks):
            self._waiting.put(numbered)
        return self._results(tasks, progress)

    def _results(
        self, tasks: Sequence[T], progress: Callable[[int, int], object] | None
    ) -> Iterator[tuple[T, R | FileRefused]]:
        done: dict[int, Any] = {}
        finished = 0
        for index, task in enumerate(tasks):
            while index not in done:
                number, answer = _next(self._answers)
                if isinstance(answer, _Failed):
                    raise answer.error
                done[number] = answer
                finished += 1
                if progress is not None:
                    progress(finished, len(tasks))
            yield task, done.pop(index)


def _next(answers: queue.SimpleQueue[tuple[int, Any]]) -> tuple[int, Any]:
    while True:
        with suppress(queue.Empty):
            return answers.get(timeout=1.0)  # an endless wait could not be interrupted on Windows


class _Failed:
    """An error that is not a file's: raised where the caller waits."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class _Lane(threading.Thread):
    """A thread that keeps one child process busy, and replaces it when it is lost."""

    def __init__(
        self,
        setup: tuple[Any, ...],
        seconds: float,
        name_of: Callable[[Any], str],
        waiting: queue.SimpleQueue[tuple[int, Any] | None],
        answers: queue.SimpleQueue[tuple[int, Any]],
    ) -> None:
        super().__init__(daemon=True)
        self._setup = setup
        self.nursery: Nursery | None = None
        self._seconds = seconds
        self._name_of = name_of
        self._waiting = waiting
        self._answers = answers
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self._frames: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def run(self) -> None:
        try:
            self._start()
            while not self._ended.is_set():
                numbered = self._waiting.get()
                if numbered is None:
                    break
                index, task = numbered
                self._answers.put((index, self._answer(task)))
        except BaseException as error:
            self._answers.put((-1, _Failed(error)))
        self._lose()

    def end(self) -> None:
        """End the lane and its process, whatever it is doing."""
        self._ended.set()
        self._lose()

    def _lose(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def _answer(self, task: Any) -> Any:
        # The task is pickled by itself: the child opens it inside of the task's own guard.
        packed = pickle.dumps(task, protocol=5)
        process = self._process or self._start()
        kind, value = self._exchange(process, packed, self._seconds)
        if kind == child.DONE:
            return pickle.loads(value)
        if kind == child.REFUSED:
            code, location, arguments = value
            return FileRefused(code, location, **arguments)
        self._lose()  # after a panic or a lack of memory a process is not to be trusted either
        place = Location(file=self._name_of(task))
        if kind == _LATE:
            return FileRefused("file.too_slow", place, expected=f"{self._seconds:g}")
        if kind == child.OUT_OF_MEMORY:
            return FileRefused("file.out_of_memory", place, expected=f"{self._setup[-1] or 0:,} B")
        return FileRefused("file.crashed", place, detail=value)

    def _start(self) -> subprocess.Popen[bytes] | Forked:
        with suppress(OSError, EOFError):  # a nursery that somebody ended: a process of our own does as well
            if self.nursery is not None:
                return self._listen(self.nursery.fork())
        return self._start_alone()

    def _listen(self, process: P) -> P:
        """Take this process as the lane's own."""
        self._process = process
        self._frames = queue.SimpleQueue()
        threading.Thread(target=_pump, args=(process, self._frames), daemon=True).start()
        return process

    def _start_alone(self) -> subprocess.Popen[bytes]:
        process = self._listen(
            subprocess.Popen(
                [sys.executable, "-X", "utf8", "-c", _CODE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        )
        kind, value = self._exchange(process, self._setup, START_SECONDS)
        if kind != child.READY:
            self._lose()
            raise pickle.loads(value) if kind == child.BROKEN else RuntimeError(f"no reading process: {kind} {value}")
        return process

    def _exchange(self, process: subprocess.Popen[bytes] | Forked, value: Any, seconds: float) -> tuple[str, Any]:
        """Send one frame and wait for the answer's kind and value; a lost process and a late one are kinds too."""
        assert process.stdin is not None
        with suppress(OSError):  # it died meanwhile: the answer then is that it is gone
            child.send(process.stdin, value)
        try:
            reply: tuple[str, Any] | None = self._frames.get(timeout=seconds)
        except queue.Empty:
            return _LATE, None
        return reply if reply is not None else (_GONE, _how_it_ended(process.wait()))


_LATE, _GONE = "late", "gone"


def _how_it_ended(code: int) -> str:
    with suppress(ValueError):
        if code < 0:
            return signal.Signals(-code).name
    return f"exit {code}"


def _pump(process: subprocess.Popen[bytes] | Forked, frames: queue.SimpleQueue[Any]) -> None:
    """Hand on every frame that a child sends, and None when it is gone."""
    assert process.stdout is not None
    try:
        while True:
            frames.put(child.receive(process.stdout))
    except Exception:  # the end of the stream, or a frame that is none: either way nothing more will come
        frames.put(None)
