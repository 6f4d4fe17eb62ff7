"""The process that reads files for `worker`: it may die, hang or overgrow, and only its task is lost.

Frames on standard input and output: 8 bytes of length, then a pickle.  First comes what to run (function,
initializer, its arguments, module path, memory), then one task a frame; every frame is answered by one.  Nothing else
can reach the real standard output: a library that prints would break the frames.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

READY, BROKEN = "ready", "broken"
DONE, REFUSED, CRASHED, OUT_OF_MEMORY = "done", "refused", "crashed", "out_of_memory"


def main() -> None:
    """Answer frames until standard input ends."""
    frames_in = os.fdopen(os.dup(0), "rb")
    frames_out = os.fdopen(os.dup(1), "wb")
    settle()
    setup = receive(frames_in)
    function = make_ready(setup, frames_out)
    if function is not None:
        limit_memory(setup[-1])
        send(frames_out, (READY, None))
        serve(function, frames_in, frames_out)


def main_of_nursery() -> None:
    """Make ready once, then fork a worker for every pair of pipes that comes through the socket on standard input."""
    control = socket.socket(fileno=os.dup(0))
    frames_out = control.makefile("wb")
    frames_in = control.makefile("rb")  # what it reads ahead is a frame: pipes are sent when these are answered
    settle()
    with suppress(EOFError):  # the caller found nothing to do and is gone
        sys.path[:], early = receive(frames_in)
        seldom_look_for_garbage()
        with suppress(Exception):  # what fails here fails again in the initializer, which tells of it
            if (function := pickle.loads(early)) is not None:
                function()
        setup = receive(frames_in)
        function = make_ready(setup, frames_out)
        if function is not None:
            send(frames_out, (READY, None))
            fork_workers(control, function, setup[-1], frames_out)


def fork_workers(control: socket.socket, function: Any, memory: int | None, frames_out: IO[bytes]) -> None:
    """Fork a worker for every pair of pipes, or reap one, as the caller asks, until it asks no more."""
    while True:
        request, pipes, *_ = socket.recv_fds(control, 64, 2)
        if not request:
            return
        if request == b"fork":
            if (pid := os.fork()) == 0:
                try:
                    os.close(control.fileno())
                    limit_memory(memory)
                    serve(function, os.fdopen(pipes[0], "rb"), os.fdopen(pipes[1], "wb"))
                    os._exit(0)
                finally:
                    os._exit(1)
            for pipe in pipes:
                os.close(pipe)
            send(frames_out, pid)
        else:
            send(frames_out, os.waitstatus_to_exitcode(os.waitpid(int(request.split()[1]), 0)[1]))


def settle() -> None:
    """Leave the standard streams and the keyboard's interrupt to the parent: it hears it and ends its workers."""
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def make_ready(setup: tuple[Any, ...], frames_out: IO[bytes]) -> Any:
    """The function of the setup after its initializer has run; None when that failed, which is sent."""
    packed_function, packed_initializer, initargs, path, _ = setup
    sys.path[:] = path
    seldom_look_for_garbage()
    try:
        function = pickle.loads(packed_function)
        initializer = pickle.loads(packed_initializer)
        if initializer is not None:
            initializer(*initargs)
    except BaseException as problem:
        send(frames_out, (BROKEN, sendable(problem)))
        return None
    gc.freeze()
    return function


def seldom_look_for_garbage() -> None:
    """What is loaded here stays for good, and a file's objects go all at once when it is done: looking for garbage as
    often as by default costs a tenth of the time and finds none."""
    gc.set_threshold(200_000, 50, 100)


def serve(function: Any, frames_in: IO[bytes], frames_out: IO[bytes]) -> None:
    """Answer tasks until there are no more."""
    with suppress(EOFError, OSError):
        while True:
            send(frames_out, answer(function, receive(frames_in)))


def sendable(problem: BaseException) -> bytes:
    """An exception pickled, or its words where it cannot be."""
    try:
        packed = pickle.dumps(problem)
        pickle.loads(packed)
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(problem).__name__}: {problem}"))
    return packed


def answer(function: Any, task: Any) -> tuple[str, Any]:
    """What became of one task, as plain values."""
    from pioneer_etl.contract.errors import FileRefused

    try:
        return DONE, pickle.dumps(function(pickle.loads(task)), protocol=5)
    except FileRefused as refusal:
        return REFUSED, (refusal.code, refusal.location, refusal.arguments)
    except MemoryError:
        return OUT_OF_MEMORY, None
    except BaseException as error:  # a panic in a reader written in Rust is no Exception
        return CRASHED, where(error)


def where(error: BaseException) -> str:
    """The kind of an unforeseen error and the line it came from; not its words, which may quote the file."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    line = "" if last is None else f" {Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
    return f"{type(error).__name__}{line}"


def limit_memory(memory: int | None) -> None:
    """Let the process grow by `memory` bytes at most, where the platform can say so."""
    if memory is None:
        return
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit still holds
        return
    used = 0
    with suppress(OSError, ValueError):
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    with suppress(OSError, ValueError):  # a platform that knows the limit and does not keep it
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = used + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))


def receive(stream: IO[bytes]) -> Any:
    """The next frame; EOFError when there is none."""
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    size = int.from_bytes(head, "big")
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)


def send(stream: IO[bytes], value: Any) -> None:
    """One frame."""
    data = pickle.dumps(value, protocol=5)
    stream.write(len(data).to_bytes(8, "big"))
    stream.write(data)
    stream.flush()
