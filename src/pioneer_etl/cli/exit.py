"""How a command ends."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes, for scripts."""

    DONE = 0
    REFUSED = 1  # some input was refused, quarantined or failed its checks
    USAGE = 2  # wrong usage or configuration
    HELD = 3  # the warehouse is held by another process
    INTERNAL = 4
    INTERRUPTED = 130
