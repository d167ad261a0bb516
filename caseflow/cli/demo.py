"""`caseflow demo`: the demo province with its logins, ready to be looked at."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from caseflow.cli.serve import HOST, PORT, Server
from caseflow.cli.starting import settings_here
from caseflow.i18n import gettext as _

if TYPE_CHECKING:
    from caseflow.demo.logins import Login
    from caseflow.demo.province import Told
    from caseflow.settings import Settings


@click.command()
@click.option(
    "--scale", type=click.Choice(["small", "province"]), help="A few hundred cases, or the province's 17,487."
)
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes any."
)
@click.option("--no-serve", is_flag=True, help="Load it and print the logins only.")
@click.option("--json", "as_json", is_flag=True, help="Print address and logins as one line of JSON.")
def demo(scale: str | None, port: int, no_serve: bool, as_json: bool) -> None:
    """Load the demo province into an empty home, print its logins and serve it."""
    settings = settings_here()
    logins = _load(settings, scale)
    server = None if no_serve else _listening(settings, port)
    url = server.address if server else f"http://{HOST}:{port}/"
    for line in _as_json(url, logins) if as_json else _as_table(url, logins, served=server is not None):
        click.echo(line)
    if server is not None:
        sys.stdout.flush()
        server.serve()


def _listening(settings: Settings, port: int) -> Server:
    from caseflow.use_cases.installation import Installation

    return Server.listening(Installation.open(settings), HOST, port)


def _load(settings: Settings, scale: str | None) -> tuple[Login, ...]:
    from caseflow.demo.province import load_demo
    from caseflow.use_cases.founding import found
    from caseflow.use_cases.installation import Installation
    from caseflow.use_cases.sealing import SEAL_DEMO_S, seal_waiting

    installation = Installation.open(settings)
    try:
        found(installation)
        with _progress() as told:
            logins = load_demo(installation, scale, told=told)
        seal_waiting(installation, SEAL_DEMO_S)
        return logins
    finally:
        installation.database.dispose()


@contextmanager
def _progress() -> Iterator[Told]:
    """Shows on a terminal how many cases have been begun."""
    with click.progressbar(
        length=0,
        label=_("Cases"),
        file=sys.stderr,
        show_pos=True,
        show_eta=False,
        hidden=not sys.stderr.isatty(),
    ) as bar:

        def told(begun: int, of: int) -> None:
            bar.length = of
            if begun == of or begun - bar.pos > of // 100:
                bar.update(begun - bar.pos)

        yield told


def _as_json(url: str, logins: Sequence[Login]) -> Iterator[str]:
    yield json.dumps(
        {
            "url": url,
            "logins": [
                {
                    "role": one.role,
                    "organisation": one.organisation,
                    "login": one.login,
                    "password": one.password,
                }
                for one in logins
            ],
        }
    )


def _as_table(url: str, logins: Sequence[Login], *, served: bool) -> Iterator[str]:
    from caseflow.demo.staff import real_units
    from caseflow.models.access import ROLE_NAMES

    names = {unit.code: unit.name for unit in real_units()}
    rows = [(_("Role"), _("Unit"), _("Login"), _("Password"))]
    rows += [
        (_(ROLE_NAMES[one.role]), f"{names[one.organisation]} ({one.organisation})", one.login, one.password)
        for one in logins
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""
    if served:
        yield _("Serving at %(address)s. Ctrl-C stops it.", address=url)
    else:
        yield _("The demo is loaded. Serve it with: caseflow serve")
