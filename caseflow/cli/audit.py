"""`caseflow audit`: check the sealed log, hand out what outsiders check it with, and take back what they sign."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from caseflow.cli.acting import acting
from caseflow.cli.check_bundle import check_bundle, FILE, read_limited, unusable
from caseflow.cli.out_file import PRIVATE_MODE, STDOUT, write_out
from caseflow.errors import CaseflowError
from caseflow.i18n import format_datetime, translate
from caseflow.i18n import gettext as _
from caseflow.messages import N_, say
from caseflow.states.actor import Actor
from caseflow.use_cases.installation import Installation

OUTPUT = click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Where the file goes; “-” is standard output.",
)
STUCK = N_("Sealing does not get on. Run: caseflow worker --once; caseflow audit verify says what is wrong.")
FOLDER = click.Path(path_type=Path, file_okay=False)


class NotSealed(CaseflowError):
    """What was to be exported is not sealed in time."""

    code = "not_sealed"
    http_status = 503


@click.group()
def audit() -> None:
    """Check the sealed log; hand out bundles, dumps and checkpoints; take in what witnesses sign."""


audit.add_command(check_bundle)


@contextmanager
def _sealed(*, anyhow: bool = False) -> Iterator[tuple[Installation, Actor]]:
    """The installation with everything sealed that waited; what is recorded here is sealed at the end.

    Raises NotSealed where that takes too long. `anyhow` only says so then, and goes on with what is sealed.
    """
    from caseflow.use_cases.sealing import seal_waiting

    with acting(existing=True) as (installation, actor):
        if not seal_waiting(installation):
            refusal = NotSealed(say(STUCK))
            if not anyhow:
                raise refusal
            click.echo(translate(refusal.message), err=True)
        yield installation, actor
        seal_waiting(installation)


@audit.command()
@click.option("--no-disclosures", is_flag=True, help="Leave the disclosures out: quicker, and it says less.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def verify(*, no_disclosures: bool, as_json: bool) -> None:
    """Check the whole log and what the screens read; print each difference, one a line. Exit 1 where there is any."""
    from caseflow.cli import audit_report
    from caseflow.trail.checking import check_log
    from caseflow.use_cases.checking import run_check

    with acting(anyhow=True, existing=True) as (installation, actor), audit_report.progress() as told:
        if no_disclosures:  # not the whole check: nothing is kept of it
            parts = (installation.database, installation.settings, installation.files)
            report = check_log(*parts, disclosures=False, progress=told)
        else:
            report = run_check(installation, actor.id, progress=told)
        stands = audit_report.standing(installation)
    if as_json:
        click.echo(json.dumps(audit_report.as_json(report, stands), ensure_ascii=False))
    else:
        for finding in report.findings:
            click.echo(audit_report.line(finding))
    if not report.intact:
        click.echo(audit_report.differences(report), err=True)
        raise click.exceptions.Exit(1)
    if not as_json:
        click.echo(audit_report.summary(report, stands))


@audit.command()
def checkpoint() -> None:
    """Print the newest signed checkpoint: its three lines are what a later log must extend."""
    from caseflow.use_cases.witnessing import published_note, with_cosignatures

    with _sealed(anyhow=True) as (installation, _actor):
        click.echo(with_cosignatures(installation, published_note(installation)), nl=False)


@audit.command()
@click.argument("code")
@OUTPUT
def bundle(code: str, output: Path) -> None:
    """Write the evidence bundle of the case CODE: every event, with the proof that it is in the log."""
    from caseflow.use_cases.exporting import export_bundle
    from caseflow.use_cases.perform import perform

    with _sealed(anyhow=True) as (installation, actor):
        made = perform(installation, actor, export_bundle, code)
        write_out(output, made.data, PRIVATE_MODE)
        _say_if_uncompared(installation, made.note)
    _tell(
        output, _("%(count)s events of %(code)s are in %(path)s.", count=made.events, code=code, path=output)
    )


@audit.command()
@click.argument("folder", type=FOLDER)
def dump(folder: Path) -> None:
    """Write the whole log into FOLDER: policy.txt, checkpoint and tile/, as others' programs read it."""
    from caseflow.use_cases.exporting import record_export
    from caseflow.use_cases.log_dump import dump_log
    from caseflow.use_cases.perform import perform

    with _sealed(anyhow=True) as (installation, actor):
        try:
            head = dump_log(installation, folder)
        except OSError as problem:
            raise unusable(folder, problem) from problem
        _say_if_uncompared(installation, head.note)
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

    if witness is not None and old is not None:
        raise click.UsageError(_("Give --witness or --old, not both."))
    with _sealed(anyhow=True) as (installation, _actor):
        data = witnessing.witness_request(installation, witness, old)
    write_out(output, data)
    _tell(output, _("The request is in %(path)s. The witness runs: caseflow witness cosign", path=output))


@audit.command("add-cosignature")
@click.argument("file", type=FILE)
def add_cosignature(file: Path) -> None:
    """Take in FILE, as a witness handed it back; refused unless it is over this log and by a witness of the policy."""
    from caseflow.use_cases import witnessing

    with acting(existing=True) as (installation, _actor):
        kept = witnessing.add_cosignature(installation, read_limited(file))
    for one in kept:
        text = (
            N_("“%(witness)s” compared %(size)s entries at %(at)s.")
            if one.new
            else N_("It is known already that “%(witness)s” compared %(size)s entries, at %(at)s.")
        )
        click.echo(_(text, witness=one.witness, size=one.size, at=format_datetime(one.at)))


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was taken back as JSON.")
def replay(*, as_json: bool) -> None:
    """Take back events that a restored database lacks from the log's files; list what to check by hand."""
    from caseflow.use_cases.checking import run_check
    from caseflow.use_cases.replaying import replay_log

    with acting(anyhow=True, existing=True) as (installation, actor):
        done = replay_log(installation, actor)
        run_check(installation, actor.id)  # what the copy remembers of checks is older than what HOME does
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


def _tell(output: Path, text: str) -> None:
    """Say what was written, unless the file itself went to standard output."""
    if output != STDOUT:
        click.echo(text)


def _say_if_uncompared(installation: Installation, note: str) -> None:
    """A checkpoint that this installation's own policy would not take is no mistake, but whoever takes it is told."""
    from caseflow.trail.refusals import NotTrusted
    from caseflow.use_cases.witnessing import policy_of

    try:
        policy_of(installation).accept(note)
    except NotTrusted as why:
        text = N_(
            "Note: %(why)s Whoever checks this file with that policy will refuse it until a witness has compared"
            " the log (caseflow audit witness-request)."
        )
        click.echo(_(text, why=translate(why.message)), err=True)
