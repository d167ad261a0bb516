"""`caseflow routes`: every route with its method, permission and whether it changes anything."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from caseflow.cli.starting import settings_here
from caseflow.i18n import gettext as _


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As a JSON array, one object a route and method.")
def routes(as_json: bool) -> None:
    """List every route with its permission; the database is not opened."""
    from caseflow.app import put_together
    from caseflow.use_cases.installation import Installation
    from caseflow.views.access import list_routes

    found = list_routes(put_together(Installation.open(settings_here())))
    if as_json:
        click.echo(json.dumps([asdict(route) for route in found], indent=1))
        return
    for route in found:
        changes = _("changes") if route.changes else _("reads")
        click.echo(f"{route.method:<6} {route.route:<48} {route.permission:<24} {changes}")
