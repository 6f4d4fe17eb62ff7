"""`pioneer plugins list|survey|new|update|explain|test|approve`."""

from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, print_json
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option
from pioneer_etl.cli.plugins_new import register_new
from pioneer_etl.cli.plugins_survey import register_survey
from pioneer_etl.cli.plugins_update import register_update
from pioneer_etl.cli.tables import print_table
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help=say("cli.plugins.help", language), rich_markup_mode=None)
    app.add_typer(group, name="plugins")

    @group.command("list", help=say("cli.plugins.list", language))
    def list_plugins(
        context: typer.Context,
        form: Annotated[str, format_option(language, "table|json")] = "table",
    ) -> None:
        call: Call = context.obj
        check_format(form, "table", "json")
        known = call.workspace().plugin_list()
        if form == "json":
            print_json([each.as_dict() for each in known])
            return
        print_table(
            [call.text(f"cli.column.{name}") for name in ("name", "origin", "layouts", "state")],
            [(each.name, each.origin, ", ".join(each.layouts), each.state(call.language)) for each in known],
        )

    register_survey(group, language)
    register_new(group, language)
    register_update(group, language)

    @group.command("test", help=say("cli.plugins.test", language))
    def test(
        context: typer.Context,
        names: Annotated[list[str] | None, typer.Argument(help=say("cli.plugins.names", language))] = None,
        update: Annotated[bool, typer.Option("--update", help=say("cli.plugins.update", language))] = False,
    ) -> None:
        call: Call = context.obj
        reports = call.workspace().test_plugins(names or (), update=update)
        for report in reports:
            typer.echo(report.text(call.language))
        raise typer.Exit(Exit.DONE if all(report.passed for report in reports) else Exit.REFUSED)

    @group.command("explain", help=say("cli.plugins.explain", language))
    def explain(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help=say("cli.plugins.names", language))],
    ) -> None:
        from pioneer_etl.plugins.explain import explain_layout

        call: Call = context.obj
        workspace = call.workspace()
        known = next((each.layouts for each in workspace.plugin_list() if each.name == name), ())
        for layout in known or (name,):
            found = workspace.plugins.require_layout(layout)
            typer.echo(explain_layout(found, workspace.contracts, call.language))

    @group.command("approve", help=say("cli.plugins.approve", language))
    def approve(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help=say("cli.plugins.names", language))],
    ) -> None:
        call: Call = context.obj
        call.workspace().approve_plugin(name)
        typer.echo(call.text("cli.findings.done"), err=True)
