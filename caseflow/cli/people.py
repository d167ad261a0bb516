"""`caseflow person` and `caseflow role`: people, their one-time passwords and their roles."""

from __future__ import annotations

import json
from datetime import date

import click

from caseflow.cli.acting import acting, Day
from caseflow.cli.erasing import erase
from caseflow.errors import InvalidInput
from caseflow.i18n import gettext as _
from caseflow.messages import N_, say
from caseflow.queries.administration import find_people, PersonLine
from caseflow.queries.roles_held import roles_of
from caseflow.use_cases.imports.matching import Unclear, unit_finder
from caseflow.use_cases.people import add_person, FirstPassword, issue_password
from caseflow.use_cases.perform import perform
from caseflow.use_cases.roles import end_role, give_role
from caseflow.use_cases.work import Work

DAY = Day()
ALL = 1_000_000


@click.group()
def person() -> None:
    """Add people, list them, give them one-time passwords."""


@person.command("add")
@click.argument("staff_code")
@click.option("--name", required=True, help="Full name.")
@click.option("--position", required=True, help="Position.")
@click.option("--organisation", required=True, metavar="CODE", help="Code or full name of the unit.")
@click.option("--email", help="E-mail address.")
@click.option("--phone", help="Telephone number.")
@click.option("--password", is_flag=True, help="Print a one-time password, alone, on standard output.")
def add(
    staff_code: str,
    name: str,
    position: str,
    organisation: str,
    email: str | None,
    phone: str | None,
    password: bool,
) -> None:
    """Make a person known under STAFF_CODE, without sign-in unless --password is given."""
    with acting() as (installation, actor):
        made = perform(
            installation,
            actor,
            _add,
            staff_code,
            name,
            position,
            organisation,
            email,
            phone,
            password=password,
        )
    click.echo(made or _("%(code)s is known.", code=staff_code))


def _add(
    work: Work,
    staff_code: str,
    name: str,
    position: str,
    organisation: str,
    email: str | None,
    phone: str | None,
    *,
    password: bool,
) -> str | None:
    add_person(
        work,
        staff_code=staff_code,
        name=name,
        position=position,
        organisation=_unit_code(work, organisation),
        email=email,
        phone=phone,
    )
    return issue_password(work, staff_code) if password else None


def _unit_code(work: Work, text: str) -> str:
    try:
        return unit_finder(work.connection, work.today).find(text).code
    except Unclear as unclear:
        raise InvalidInput.of("organisation", unclear.message, text) from unclear


@person.command("password")
@click.argument("staff_code")
def password(staff_code: str) -> None:
    """Print a new one-time password, alone, on standard output; the former one is void."""
    with acting() as (installation, actor):
        first = FirstPassword.make(installation, staff_code)
        click.echo(perform(installation, actor, issue_password, staff_code, first))


@person.command("list")
@click.option("--search", default="", metavar="TEXT", help="Only people whose name or code holds this.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def list_people(search: str, as_json: bool) -> None:
    """List people with their roles; the id of a role is what `role end` takes."""
    with acting() as (installation, _operator), installation.database.reading() as connection:
        people = find_people(connection, None, search, limit=ALL)
        held = {one.staff_code: roles_of(connection, one.staff_code) for one in people}
    roles = {
        code: [{"id": str(r.grant), "role": r.role, "organisation": r.unit_code} for r in mine]
        for code, mine in held.items()
    }
    if as_json:
        click.echo(json.dumps([_plain(one, roles[one.staff_code]) for one in people], ensure_ascii=False))
        return
    for one in people:
        click.echo(f"{one.staff_code}\t{one.name} – {one.position} – {one.unit or ''}")
        for role in roles[one.staff_code]:
            click.echo(f"\t{role['role']}@{role['organisation']}\t{role['id']}")


def _plain(one: PersonLine, roles: list[dict[str, str]]) -> dict[str, object]:
    return {"staff_code": one.staff_code, "name": one.name, "position": one.position, "roles": roles}


person.add_command(erase)


@click.group()
def role() -> None:
    """Give or end roles."""


@role.command("give")
@click.argument("staff_code")
@click.argument("role_name", metavar="ROLE")
@click.argument("organisation")
@click.option("--from", "valid_from", type=DAY, help="First day; today unless given.")
@click.option("--until", "valid_until", type=DAY, help="Last day; open unless given.")
def give(
    staff_code: str, role_name: str, organisation: str, valid_from: date | None, valid_until: date | None
) -> None:
    """Give STAFF_CODE a ROLE in ORGANISATION and all beneath it; print the id by which it is ended."""
    with acting() as (installation, actor):
        click.echo(
            perform(installation, actor, _give, staff_code, role_name, organisation, valid_from, valid_until)
        )


def _give(
    work: Work, staff_code: str, role_name: str, organisation: str, start: date | None, end: date | None
) -> str:
    unit = _unit_code(work, organisation)
    return give_role(
        work, staff_code=staff_code, role=role_name, organisation=unit, valid_from=start, valid_until=end
    )


@role.command("end")
@click.argument("grant", metavar="ID|STAFF_CODE")
@click.argument("role_name", metavar="[ROLE]", required=False)
@click.argument("organisation", metavar="[ORGANISATION]", required=False)
@click.option("--until", "valid_until", type=DAY, help="Last day; yesterday unless given.")
def end(grant: str, role_name: str | None, organisation: str | None, valid_until: date | None) -> None:
    """End a role, by the ID that `role give` printed, or by STAFF_CODE, ROLE and ORGANISATION."""
    if role_name and not organisation:
        raise click.UsageError(_("Name the organisation too, or give the role's id alone."))
    with acting() as (installation, actor):
        perform(installation, actor, _end, grant, role_name, organisation, valid_until)
    click.echo(_("The role is ended."))


def _end(
    work: Work, grant: str, role_name: str | None, organisation: str | None, valid_until: date | None
) -> None:
    if role_name is None or organisation is None:
        end_role(work, grant, valid_until)
        return
    unit = _unit_code(work, organisation)
    held = [r for r in roles_of(work.connection, grant) if r.role == role_name and r.unit_code == unit]
    held = [r for r in held if r.valid_until is None or r.valid_until >= work.today]
    if not held:
        text = N_("%(code)s does not hold the role “%(role)s” in %(unit)s. Look it up with `person list`.")
        raise InvalidInput.of("role", say(text, code=grant, role=role_name, unit=unit), role_name)
    for one in held:
        end_role(work, str(one.grant), valid_until)
