"""The whole log as a folder to take away."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from caseflow.adapters.whole_file import write_whole
from caseflow.errors import InvalidInput, NotFound
from caseflow.messages import N_, say
from caseflow.queries.log import Head, published_head
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.dump import CHECKPOINT, dump_files, POLICY
from caseflow.trail.notes import Note
from caseflow.trail.policy import Policy
from caseflow.trail.refusals import TrailError
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.witnessing import policy_of, with_cosignatures

TILES = "tile"
PUBLIC_MODE = 0o644


def dump_log(installation: Installation, folder: Path) -> Head:
    """Write policy, checkpoint and tiles into `folder`; answer the checkpoint, with all who cosigned it.

    An earlier dump of the same log there is replaced. The checkpoint comes last, so that a folder that was cut
    short does not look whole. Raises NotFound before anything was sealed, InvalidInput for a folder that holds
    anything else, BadPolicy, TilesDamaged and OSError.
    """
    settings = installation.settings
    head = published_head(settings.log_folder)
    if head is None:
        raise NotFound(say(N_("Nothing is sealed yet. Run: caseflow worker --once")))
    head = replace(head, note=with_cosignatures(installation, head.note))
    policy_of(installation)  # one that cannot be read is of no use to anybody
    _make_room(folder, settings.origin)
    policy = settings.policy_file.read_text(encoding="utf-8")
    for name, data in dump_files(TileFolder(settings.log_folder), policy, head.note):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name == CHECKPOINT:
            write_whole(path, data, PUBLIC_MODE)
        else:
            path.write_bytes(data)
    return head


def _make_room(folder: Path, origin: str) -> None:
    """An empty folder, or an earlier dump of this log, whose files then go."""
    folder.mkdir(parents=True, exist_ok=True)
    held = {path.name for path in folder.iterdir()}
    if not held:
        return
    if not held <= {CHECKPOINT, POLICY, TILES} or not _is_dump_of(folder, origin):
        text = N_("%(path)s holds other files. Name an empty folder, or that of an earlier dump of this log.")
        raise InvalidInput.of("folder", say(text, path=folder), str(folder))
    (folder / CHECKPOINT).unlink(missing_ok=True)
    shutil.rmtree(folder / TILES, ignore_errors=True)


def _is_dump_of(folder: Path, origin: str) -> bool:
    """Whether policy and checkpoint there are of the log `origin`; one that was cut short has only the policy."""
    try:
        policy = Policy.parse((folder / POLICY).read_bytes())
        note = folder / CHECKPOINT
        names = {key.name for key in policy.log_keys}
        if note.exists():
            names.add(Checkpoint.parse(Note.parse(note.read_bytes()).text).origin)
    except (OSError, TrailError):
        return False
    return names == {origin}
