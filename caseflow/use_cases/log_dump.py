"""The whole log as a folder to take away."""

from __future__ import annotations

from pathlib import Path

from caseflow.adapters.whole_file import write_whole
from caseflow.errors import NotFound
from caseflow.messages import N_, say
from caseflow.queries.log import Head, published_head
from caseflow.trail.dump import CHECKPOINT, dump_files
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.installation import Installation

PUBLIC_MODE = 0o644


def dump_log(installation: Installation, folder: Path) -> Head:
    """Write policy, checkpoint and tiles into `folder`; answer the checkpoint.

    The checkpoint comes last, so that a folder that was cut short does not look whole. Raises NotFound before
    anything was sealed, TilesDamaged and OSError.
    """
    settings = installation.settings
    head = published_head(settings.log_folder)
    if head is None:
        raise NotFound(say(N_("Nothing is sealed yet. Run: caseflow worker --once")))
    policy = settings.policy_file.read_text(encoding="utf-8", errors="replace")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CHECKPOINT).unlink(missing_ok=True)
    for name, data in dump_files(TileFolder(settings.log_folder), policy, head.note, head.size):
        if name != CHECKPOINT:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    write_whole(folder / CHECKPOINT, head.note.encode("utf-8"), PUBLIC_MODE)
    return head
