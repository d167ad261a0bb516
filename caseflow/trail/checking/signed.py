"""What was signed and published, read before the database is: so the database must hold at least that."""

from __future__ import annotations

import time
from dataclasses import dataclass

from caseflow.messages import say
from caseflow.settings import Settings
from caseflow.trail.checking import wording
from caseflow.trail.checking.report import Findings
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.notes import Note, VerifierKey
from caseflow.trail.open_signer import has_signer, open_signer
from caseflow.trail.policy import Policy
from caseflow.trail.refusals import TrailError
from caseflow.trail.signer import Signed
from caseflow.trail.tiles import TileFolder

PUBLISHED_WITHIN_S = 2.0
"""Between a signature and its publication lies the writing of one file."""
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies outside the database: the signer's tree, the published checkpoint, whom to trust."""

    signed: Signed | None
    checkpoint: Checkpoint | None
    policy: Policy | None

    @property
    def published(self) -> int:
        """How many entries the files of the log must hold."""
        sizes = (self.signed.size if self.signed else 0, self.checkpoint.size if self.checkpoint else 0)
        return max(sizes)


def read_outside(settings: Settings, folder: TileFolder, findings: Findings) -> Outside:
    """Ask the signer, then read the checkpoint; what is wrong with them is a finding."""
    policy = _policy(settings)
    if not has_signer(settings):
        return Outside(None, _checkpoint(settings, folder, None, policy, findings), policy)
    try:
        signer = open_signer(settings)
        signed, key = signer.signed(), VerifierKey.parse(signer.vkey)
    except TrailError as problem:
        findings.add("signer", say(wording.SIGNER_UNREACHABLE, why=problem.message))
        return Outside(None, _checkpoint(settings, folder, None, policy, findings), policy)
    _wait_for(folder, signed.size)
    return Outside(signed, _checkpoint(settings, folder, (signed, key), policy, findings), policy)


def _policy(settings: Settings) -> Policy | None:
    try:
        return Policy.parse(settings.policy_file.read_bytes())
    except (OSError, TrailError):
        return None


def _wait_for(folder: TileFolder, size: int) -> None:
    """A tree that has just been signed is about to be published."""
    until = time.monotonic() + PUBLISHED_WITHIN_S
    while time.monotonic() < until:
        try:
            if Checkpoint.parse(Note.parse(folder.checkpoint() or "").text).size >= size:
                return
        except TrailError:
            if size == 0:
                return
        time.sleep(_PAUSE_S)


def _checkpoint(
    settings: Settings,
    folder: TileFolder,
    signer: tuple[Signed, VerifierKey] | None,
    policy: Policy | None,
    findings: Findings,
) -> Checkpoint | None:
    note = folder.checkpoint()
    if note is None:
        if signer is not None and signer[0].size:
            findings.add("checkpoint", say(wording.NO_CHECKPOINT, size=signer[0].size))
        return None
    keys = (signer[1],) if signer else policy.log_keys if policy else ()
    try:
        checkpoint = _verified(note, keys)
    except TrailError as bad:
        findings.add("checkpoint", say(wording.BAD_CHECKPOINT, why=bad.message))
        return None
    if checkpoint.origin != settings.origin:
        message = say(wording.OTHER_ORIGIN, found=checkpoint.origin, told=settings.origin)
        findings.add("checkpoint", message)
        return None
    if signer is not None and checkpoint.size < signer[0].size:
        message = say(wording.OLD_CHECKPOINT, size=checkpoint.size, signed=signer[0].size)
        findings.add("checkpoint", message, index=checkpoint.size)
    return checkpoint


def _verified(text: str, keys: tuple[VerifierKey, ...]) -> Checkpoint:
    note = Note.parse(text)
    lines = [(key, line) for key in keys for line in note.signed_by(key)]
    if not lines:
        raise TrailError(say(wording.NOT_BY_US))
    for key, line in lines:
        key.verify(note.text.encode("utf-8"), line.signature)
    return Checkpoint.parse(note.text)


def compare_signed(outside: Outside, held: int, roots: dict[int, bytes], findings: Findings) -> None:
    """The tree of the database, of `held` sealed events, against what was signed and published."""
    signed, checkpoint = outside.signed, outside.checkpoint
    if signed is None and checkpoint is None and held:
        findings.add("signer", say(wording.NO_SIGNER))
    if signed is not None:
        if held < signed.size:
            findings.add("signer", say(wording.BEHIND, signed=signed.size, held=held), index=held)
        elif roots.get(signed.size) != signed.root:
            findings.add("signer", say(wording.REWRITTEN, size=signed.size))
    if checkpoint is not None and held >= checkpoint.size and roots.get(checkpoint.size) != checkpoint.root:
        findings.add("checkpoint", say(wording.OTHER_TREE, size=checkpoint.size))
