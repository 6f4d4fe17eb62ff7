"""One process that makes ready once and forks the worker processes of `worker`, where the platform forks well.

Imports and contracts cost more than a small file does; forked workers share them, in memory too, and a lost
worker is replaced at once.  Nothing untrusted is ever read in the nursery, and it has one thread only, so a
fork of it is as good as a fresh process.  Windows cannot fork, and on macOS system libraries do not bear it.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from pioneer_etl.workbook import worker_child as child

CAN_FORK = sys.platform == "linux"
START_SECONDS = 60.0  # for a slow disk and a virus scanner; no file's own time
_CODE = "from pioneer_etl.workbook.worker_child import main_of_nursery; main_of_nursery()"


class Nursery:
    """The process that forks: it starts at once and calls `early`, which may import what is sure to be needed.

    `prepare` it, `fork` from any thread, and `end` it.
    """

    def __init__(self, early: Callable[[], object] | None = None) -> None:
        self._lock = threading.Lock()  # one question at a time
        self._ready = False
        self._socket, theirs = socket.socketpair()
        command = [sys.executable, "-X", "utf8", "-c", _CODE]
        with theirs:
            self._process = subprocess.Popen(
                command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        self._socket.settimeout(START_SECONDS)
        self._frames = self._socket.makefile("rb")
        self._send((sys.path, pickle.dumps(early)))

    @property
    def alive(self) -> bool:
        """Whether the process is still there."""
        return self._process.poll() is None

    def prepare(self, setup: tuple[Any, ...]) -> None:
        """Say what its workers are for; it makes ready while the caller goes on."""
        self._send(setup)

    def _send(self, value: Any) -> None:
        with suppress(OSError):  # it died already: whoever waits for it will say so
            child.send(self._socket.makefile("wb"), value)

    def fork(self) -> Forked:
        """A new worker, ready for its first task.  OSError or EOFError when the nursery is lost."""
        with self._lock:
            if not self._ready:
                kind, value = child.receive(self._frames)
                if kind == child.BROKEN:
                    raise pickle.loads(value)
                self._ready = True
            tasks, stdin = os.pipe()
            stdout, answers = os.pipe()
            try:
                socket.send_fds(self._socket, [b"fork"], [tasks, answers])
                return Forked(self, child.receive(self._frames), os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb"))
            finally:
                os.close(tasks)
                os.close(answers)

    def reap(self, pid: int) -> int:
        """Wait for a worker that was killed or is gone: its exit code, negative for a signal."""
        with self._lock:
            self._socket.send(f"reap {pid}".encode())
            return int(child.receive(self._frames))

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._socket.close()


class Forked:
    """A worker process of the nursery, as `subprocess.Popen` shows one."""

    def __init__(self, nursery: Nursery, pid: int, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self._nursery = nursery
        self._pid = pid
        self._lock = threading.Lock()
        self._code: int | None = None

    def kill(self) -> None:
        """End it, if it is not over."""
        self.wait()

    def wait(self) -> int:
        """Its exit code.  Asked for when its output has ended: whatever is left of it then is ended too.

        Until it is reaped nobody else can have its pid, and one that ended by itself keeps its own exit code.
        """
        with self._lock:
            if self._code is None:
                self._code = -signal.SIGKILL
                with suppress(OSError, EOFError):  # a nursery that somebody ended has no word of it
                    os.kill(self._pid, signal.SIGKILL)
                    self._code = self._nursery.reap(self._pid)
            return self._code
