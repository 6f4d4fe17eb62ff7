"""The process that reads files for `worker`: it may die, hang or overgrow, and only its task is lost.

Frames on standard input and output: 8 bytes of length, then a pickle.  First comes what to run (function,
initializer, its arguments, memory), then one task a frame; every frame is answered by one.  Nothing else
can reach the real standard output: a library that prints would break the frames.
"""

from __future__ import annotations

import os
import pickle
import sys
from typing import Any, BinaryIO

READY, DONE, REFUSED, CRASHED, OUT_OF_MEMORY = "ready", "done", "refused", "crashed", "out_of_memory"


def main() -> None:
    """Answer frames until standard input ends."""
    frames_in = os.fdopen(os.dup(0), "rb")
    frames_out = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    function, initializer, initargs, memory, path = receive(frames_in)
    sys.path[:] = path
    function = pickle.loads(function)
    if initializer is not None:
        try:
            pickle.loads(initializer)(*initargs)
        except Exception:  # the tasks will fail on the same thing, and say so one by one
            pass
    limit_memory(memory)
    send(frames_out, (READY, None))
    while True:
        try:
            task = receive(frames_in)
        except EOFError:
            return
        send(frames_out, answer(function, task))


def answer(function: Any, task: Any) -> tuple[str, Any]:
    """What became of one task, as plain values."""
    from pioneer_etl.contract.errors import FileRefused

    try:
        return DONE, pickle.dumps(function(pickle.loads(task)), protocol=5)
    except FileRefused as refusal:
        return REFUSED, (refusal.code, refusal.location, refusal.arguments)
    except MemoryError:
        return OUT_OF_MEMORY, None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic in a reader written in Rust is no Exception
        return CRASHED, where(error)


def where(error: BaseException) -> str:
    """The kind of an unforeseen error and the line it came from; not its words, which may quote the file."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    line = "" if last is None else f" {os.path.basename(last.tb_frame.f_code.co_filename)}:{last.tb_lineno}"
    return f"{type(error).__name__}{line}"


def limit_memory(memory: int) -> None:
    """Let the process grow by `memory` bytes at most, where the platform can say so."""
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit still holds
        return
    with open("/proc/self/statm", "rb") if os.path.exists("/proc/self/statm") else open(os.devnull, "rb") as file:
        pages = file.read().split()
    now = int(pages[0]) * os.sysconf("SC_PAGE_SIZE") if pages else 0
    try:
        resource.setrlimit(resource.RLIMIT_AS, (now + memory, now + memory))
    except (ValueError, OSError):  # a stricter limit stands already, or the system knows none
        return


def receive(stream: BinaryIO) -> Any:
    """The next frame; EOFError when there is none."""
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    size = int.from_bytes(head, "big")
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)


def send(stream: BinaryIO, value: Any) -> None:
    """One frame."""
    data = pickle.dumps(value, protocol=5)
    stream.write(len(data).to_bytes(8, "big"))
    stream.write(data)
    stream.flush()
