"""Why something that claims to come from a log is not taken. Each refusal says what is wrong and where."""

from __future__ import annotations

from caseflow.errors import CaseflowError
from caseflow.messages import Message


class TrailError(CaseflowError):
    """Something about the log, or that was handed in as a part of it, is not as it must be."""

    code = "trail_refused"


class ProofError(TrailError):
    """A proof is malformed or leads elsewhere."""

    code = "bad_proof"


class BadNote(TrailError):
    """Not a signed note, or not a key that checks one."""

    code = "bad_note"


class Unsigned(BadNote):
    """A text without the signatures that make it a note."""


class BadSignature(TrailError):
    """A signature that bears the name of a known key was not made by it, or not over this text."""

    code = "bad_signature"


class BadCheckpoint(TrailError):
    """Not a checkpoint of exactly three lines."""

    code = "bad_checkpoint"


class BadPolicy(TrailError):
    """Not a policy file."""

    code = "bad_policy"


class NotTrusted(TrailError):
    """A well-formed checkpoint that the reader's policy does not accept."""

    code = "not_trusted"


class BadRequest(TrailError):
    """Not a request that a witness can read."""

    code = "bad_witness_request"
    http_status = 400


class UnknownLog(TrailError):
    """The witness does not know the log."""

    code = "unknown_log"
    http_status = 404


class NotSigned(TrailError):
    """The checkpoint lacks a signature of the log as the witness knows it."""

    code = "not_signed"
    http_status = 403


class OtherTree(TrailError):
    """The request starts at another tree than the one the witness saw last, which had `size` entries."""

    code = "other_tree"
    http_status = 409

    def __init__(self, message: Message, size: int) -> None:
        super().__init__(message)
        self.size = size


class DoesNotExtend(TrailError):
    """The tree does not extend the one that the witness saw: its history was rewritten."""

    code = "does_not_extend"


class OtherRoot(DoesNotExtend):
    """The tree has the size of the one that the witness saw, and another root."""

    http_status = 409


class WitnessRefused(TrailError):
    """A witness did not answer with a cosignature."""

    code = "witness_refused"
    http_status = 502


class BadWitnessKey(TrailError):
    """The file with a witness's key, or what it remembers beside it, cannot be used."""

    code = "bad_witness_key"


class BadBundle(TrailError):
    """Not an evidence bundle that proves what it tells."""

    code = "bad_bundle"


class TilesDamaged(TrailError):
    """A file of the published log is missing, or not what the tree needs."""

    code = "tiles_damaged"
    http_status = 500
