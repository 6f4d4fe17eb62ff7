"""The arguments of a call, looked at before the command line is there to parse them."""

from __future__ import annotations

from collections.abc import Sequence

GLOBAL = ("--lang", "--workspace", "-w", "-p")


def globals_first(arguments: Sequence[str]) -> list[str]:
    """The arguments with the options that belong to every command moved to the front.

    So `pioneer ingest inbox --lang en` works as `pioneer --lang en ingest inbox` does.  What stands
    after `--` is left alone.
    """
    front: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        if argument == "--":
            rest += [argument, *waiting]
            break
        if argument in GLOBAL and waiting:
            front += [argument, waiting.pop(0)]
        elif argument.startswith(("--lang=", "--workspace=")):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def named_command(arguments: Sequence[str]) -> str | None:
    """The command that is called; None where none is named, or an option of no command stands before it."""
    waiting = globals_first(arguments)
    while waiting and waiting[0].startswith(GLOBAL):
        waiting = waiting[2 if waiting[0] in GLOBAL else 1 :]
    return waiting[0] if waiting and not waiting[0].startswith("-") else None
