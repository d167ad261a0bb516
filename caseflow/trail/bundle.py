"""Evidence bundles `caseflow-evidence/v1`: one subject's whole chain with a proof for each event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from caseflow.messages import Message, N_, say, size_text
from caseflow.trail.leaf import commitment, leaf_hash, NO_PREVIOUS
from caseflow.trail.leaf_form import LARGEST_DISCLOSURE, read_disclosed, read_json, read_leaf
from caseflow.trail.notes import decode_base64, encode_base64
from caseflow.trail.policy import Accepted, Policy
from caseflow.trail.proofs import LogProof
from caseflow.trail.refusals import BadBundle, TrailError

FORMAT = "caseflow-evidence/v1"
LARGEST_BUNDLE = 1 << 27  # bytes
MOST_EVENTS = 100_000
MOST_DISCLOSURES = 4_096
_BUNDLE_KEYS = {"format", "origin", "case", "events"}
_EVENT_KEYS = {"leaf", "proof", "disclosures"}


@dataclass(frozen=True, slots=True)
class BundleEvent:
    """What goes into a bundle for one event: the exact bytes, the proof's text, the disclosures still there."""

    leaf: bytes
    proof: str
    disclosures: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CheckedEvent:
    """An event that was proven: its leaf, where it lies in the log, and what is disclosed of it.

    `withheld` is how many of its values are not in the bundle, being erased or kept back.
    """

    index: int
    leaf: Mapping[str, Any]
    told: tuple[tuple[str, object], ...]
    withheld: int


@dataclass(frozen=True, slots=True)
class CheckedBundle:
    """A bundle that proves what it tells. Whether the subject has later events it cannot say."""

    case: str
    accepted: Accepted
    events: tuple[CheckedEvent, ...]


def make_bundle(origin: str, case: UUID, events: Iterable[BundleEvent]) -> bytes:
    """The bundle of the chain of `case`, its events from the first on, as UTF-8 JSON."""
    bundle = {
        "format": FORMAT,
        "origin": origin,
        "case": str(case),
        "events": [
            {
                "leaf": encode_base64(each.leaf),
                "proof": each.proof,
                "disclosures": list(each.disclosures),
            }
            for each in events
        ],
    }
    return (json.dumps(bundle, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def check_bundle(data: bytes, policy: Policy) -> CheckedBundle:
    """Check every proof and link of a bundle against a reader's policy. Raises BadBundle with the reason."""
    bundle = _read(data)
    check = _Check(bundle["origin"], bundle["case"], policy)
    events = []
    for seq, each in enumerate(bundle["events"]):
        try:
            events.append(check.event(seq, each))
        except TrailError as wrong:
            text = N_("Event %(seq)s of the bundle (counted from 0) is refused: %(why)s")
            raise BadBundle(say(text, seq=seq, why=wrong.message)) from wrong
    if check.accepted is None:
        raise BadBundle(say(N_("The bundle has no events: it proves nothing.")))
    return CheckedBundle(bundle["case"], check.accepted, tuple(events))


def _read(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST_BUNDLE:
        raise BadBundle(say(N_("The bundle is longer than %(limit)s."), limit=size_text(LARGEST_BUNDLE)))
    try:
        bundle = read_json(data.decode("utf-8"))
    except ValueError:
        raise BadBundle(
            say(N_("The bundle is no JSON text, or a key occurs twice: it was cut or changed."))
        ) from None
    if not isinstance(bundle, dict) or bundle.keys() != _BUNDLE_KEYS:
        raise BadBundle(say(N_("The bundle does not have exactly the keys format, origin, case and events.")))
    if bundle["format"] != FORMAT:
        raise BadBundle(say(N_("This is no bundle in the format “%(format)s”."), format=FORMAT))
    for key in ("origin", "case"):
        if not isinstance(bundle[key], str) or not bundle[key].isprintable():
            raise BadBundle(say(N_("“%(key)s” of the bundle is no printable text."), key=key))
    if not isinstance(bundle["events"], list) or len(bundle["events"]) > MOST_EVENTS:
        raise BadBundle(say(N_("“events” of the bundle is no list of at most %(most)s."), most=MOST_EVENTS))
    return bundle


class _Check:
    """What the events so far have led to."""

    def __init__(self, origin: str, case: str, policy: Policy) -> None:
        self._origin = origin
        self._case = case
        self._policy = policy
        self._known: dict[str, Accepted] = {}
        self._previous = NO_PREVIOUS
        self._reached: str | None = None
        self._at = ""
        self._index = -1
        self._ids: set[str] = set()
        self.accepted: Accepted | None = None

    def event(self, seq: int, event: object) -> CheckedEvent:
        """The next event. Raises TrailError."""
        data, proof_text, disclosures = _parts(event)
        leaf = read_leaf(data)
        self._follows(seq, leaf)
        told = _told(leaf, disclosures)
        proof = LogProof.parse(proof_text)
        hashed = leaf_hash(data)
        proof.verify_in(hashed, self._checkpoint(proof.checkpoint_note))
        if proof.index <= self._index:
            text = N_("it lies at entry %(index)s of the log, not behind the event before it.")
            raise _wrong(text, index=proof.index)
        self._index, self._previous, self._at = proof.index, hashed, leaf["at"]
        self._ids.add(leaf["event"])
        return CheckedEvent(proof.index, leaf, told, len(leaf["_sd"]) - len(told))

    def _follows(self, seq: int, leaf: Mapping[str, Any]) -> None:
        if leaf["case"] != self._case:
            raise _wrong(N_("“case” of its leaf names another subject than the bundle."))
        if leaf["seq"] != seq:
            raise _wrong(
                N_("“seq” of its leaf is %(seq)s: events are missing or out of order."), seq=leaf["seq"]
            )
        if leaf["prev"] != self._previous.hex():
            raise _wrong(N_("“prev” of its leaf is not the hash of the event before it."))
        if leaf["event"] in self._ids:
            raise _wrong(N_("“event” of its leaf occurs twice."))
        if leaf["at"] < self._at:
            raise _wrong(N_("“at” of its leaf is earlier than that of the event before it."))
        if leaf["from"] is not None or leaf["to"] is not None or self._reached is not None:
            self._moves(seq, leaf["from"], leaf["to"])

    def _moves(self, seq: int, source: str | None, target: str | None) -> None:
        """Once a subject has had a state it keeps having one, from its first event on."""
        if source != self._reached:
            text = N_("“from” of its leaf is “%(is)s”, but the events before it led to “%(was)s”.")
            raise _wrong(text, **{"is": source or "null", "was": self._reached or "null"})
        if target is None:
            raise _wrong(N_("“to” of its leaf is null, though it comes from a state."))
        if source is None and seq:
            raise _wrong(N_("“from” of its leaf is null, though it is not the first of its subject."))
        self._reached = target

    def _checkpoint(self, note: str) -> Accepted:
        """What the policy says of the note; the same three lines as in the proofs before."""
        if note not in self._known:
            self._known[note] = self._policy.accept(note)
        accepted = self._known[note]
        if accepted.checkpoint.origin != self._origin:
            text = N_("its proof is from the log “%(is)s”, the bundle says “%(says)s”.")
            raise _wrong(text, **{"is": accepted.checkpoint.origin, "says": self._origin})
        if self.accepted is None:
            self.accepted = accepted
        elif accepted.checkpoint != self.accepted.checkpoint:
            raise _wrong(N_("its proof leads to another checkpoint than those before."))
        return accepted


def _parts(event: object) -> tuple[bytes, str, list[str]]:
    if not isinstance(event, dict) or event.keys() != _EVENT_KEYS:
        raise _wrong(N_("it does not have exactly the keys leaf, proof and disclosures."))
    leaf, proof, disclosures = event["leaf"], event["proof"], event["disclosures"]
    if not isinstance(leaf, str) or not isinstance(proof, str):
        raise _wrong(N_("“leaf” or “proof” is no text."))
    if not isinstance(disclosures, list) or not all(isinstance(each, str) for each in disclosures):
        raise _wrong(N_("“disclosures” is no list of texts."))
    if len(disclosures) > MOST_DISCLOSURES or any(len(each) > LARGEST_DISCLOSURE for each in disclosures):
        raise _wrong(N_("it has too many or too long disclosures."))
    try:
        return decode_base64(leaf), proof, disclosures
    except ValueError:
        raise _wrong(N_("“leaf” is no base64 in its one spelling.")) from None


def _told(leaf: Mapping[str, Any], disclosures: Sequence[str]) -> tuple[tuple[str, object], ...]:
    committed, seen, names, told = set(leaf["_sd"]), set[str](), set[str](), []
    for each in disclosures:
        name, value = read_disclosed(each)
        digest = commitment(each)
        if digest not in committed:
            text = N_("its disclosure “%(name)s” is not among the commitments of its leaf: it was changed.")
            raise _wrong(text, name=name)
        if digest in seen:
            raise _wrong(N_("its disclosure “%(name)s” occurs twice."), name=name)
        if name in names:
            raise _wrong(N_("two of its disclosures are named “%(name)s”."), name=name)
        seen.add(digest)
        names.add(name)
        told.append((name, value))
    return tuple(told)


def _wrong(text: str, **values: object) -> TrailError:
    return TrailError(Message(text, values))
