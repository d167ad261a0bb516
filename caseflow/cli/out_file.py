"""Where a command's file goes: whole or not at all, through links, and straight into what is no plain file."""

from __future__ import annotations

from pathlib import Path

import click

from caseflow.adapters.whole_file import write_whole
from caseflow.cli.check_bundle import unusable

STDOUT = Path("-")
PUBLIC_MODE = 0o644
PRIVATE_MODE = 0o600


def write_out(path: Path, data: bytes, mode: int = PUBLIC_MODE) -> None:
    """Write what a command made to `path`, or for `-` to standard output. Raises InvalidInput where it cannot.

    A plain file is replaced whole, also behind a link; a device or pipe is written to, never replaced.
    """
    if path == STDOUT:
        click.echo(data, nl=False)
        return
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            write_whole(target, data, mode)
    except OSError as problem:
        raise unusable(path, problem) from problem
