"""What a witness is asked and answers (c2sp.org/tlog-witness), over HTTP or as files on a stick."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from caseflow.adapters import witness_http
from caseflow.adapters.witness_http import Answer
from caseflow.messages import Message, N_, say, size_text
from caseflow.trail.checkpoints import Checkpoint, read_number
from caseflow.trail.cosignatures import Cosigned, parse_lines
from caseflow.trail.notes import CONTROL, encode_base64, LARGEST_NOTE, Note, SignatureLine
from caseflow.trail.policy import Policy, TrustedWitness
from caseflow.trail.proofs import BadProof, read_path
from caseflow.trail.refusals import (
    BadNote,
    BadRequest,
    BadSignature,
    NotTrusted,
    OtherTree,
    WitnessRefused,
)

LARGEST_REQUEST = 2 * LARGEST_NOTE
SIZE_TYPE = "text/x.tlog.size"
CONFLICT = 409
SHOWN = 200  # characters of a witness's own words

Consistency = Callable[[int, int], Sequence[bytes]]
"""`consistency(old, new)`: the proof between two sizes of the log."""
Post = Callable[[str, bytes], Answer]


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """Sign this checkpoint, please: it extends the tree of `old_size` entries, as `path` shows."""

    old_size: int
    path: tuple[bytes, ...]
    note: str

    def encode(self) -> bytes:
        """The body of the request."""
        head = [f"old {self.old_size}", *map(encode_base64, self.path)]
        return ("\n".join(head) + "\n\n" + self.note).encode("utf-8")

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a request; its checkpoint is not looked at yet. Raises BadRequest."""
        if len(data) > LARGEST_REQUEST:
            raise _bad(say(N_("it is longer than %(limit)s."), limit=size_text(LARGEST_REQUEST)))
        if b"\r\n" in data:
            raise _bad(say(N_("it has Windows line ends (CRLF) instead of Unix ones (LF).")))
        head, empty, note = data.partition(b"\n\n")
        try:
            first, *hashes = head.decode("ascii").split("\n")
            text = note.decode("utf-8")
        except UnicodeError:
            raise _bad(say(N_("it is not UTF-8 text."))) from None
        if CONTROL.search(head.decode("ascii")):
            raise _bad(say(N_("it holds a control character.")))
        old = read_number(first.removeprefix("old ")) if first.startswith("old ") else None
        if old is None:
            raise _bad(say(N_("it does not begin with the size of the tree that was seen last.")))
        if not empty or not text:
            raise _bad(say(N_("the checkpoint after the empty line is missing.")))
        try:
            return cls(old, read_path(hashes), text)
        except BadProof as wrong:
            raise _bad(wrong.why) from wrong


def ask(
    witness: TrustedWitness,
    policy: Policy,
    note: str,
    old_size: int,
    consistency: Consistency,
    post: Post = witness_http.post,
) -> Cosigned:
    """Have one witness of the policy sign the checkpoint `note`, over HTTP.

    `old_size` is what it is believed to have seen last; where it says otherwise it is asked once more. Raises
    NoAnswer, WitnessRefused, OtherTree (it has seen more than there is) and BadSignature.
    """
    size = Checkpoint.parse(Note.parse(note).text).size
    try:
        return _ask(witness, policy, AddCheckpoint(old_size, tuple(consistency(old_size, size)), note), post)
    except OtherTree as elsewhere:
        if elsewhere.size > size or elsewhere.size == old_size:
            raise
        path = tuple(consistency(elsewhere.size, size))
        return _ask(witness, policy, AddCheckpoint(elsewhere.size, path, note), post)


def _ask(witness: TrustedWitness, policy: Policy, request: AddCheckpoint, post: Post) -> Cosigned:
    url = (witness.url or "").rstrip("/") + "/add-checkpoint"
    answer = post(url, request.encode())
    if answer.status == CONFLICT and (size := _size(answer)) not in {None, request.old_size}:
        text = N_("The witness “%(name)s” has seen %(size)s entries of this log last.")
        raise OtherTree(say(text, name=witness.shown, size=size), size)
    if answer.status != 200:
        text = N_("The witness “%(name)s” refuses to sign (%(status)s): %(words)s")
        raise WitnessRefused(say(text, name=witness.shown, status=answer.status, words=_words(answer)))
    try:
        _merged, taken = policy.take(Note.parse(request.note), parse_lines(answer.body))
    except (BadNote, NotTrusted) as wrong:
        raise _unsigned(witness) from wrong
    for each in taken:
        if each.name == witness.shown:
            return each
    raise _unsigned(witness)


def read_cosignatures(
    data: bytes, policy: Policy, checkpoints: Iterable[str]
) -> tuple[Checkpoint, str, tuple[Cosigned, ...]]:
    """What a witness handed back as a file: the checkpoint, its note with the cosignatures, and those.

    The file is either the checkpoint as the witness signed it or the signature lines alone; these are tried on
    each of `checkpoints`, the notes that a witness was asked about. Raises BadNote, BadCheckpoint, NotTrusted
    (another log, or an unknown witness) and BadSignature.
    """
    if _begins_with_signature(data):
        note, lines = None, parse_lines(data)
    else:
        note = Note.parse(data)
        lines = list(note.signatures)
        checkpoints = [data.decode("utf-8")]
    merged, taken = _over_one_of(policy, lines, checkpoints)
    if note is not None:
        policy.require_log(note)
    return Checkpoint.parse(merged.text), merged.encode(), taken


def _over_one_of(
    policy: Policy, lines: Sequence[SignatureLine], checkpoints: Iterable[str]
) -> tuple[Note, tuple[Cosigned, ...]]:
    refusal: BadSignature | None = None
    for each in checkpoints:
        try:
            return policy.take(Note.parse(each), lines)
        except BadSignature as wrong:
            refusal = wrong
    if refusal is not None:
        raise refusal
    raise NotTrusted(say(N_("No checkpoint is known that these signatures could stand beneath.")))


def _begins_with_signature(data: bytes) -> bool:
    return data.startswith("— ".encode())


def _size(answer: Answer) -> int | None:
    if answer.media_type != SIZE_TYPE:
        return None
    return read_number(answer.body.decode("ascii", "replace").removesuffix("\n"))


def _words(answer: Answer) -> str:
    return " ".join(answer.body.decode("utf-8", "replace").split())[:SHOWN]


def _unsigned(witness: TrustedWitness) -> WitnessRefused:
    text = N_("The witness “%(name)s” answered without its signature. Check its key in the policy.")
    return WitnessRefused(say(text, name=witness.shown))


def _bad(why: Message) -> BadRequest:
    return BadRequest(say(N_("This is no request to a witness: %(why)s"), why=why))
