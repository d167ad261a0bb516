"""`caseflow lifecycle`: the table of a lifecycle as it runs."""

from __future__ import annotations

import click

from caseflow.queries.lifecycle_table import lifecycle_mermaid, lifecycle_table
from caseflow.states import pressing_issue
from caseflow.states.engine import lifecycle_named, lifecycle_names

KNOWN = (pressing_issue.KIND,)  # naming the module loads it, and so registers its lifecycle


class _Name(click.ParamType[str]):
    """The name of a lifecycle that runs; asked for when the command does."""

    name = "NAME"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        names = lifecycle_names()
        return value if value in names else self.fail(f"{value!r}: {', '.join(names)}", param, ctx)


@click.command()
@click.argument("name", type=_Name())
@click.option(
    "--format", "form", type=click.Choice(["table", "mermaid"]), default="table", show_default=True,
    help="A table in Markdown, or a Mermaid diagram.",
)  # fmt: skip
def lifecycle(name: str, form: str) -> None:
    """Print the table of a lifecycle as it runs: every move, who may make it, what it asks and needs."""
    render = lifecycle_table if form == "table" else lifecycle_mermaid
    click.echo(render(lifecycle_named(name)))
