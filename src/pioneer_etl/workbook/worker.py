"""Work on untrusted input in processes that may die.

A reader of native code can end its process, hang, or take all memory there is.  Here each task runs
in a process of its own kind: a worker that dies, overstays or overgrows costs the task it had and no
other; it is replaced and the rest go on.  Processes are spawned, never forked, so that the same
happens on every platform.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Generic, TypeVar

from pioneer_etl.contract.errors import FileRefused, Location

T = TypeVar("T")
R = TypeVar("R")

_STOP = None  # what a worker is sent to end


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

    A result is what the function returned, or a FileRefused: the one it raised, `file.crashed` when it
    raised anything else or its process died, `file.too_slow` after `seconds`, `file.out_of_memory` when
    it outgrew `memory` bytes (enforced where the platform has address-space limits).

    `function`, `initializer`, tasks and results are pickled.  The initializer runs once in each
    worker, before its first task and outside of the time limit; what it raises is raised here.
    Workers start when needed, at most `workers` (default: one a processor) and no more than tasks.
    `progress(done, total)` is called after every task.  `name_of` names a task in messages.
    """
    total = len(tasks)
    results: dict[int, R | FileRefused] = {}
    waiting = iter(range(total))
    setting = _Setting(function, initializer, initargs, memory)
    crew: list[_Worker[T, R]] = []
    most = max(1, min(workers or os.cpu_count() or 1, total))
    following = done = 0
    try:
        while following < total:
            _hand_out(crew, tasks, waiting, most, setting)
            for worker in _settled(crew, seconds):
                number, outcome = worker.outcome(name_of, seconds, memory)
                results[number] = outcome
                done += 1
                if progress is not None:
                    progress(done, total)
                if not worker.alive:
                    worker.end()
                    crew.remove(worker)
            while following in results:
                yield tasks[following], results.pop(following)
                following += 1
    finally:
        for worker in crew:
            worker.end()


@dataclass(frozen=True, slots=True)
class _Setting:
    """What every worker is started with."""

    function: Callable[..., Any]
    initializer: Callable[..., object] | None
    initargs: tuple[Any, ...]
    memory: int | None


@dataclass(slots=True)
class _Worker(Generic[T, R]):
    """One process, the pipe to it, and the task it is at."""

    process: SpawnProcess
    pipe: Connection
    alive: bool = True
    ready: bool = False
    number: int | None = None
    task: T | None = None
    deadline: float = 0.0
    message: tuple[str, Any] | None = field(default=None)

    def give(self, number: int, task: T) -> None:
        self.number, self.task, self.deadline = number, task, 0.0
        with contextlib.suppress(OSError):  # it died meanwhile; its end is noticed when it is waited for
            self.pipe.send((number, task))

    def outcome(self, name_of: Callable[[T], str], seconds: float, memory: int | None) -> tuple[int, Any]:
        """The number of the task just ended and what came of it; the worker is free afterwards."""
        assert self.number is not None
        number, task, message = self.number, self.task, self.message
        self.number, self.task, self.message, self.deadline = None, None, None, 0.0
        where = Location(name_of(task))  # type: ignore[arg-type]  # a worker at work has a task
        kind, content = message or ("died", "")
        if kind in ("result", "refused"):
            return number, content
        if kind == "memory":
            return number, FileRefused("file.out_of_memory", where, expected=f"{memory or 0:,} B")
        if kind == "slow":
            return number, FileRefused("file.too_slow", where, expected=f"{seconds:g}")
        return number, FileRefused("file.crashed", where, detail=content or self._how_it_ended())

    def _how_it_ended(self) -> str:
        self.process.join(1)
        code = self.process.exitcode
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return signal.Signals(-code).name
        return f"exit {code}"

    def end(self) -> None:
        """Let an idle worker go and stop one that is at work, without waiting for what it does."""
        idle = self.alive and self.number is None
        if idle:
            with contextlib.suppress(OSError):
                self.pipe.send(_STOP)
        self.pipe.close()
        if not idle:
            self.process.kill()
        self.process.join(1)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _hand_out(
    crew: list[_Worker[T, R]], tasks: Sequence[T], waiting: Iterator[int], most: int, setting: _Setting
) -> None:
    """Give every free worker a task, and start another while tasks and places are left."""
    for worker in crew:
        if worker.number is None:
            number = next(waiting, None)
            if number is None:
                return
            worker.give(number, tasks[number])
    while len(crew) < most:
        number = next(waiting, None)
        if number is None:
            return
        started: _Worker[T, R] = _start(setting)
        crew.append(started)
        started.give(number, tasks[number])


def _start(setting: _Setting) -> _Worker[Any, Any]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, setting), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _settled(crew: list[_Worker[T, R]], seconds: float) -> list[_Worker[T, R]]:
    """Wait until a worker has answered, died or run out of time; those of which that is true."""
    pipes = {worker.pipe: worker for worker in crew if worker.number is not None}
    deadlines = [worker.deadline for worker in pipes.values() if worker.deadline]
    pause = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
    settled: list[_Worker[T, R]] = []
    for pipe in wait(list(pipes), pause):
        worker = pipes[pipe]  # type: ignore[index]  # only these were waited for
        if _listen(worker, seconds):
            settled.append(worker)
    now = time.monotonic()
    for worker in pipes.values():
        if worker not in settled and worker.deadline and now >= worker.deadline:
            worker.message, worker.alive = ("slow", ""), False
            settled.append(worker)
    return settled


def _listen(worker: _Worker[T, R], seconds: float) -> bool:
    """Take one message from a worker; whether it ends its task."""
    try:
        kind, content = worker.pipe.recv()
    except (EOFError, OSError):
        worker.alive = False
        return True
    if kind == "started":
        # The clock starts with the task, not with the process.
        worker.deadline = time.monotonic() + seconds
        return False
    if kind == "broken":
        raise content
    worker.message = (kind, content)
    worker.alive = kind in ("result", "refused")
    return True


def _work(pipe: Connection, setting: _Setting) -> None:
    """What a worker does: set itself up, then one task after the other."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears the interrupt and ends its workers
    try:
        if setting.initializer is not None:
            setting.initializer(*setting.initargs)
    except BaseException as problem:
        pipe.send(("broken", _sendable(problem)))
        return
    _limit_memory(setting.memory)
    with contextlib.suppress(EOFError, OSError):
        while (received := pipe.recv()) is not _STOP:
            pipe.send(("started", None))
            message = _attempt(setting.function, received[1])
            pipe.send(message)
            if message[0] not in ("result", "refused"):
                return  # after a failure that nobody foresaw, a fresh process


def _attempt(function: Callable[[Any], Any], task: Any) -> tuple[str, Any]:
    try:
        return "result", function(task)
    except FileRefused as refused:
        return "refused", refused
    except MemoryError:
        return "memory", ""
    except BaseException as problem:  # PanicException of native readers is no Exception
        return "crashed", type(problem).__name__


def _sendable(problem: BaseException) -> BaseException:
    """The exception itself where it can be pickled, else its words."""
    import pickle

    try:
        pickle.loads(pickle.dumps(problem))
    except Exception:
        return RuntimeError(f"{type(problem).__name__}: {problem}")
    return problem


def _limit_memory(memory: int | None) -> None:
    """Let the process grow by `memory` bytes at most, where the platform can hold it to that."""
    if memory is None or sys.platform == "win32":
        return
    import resource

    used = 0
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as source:
        used = int(source.read().split()[0]) * resource.getpagesize()
    with contextlib.suppress(OSError, ValueError):  # a platform that knows the limit and does not keep it
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = used + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
