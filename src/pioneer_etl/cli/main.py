"""`pioneer`: the commands, and how any of them ends."""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from pioneer_etl.cli.arguments import GLOBAL, globals_first, named_command
from pioneer_etl.cli.call import Call, complain
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.language import choose_language, say
from pioneer_etl.cli.usage import tell_usage
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import PioneerError
from pioneer_etl.contract.version import VERSION

if TYPE_CHECKING:
    from pioneer_etl.workbook.nursery import Nursery

_COMMANDS = (
    "demo",
    "init",
    "ingest",
    "inspect",
    "status",
    "chase",
    "findings",
    "return",
    "correct",
    "enter",
    "template",
    "summary",
    "brief",
    "trace",
    "diff",
    "sql",
    "plugins",
    "repair",
)


def build(spoken: Language, names: Sequence[str] = _COMMANDS, nursery: "Nursery | None" = None) -> typer.Typer:
    """The typer application with its help in the language `spoken`, and those of the program's commands in `names`."""
    app = typer.Typer(
        name="pioneer",
        help=say("cli.help", spoken),
        no_args_is_help=True,
        rich_markup_mode=None,  # its rich help doubles the start-up time
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    def version(shown: bool) -> None:
        if shown:
            typer.echo(f"pioneer-etl {VERSION}")
            raise typer.Exit

    @app.callback()
    def main(
        context: typer.Context,
        workspace: Annotated[
            Path | None, typer.Option("--workspace", "-w", help=say("cli.option.workspace", spoken))
        ] = None,
        lang: Annotated[str, typer.Option("--lang", help=say("cli.option.lang", spoken), metavar="zh|en")] = spoken,
        plugin: Annotated[
            list[str] | None, typer.Option("-p", metavar="no:NAME", help=say("cli.option.plugin", spoken))
        ] = None,
        _version: Annotated[
            bool, typer.Option("--version", callback=version, is_eager=True, help=say("cli.option.version", spoken))
        ] = False,
    ) -> None:
        if lang not in ("zh", "en"):
            raise typer.BadParameter("zh | en", param_hint="--lang")
        disabled = []
        for each in plugin or ():
            if not each.startswith("no:"):
                raise typer.BadParameter("no:NAME", param_hint="-p")
            disabled.append(each.removeprefix("no:"))
        context.obj = Call(cast(Language, lang), workspace, tuple(disabled), nursery)

    for name in names:
        module = f"{name}_" if iskeyword(name) else name
        import_module(f"pioneer_etl.cli.{module}").register(app, spoken)
    return app


def add_plugin_commands(app: typer.Typer, arguments: Sequence[str]) -> None:
    """Let plugins add their commands, when the command that is called is none of the program's own.

    Only then: loading the plugins for every `pioneer --help` would cost more than the help itself.
    """
    if named_command(arguments) in (None, *_COMMANDS):
        return
    ordered = globals_first(arguments)
    options = {name: value for name, value in pairwise(ordered) if name in GLOBAL}
    folder = options.get("--workspace") or options.get("-w")
    disabled = tuple(value.removeprefix("no:") for name, value in pairwise(ordered) if name == "-p")
    call = Call(choose_language(arguments), Path(folder) if folder else None, disabled)
    call.workspace_or_starter().plugins.register_commands(app)


def run(arguments: Sequence[str] | None = None, nursery: "Nursery | None" = None) -> None:
    """The command line as a process: whatever happens ends in one of the codes of `Exit`."""
    # What a command holds it needs to its end: looking for garbage more seldom saves a tenth of the time of an
    # ingest, and looking through all that an ingest leaves another tenth of a second on leaving.
    gc.set_threshold(200_000, 50, 100)
    code = main(sys.argv[1:] if arguments is None else arguments, nursery)
    gc.freeze()
    sys.exit(code)


def main(arguments: Sequence[str], nursery: "Nursery | None" = None) -> int:
    """Run one command; the exit code is returned.  With a `nursery` an ingest reads its first files sooner."""
    language = choose_language(arguments)
    named = named_command(arguments)
    # The help texts of all commands cost more than one command is parsed in; a mistyped one needs all to guess from.
    app = build(language, [named] if named in _COMMANDS else _COMMANDS, nursery)
    try:
        add_plugin_commands(app, arguments)
        ended = typer.main.get_command(app).main(globals_first(arguments), prog_name="pioneer", standalone_mode=False)
        if ended == Exit.INTERRUPTED:  # typer turns Ctrl-C into this code, without a word
            raise KeyboardInterrupt
        return int(ended) if isinstance(ended, int) else Exit.DONE
    except typer.Exit as stop:
        return int(stop.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write(say("cli.interrupted", language) + "\n")
        return Exit.INTERRUPTED
    except typer.TyperException as error:
        tell_usage(error, language)
        return Exit.USAGE
    except PioneerError as error:
        complain(error, language)
        return error.exit_code
    except (BrokenPipeError, SystemExit):
        # The reader of a pipe (head, less) closed it: nothing is wrong, and nothing more can be said.  A closed
        # pipe is all that makes typer leave by itself.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:
        if os.environ.get("PIONEER_DEBUG"):
            raise
        sys.stderr.write(say("cli.internal", language, reason=f"{type(error).__name__}: {error}") + "\n")
        return Exit.INTERNAL
