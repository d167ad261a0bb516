"""The commands of caseflow. Each group is loaded when it is called, so that `--help` answers at once."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version

import click

from caseflow.cli.answers import Answering
from caseflow.i18n import gettext as _
from caseflow.messages import N_

COMMANDS = {
    "db": ("caseflow.cli.db:db", N_("Make or change the database's schema.")),
    "demo": ("caseflow.cli.demo:demo", N_("Load the demo province and serve it.")),
    "serve": ("caseflow.cli.serve:serve", N_("Serve the pages.")),
    "worker": ("caseflow.cli.worker:worker", N_("Seal what is recorded, and do what is due.")),
    "signer": ("caseflow.cli.worker:signer", N_("Sign the log in a process of its own.")),
    "audit": ("caseflow.cli.audit:audit", N_("Check the sealed log, and hand out what proves it.")),
    "import": ("caseflow.cli.imports:imports", N_("Import organisations, people, cases or a calendar.")),
    "person": ("caseflow.cli.people:person", N_("Add people and give them passwords.")),
    "role": ("caseflow.cli.people:role", N_("Give or end roles.")),
    "routes": ("caseflow.cli.routes:routes", N_("List every route with its permission.")),
    "lifecycle": ("caseflow.cli.lifecycle:lifecycle", N_("Print the table of a lifecycle as it runs.")),
    "witness": ("caseflow.cli.witness:witness", N_("Be a witness of a log, without a database.")),
}


class Program(Answering):
    """The whole program as a group of groups."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _colon, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(text)) for name, (_where, text) in COMMANDS.items()])


def _show_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"caseflow {version('caseflow')}")
        ctx.exit()


@click.command(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version)
def main() -> None:
    """Registers pressing issues and follows each one to a verified end."""
