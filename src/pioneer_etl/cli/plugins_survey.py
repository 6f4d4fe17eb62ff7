"""`pioneer plugins survey [PATH...]`: which formats a pile of files is in."""

from pathlib import Path
from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, print_json
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.ingest import progress_bar
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option
from pioneer_etl.cli.tables import print_table
from pioneer_etl.contract.catalogue import Language


def register_survey(group: typer.Typer, language: Language) -> None:
    """Add the command to the group `plugins`."""

    @group.command("survey", help=say("cli.plugins.survey", language))
    def survey(
        context: typer.Context,
        paths: Annotated[list[Path] | None, typer.Argument(help=say("cli.plugins.survey.paths", language))] = None,
        form: Annotated[str, format_option(language, "table|json")] = "table",
    ) -> None:
        from pioneer_etl.workspace.survey import format_name

        call: Call = context.obj
        check_format(form, "table", "json")
        workspace = call.workspace()
        with progress_bar(call.text("cli.ingest.reading")) as progress:
            found = workspace.survey(paths or [workspace.root / "inbox"], progress=progress)
        if form == "json":
            print_json([each.as_dict() for each in found.formats])
        else:
            print_table(
                [
                    call.text(f"cli.column.{name}")
                    for name in ("dataset", "format", "tables", "held", "townships", "headings")
                ],
                [
                    (
                        each.dataset or "—",
                        format_name(each, call.language),
                        len(each.tables),
                        each.held,
                        "、".join(each.townships),
                        "、".join(each.tables[0].shown[:4]),
                    )
                    for each in found.formats
                ],
            )
            for sentence in found.sentences(call.language):
                typer.echo(sentence, err=True)
        for refusal in found.refused:
            typer.echo(refusal.message(call.language), err=True)
        raise typer.Exit(Exit.REFUSED if found.refused or any(each.held for each in found.formats) else Exit.DONE)
