"""`caseflow audit check-bundle`: check an evidence bundle with nothing but the bundle and a policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TYPE_CHECKING

import click

from caseflow.cli.plain_text import plain
from caseflow.errors import InvalidInput, reason_of
from caseflow.i18n import format_datetime
from caseflow.i18n import gettext as _
from caseflow.messages import N_, say, size_text

if TYPE_CHECKING:
    from caseflow.trail.bundle import CheckedBundle, CheckedEvent

FILE = click.Path(path_type=Path, dir_okay=False)
LARGEST = 1 << 27  # bytes


@click.command("check-bundle")
@click.argument("file", type=FILE)
@click.option("--policy", required=True, type=FILE, help="Whom to trust: the log, witnesses, and how many.")
@click.option("--json", "as_json", is_flag=True, help="Print what was proven as JSON.")
def check_bundle(file: Path, policy: Path, as_json: bool) -> None:
    """Check the evidence bundle FILE. Needs no database: only the policy says whom to trust."""
    from caseflow.trail.bundle import check_bundle as check
    from caseflow.trail.policy import Policy

    checked = check(read_limited(file), Policy.parse(read_limited(policy)))
    if as_json:
        click.echo(plain(json.dumps(_values(checked), ensure_ascii=False, allow_nan=False, indent=1)))
        return
    for line in _lines(checked):
        click.echo(plain(line))


def read_limited(path: Path) -> bytes:
    """The bytes of a file that a command was given. Raises InvalidInput where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as problem:
        raise unusable(path, problem) from problem
    if len(data) > LARGEST:
        text = N_("%(path)s is longer than %(limit)s.")
        raise InvalidInput.of("file", say(text, path=path, limit=size_text(LARGEST)), str(path))
    return data


def unusable(path: Path, problem: OSError) -> InvalidInput:
    """Why a file that a command was given cannot be read or written."""
    text = N_("%(path)s cannot be used: %(reason)s. Check the name and the folder.")
    return InvalidInput.of("file", say(text, path=path, reason=reason_of(problem)), str(path))


def _lines(checked: CheckedBundle) -> list[str]:
    from caseflow.trail.policy import shown

    tree = checked.accepted.checkpoint
    lines = [
        _(
            "Everything in this bundle is proven: %(count)s events of %(case)s.",
            count=len(checked.events),
            case=checked.case,
        ),
        _(
            "Log “%(origin)s”, %(size)s entries, root %(root)s.",
            origin=tree.origin,
            size=tree.size,
            root=tree.root.hex(),
        ),
    ]
    cosigned = checked.accepted.cosigned
    lines += [
        _("Compared by the witness “%(name)s” at %(at)s.", name=shown(name), at=format_datetime(at))
        for name, at in cosigned
    ]
    if not cosigned:
        lines.append(_("No witness of this policy has compared the log."))
    return lines + [line for each in checked.events for line in _event(each)]


def _event(event: CheckedEvent) -> list[str]:
    """One line about the event and one for each value, as JSON, which keeps it on its line."""
    leaf = event.leaf
    withheld = (
        "" if not event.withheld else " · " + _("%(count)s values erased or withheld", count=event.withheld)
    )
    states = "" if leaf["from"] == leaf["to"] else f" · {leaf['from'] or '–'} → {leaf['to']}"
    at = format_datetime(datetime.fromisoformat(leaf["at"]))
    head = f"{leaf['seq']:>4} · {at} · {leaf['type']}{states}{withheld}"
    return [head, *(f"       {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in event.told)]


def _values(checked: CheckedBundle) -> Mapping[str, Any]:
    from caseflow.trail.policy import shown

    tree = checked.accepted.checkpoint
    return {
        "case": checked.case,
        "origin": tree.origin,
        "size": tree.size,
        "root": tree.root.hex(),
        "witnesses": [{"name": shown(name), "at": at.isoformat()} for name, at in checked.accepted.cosigned],
        "events": [
            {
                "index": each.index,
                "leaf": each.leaf,
                "disclosed": [[name, value] for name, value in each.told],
                "withheld": each.withheld,
            }
            for each in checked.events
        ],
    }
