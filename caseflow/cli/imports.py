"""`caseflow import`: organisations, people, special days and cases from a file; all of it, or nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from caseflow.adapters.spreadsheets import check_size, read_table, Table
from caseflow.cli.acting import acting
from caseflow.errors import CaseflowError, InvalidInput, NotPermitted, Problem
from caseflow.i18n import gettext as _
from caseflow.i18n import translate
from caseflow.messages import N_, say
from caseflow.use_cases.imports.calendar import check_calendar, import_calendar
from caseflow.use_cases.imports.cases import check_cases, import_cases
from caseflow.use_cases.imports.mapping import CaseMapping, read_mapping
from caseflow.use_cases.imports.organisations import check_organisations, import_organisations
from caseflow.use_cases.imports.people import check_people, import_people
from caseflow.use_cases.imports.sheet import ImportedFile, Plan
from caseflow.use_cases.perform import perform_bulk, rehearse

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
DRY_RUN = click.option("--dry-run", is_flag=True, help="Check only; change nothing.")
JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")

DONE = {
    "organisations": N_("%(rows)s organisations imported."),
    "people": N_("%(rows)s people imported, with %(roles)s roles."),
    "calendar": N_("%(rows)s special days imported."),
    "cases": N_(
        "%(rows)s cases imported: %(assigned)s assigned, %(history)s as history; %(people)s new people."
    ),
}


@click.group("import")
def imports() -> None:
    """Import organisations, people, cases or a calendar; all of a file, or nothing."""


@imports.command()
@FILE
@DRY_RUN
@JSON
def organisations(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import organisations: code, name, unit, kind, level, parent_code [valid_from, valid_until, head]."""
    _run("organisations", file, dry_run, as_json, check_organisations, import_organisations)


@imports.command()
@FILE
@DRY_RUN
@JSON
def people(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import people: staff_code, name, position, organisation [email, phone, roles]."""
    _run("people", file, dry_run, as_json, check_people, import_people)


@imports.command()
@FILE
@DRY_RUN
@JSON
def calendar(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import special days: date, kind, decision."""
    _run("calendar", file, dry_run, as_json, check_calendar, import_calendar)


@imports.command()
@FILE
@DRY_RUN
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file that describes another register.",
)
@click.option("--field", metavar="CODE", help="Field of the rows that name none.")
@JSON
def cases(file: Path, dry_run: bool, mapping: Path | None, field: str | None, as_json: bool) -> None:
    """Import cases from our own list, or from another register with --mapping."""
    described = _mapping(mapping) if mapping else None
    _run("cases", file, dry_run, as_json, check_cases, import_cases, mapping=described, field=field)


def _mapping(path: Path) -> CaseMapping:
    try:
        return read_mapping(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as wrong:
        message = say(N_("%(name)s is not text in UTF-8. Save it in that encoding."), name=path.name)
        raise InvalidInput.of("mapping", message, path.name) from wrong


def _run(
    kind: str,
    path: Path,
    dry_run: bool,
    as_json: bool,
    check: Callable[..., Plan[Any]],
    take_in: Callable[..., Any],
    **options: object,
) -> None:
    """Check or import one file and tell what came of it; every error goes to standard output."""
    with _errors_listed(as_json):
        data = _bytes_of(path)
        table = read_table(data, path.name)
        with acting() as (installation, actor):
            plan = rehearse(installation, actor, check, table, **options)
            plan.refuse()
            answer: dict[str, object] = {"rows": len(plan.rows), "dry_run": True}
            if not dry_run:
                file = ImportedFile.of(path.name, data)
                with _progress(table) as step:
                    done = perform_bulk(installation, actor, take_in, table, file, step=step, **options)
                answer = {**done, "dry_run": False}
    _tell(kind, answer, plan, as_json)


def _bytes_of(path: Path) -> bytes:
    check_size(path.stat().st_size, path.name)
    return path.read_bytes()


@contextmanager
def _progress(table: Table) -> Iterator[Callable[[], None] | None]:
    """A bar on a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=len(table.rows), file=sys.stderr) as bar:
        yield lambda: bar.update(1)


@contextmanager
def _errors_listed(as_json: bool) -> Iterator[None]:
    """List every error on standard output; the one line on standard error then says how many there are."""
    try:
        yield
    except (InvalidInput, NotPermitted) as refused:
        if as_json:
            click.echo(json.dumps({"errors": [_plain(one) for one in refused.problems]}, ensure_ascii=False))
        elif any(one.row for one in refused.problems):
            click.echo("\n".join(_line(one) for one in refused.problems))
        raise _summary(refused) from refused


def _summary(refused: CaseflowError) -> CaseflowError:
    """The refusal without its list, which has been printed."""
    listed = any(one.row for one in refused.problems)
    return InvalidInput(refused.message, () if listed else refused.problems)


def _plain(problem: Problem) -> dict[str, object]:
    return {
        "row": problem.row,
        "column": problem.column,
        "field": problem.field,
        "value": None if problem.value is None else str(problem.value),
        "message": translate(problem.message),
    }


def _line(problem: Problem) -> str:
    where = f"{problem.column or ''}{problem.row or ''}"
    field = "" if problem.field == "file" else f" {problem.field}"
    value = "" if problem.value is None else f" “{problem.value}”"
    return " ".join(f"{where}{field}{value}: {translate(problem.message)}".split())


def _tell(kind: str, answer: dict[str, object], plan: Plan[Any], as_json: bool) -> None:
    if as_json:
        notices = [_plain(one) for one in plan.notices]
        told = {"kind": kind, **answer, "notices": notices, "ignored_columns": list(plan.ignored)}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in (*map(_line, plan.notices), *_ignored(plan.ignored)):
        click.echo(line)
    if answer["dry_run"]:
        click.echo(_("The file is in order: %(rows)s rows. Nothing was changed.", rows=answer["rows"]))
    else:
        click.echo(_(DONE[kind], **answer))


def _ignored(headings: Sequence[str]) -> list[str]:
    if not headings:
        return []
    return [_("Columns that were not read: %(columns)s.", columns="; ".join(headings))]
