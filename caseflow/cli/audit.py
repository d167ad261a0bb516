"""`caseflow audit`: check the sealed log, hand out what outsiders check it with, and take back what they sign."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from caseflow.adapters.whole_file import write_whole
from caseflow.cli.acting import acting
from caseflow.cli.check_bundle import check_bundle, FILE, read_limited, unusable
from caseflow.errors import CaseflowError
from caseflow.i18n import format_datetime
from caseflow.i18n import gettext as _
from caseflow.messages import N_, say
from caseflow.states.actor import Actor
from caseflow.use_cases.installation import Installation

OUTPUT = click.option("-o", "--output", required=True, type=FILE, help="Where the file goes.")
FOLDER = click.Path(path_type=Path, file_okay=False)
PUBLIC_MODE = 0o644


class NotSealed(CaseflowError):
    """What was to be exported is not sealed in time."""

    code = "not_sealed"
    http_status = 503


@click.group()
def audit() -> None:
    """Check the sealed log; hand out bundles, dumps and checkpoints; take in what witnesses sign."""


audit.add_command(check_bundle)


@contextmanager
def _sealed() -> Iterator[tuple[Installation, Actor]]:
    """The installation with everything sealed that waited. Raises NotSealed where that takes too long."""
    from caseflow.use_cases.sealing import seal_waiting

    with acting() as (installation, actor):
        if not seal_waiting(installation):
            text = N_(
                "Sealing does not get on. Run: caseflow worker --once; caseflow audit verify says what is wrong."
            )
            raise NotSealed(say(text))
        yield installation, actor


@audit.command()
@click.option("--no-disclosures", is_flag=True, help="Leave the disclosures out: quicker, and it says less.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def verify(*, no_disclosures: bool, as_json: bool) -> None:
    """Check the whole log and what the screens read; print each difference, one a line. Exit 1 where there is any."""
    from caseflow.cli import audit_report
    from caseflow.trail.checking import check_log
    from caseflow.use_cases.checking import run_check

    with acting(anyhow=True) as (installation, actor), audit_report.progress() as told:
        if no_disclosures:  # not the whole check: nothing is kept of it
            parts = (installation.database, installation.settings, installation.files)
            report = check_log(*parts, disclosures=False, progress=told)
        else:
            report = run_check(installation, actor.id, progress=told)
    if as_json:
        click.echo(json.dumps(audit_report.as_json(report), ensure_ascii=False))
    else:
        for finding in report.findings:
            click.echo(audit_report.line(finding))
    click.echo(audit_report.summary(report), err=True)
    if not report.intact:
        raise click.exceptions.Exit(1)


@audit.command()
def checkpoint() -> None:
    """Print the newest signed checkpoint: its three lines are what a later log must extend."""
    from caseflow.use_cases.witnessing import published_note

    with _sealed() as (installation, _actor):
        click.echo(published_note(installation), nl=False)


@audit.command()
@click.argument("code")
@OUTPUT
def bundle(code: str, output: Path) -> None:
    """Write the evidence bundle of the case CODE: every event, with the proof that it is in the log."""
    from caseflow.use_cases.exporting import export_bundle
    from caseflow.use_cases.perform import perform

    with _sealed() as (installation, actor):
        made = perform(installation, actor, export_bundle, code)
    _write(output, made.data)
    click.echo(_("%(count)s events of %(code)s are in %(path)s.", count=made.events, code=code, path=output))


@audit.command()
@click.argument("folder", type=FOLDER)
def dump(folder: Path) -> None:
    """Write the whole log into FOLDER: policy.txt, checkpoint and tile/, as others' programs read it."""
    from caseflow.use_cases.exporting import record_export
    from caseflow.use_cases.log_dump import dump_log
    from caseflow.use_cases.perform import perform

    with _sealed() as (installation, actor):
        try:
            head = dump_log(installation, folder)
        except OSError as problem:
            raise unusable(folder, problem) from problem
        perform(installation, actor, record_export, "dump", head.note.encode("utf-8"), head.size)
    click.echo(_("The log of %(size)s entries is in %(path)s.", size=head.size, path=folder))


@audit.command("witness-request")
@OUTPUT
@click.option(
    "--witness", metavar="NAME", help="For the witness NAME of the policy: from what it signed last."
)
@click.option(
    "--old", type=click.IntRange(0), help="From a tree of so many entries, which the witness saw last."
)
def witness_request(output: Path, witness: str | None, old: int | None) -> None:
    """Write what a witness is asked: the newest checkpoint, and the proof that it extends what was seen before."""
    from caseflow.use_cases import witnessing

    with _sealed() as (installation, _actor):
        data = witnessing.witness_request(installation, witness, old)
    _write(output, data)
    click.echo(_("The request is in %(path)s. The witness runs: caseflow witness cosign", path=output))


@audit.command("add-cosignature")
@click.argument("file", type=FILE)
def add_cosignature(file: Path) -> None:
    """Take in FILE, as a witness handed it back; refused unless it is over this log and by a witness of the policy."""
    from caseflow.use_cases import witnessing

    with acting() as (installation, _actor):
        kept = witnessing.add_cosignature(installation, read_limited(file))
    for one in kept:
        click.echo(
            _(
                "“%(witness)s” compared %(size)s entries at %(at)s.",
                witness=one.witness,
                size=one.size,
                at=format_datetime(one.at),
            )
        )


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was taken back as JSON.")
def replay(*, as_json: bool) -> None:
    """Take back events that a restored database lacks from the log's files; list what to check by hand."""
    from caseflow.use_cases.replaying import replay_log

    with acting(anyhow=True) as (installation, actor):
        done = replay_log(installation, actor)
    if as_json:
        to_check = [{"what": one.what, "lacking": list(one.lacking)} for one in done.to_check]
        told = {"first": done.first, "size": done.size, "events": list(done.events), "to_check": to_check}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in done.to_check:
        click.echo(f"{one.what}\t{', '.join(map(_word, one.lacking))}")
    text = _(
        "%(count)s events were taken back; what their disclosures said is lost. Check by hand what is listed above.",
        count=len(done.events),
    )
    click.echo(text, err=True)


def _word(lacking: str) -> str:
    """What is lacking, for people; types of events stand as they are recorded."""
    from caseflow.trail.checking.wording import WHAT

    return _(WHAT.get(lacking.removesuffix("_id"), lacking))


def _write(path: Path, data: bytes) -> None:
    try:
        write_whole(path.absolute(), data, PUBLIC_MODE)
    except OSError as problem:
        raise unusable(path, problem) from problem
