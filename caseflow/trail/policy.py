"""Policies (c2sp.org/tlog-policy): which logs and witnesses a reader trusts, and how many must have looked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from caseflow.messages import Message, N_, say, size_text
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.cosignatures import Cosigned, cosigned_by
from caseflow.trail.notes import COSIGNATURE, ED25519, Note, SignatureLine, VerifierKey
from caseflow.trail.refusals import BadNote, BadPolicy, NotTrusted

NONE = "none"
LARGEST_POLICY = 1 << 17  # bytes
MOST_NAMES = 256  # of logs, witnesses and groups, each
_BARRED = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_COUNT = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """A log whose checkpoints are taken, by its key; its URL means nothing to the policy."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class TrustedWitness:
    """A witness, under the name that the policy gives it; the URL takes `add-checkpoint` requests."""

    name: str
    key: VerifierKey
    url: str | None = None

    @property
    def shown(self) -> str:
        """The name fit to be printed, whatever octets the file has."""
        return shown(self.name)


@dataclass(frozen=True, slots=True)
class Group:
    """Counts as having looked when at least `threshold` of its members have."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A checkpoint that the policy takes, the log's key, and each known witness who looked, with the time."""

    checkpoint: Checkpoint
    note: Note
    log: VerifierKey
    witnessed: tuple[Cosigned, ...]

    @property
    def cosigned(self) -> tuple[tuple[str, datetime], ...]:
        """Name and instant of each witness."""
        return tuple((each.name, each.at) for each in self.witnessed)


@dataclass(frozen=True, slots=True)
class Policy:
    """What `parse` read; `quorum` names a witness, a group, or `none`."""

    logs: tuple[TrustedLog, ...] = ()
    witnesses: tuple[TrustedWitness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NONE

    @classmethod
    def parse(cls, data: bytes | str) -> Self:
        """Read a policy file. Raises BadPolicy, which names the line."""
        reader = _Reader()
        for number, line in enumerate(_lines(data), start=1):
            words = line.replace("\t", " ").split(" ")
            reader.read(number, [word for word in words if word])
        if reader.quorum is None:
            raise BadPolicy(
                say(N_("The policy has no line “quorum”: it says not how many must have looked."))
            )
        return cls(
            tuple(reader.logs), tuple(reader.witnesses.values()), tuple(reader.groups.values()), reader.quorum
        )

    def encode(self) -> str:
        """The file's text."""
        lines = [_joined("log", each.key.encode(), each.url) for each in self.logs]
        lines += [_joined("witness", each.name, each.key.encode(), each.url) for each in self.witnesses]
        lines += [_joined("group", each.name, str(each.threshold), *each.members) for each in self.groups]
        return "".join(f"{line}\n" for line in [*lines, _joined("quorum", self.quorum)])

    @property
    def log_keys(self) -> tuple[VerifierKey, ...]:
        """The keys of all logs."""
        return tuple(each.key for each in self.logs)

    @property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        """The keys of all witnesses."""
        return tuple(each.key for each in self.witnesses)

    def accept(self, data: bytes | str) -> Accepted:
        """The checkpoint of a signed note, if a known log signed it and enough witnesses looked.

        Raises BadNote, BadCheckpoint or BadSignature for a note that is none or false, NotTrusted for one
        that this policy does not take.
        """
        note = Note.parse(data)
        checkpoint = Checkpoint.parse(note.text)
        log = self.require_log(note)
        found = [(each.name, cosigned_by(each.shown, each.key, note)) for each in self.witnesses]
        names = [name for name, cosigned in found if cosigned is not None]
        if not self.satisfied_by(names):
            raise _too_few(self.quorum, names)
        return Accepted(checkpoint, note, log, tuple(cosigned for _name, cosigned in found if cosigned))

    def take(self, note: Note, lines: Iterable[SignatureLine]) -> tuple[Note, tuple[Cosigned, ...]]:
        """The checkpoint `note` with those of `lines` that known witnesses made over it, and who they are.

        Signatures of others are left out. Raises BadSignature where one by a known witness is false over this
        text, NotTrusted where none is by a known witness.
        """
        added = Note(note.text, tuple(lines))
        taken = tuple(
            each
            for each in (cosigned_by(one.shown, one.key, added) for one in self.witnesses)
            if each is not None
        )
        if not taken:
            raise NotTrusted(say(N_("None of the signatures is by a witness that the policy knows.")))
        return note.with_signatures(each.line for each in taken), taken

    def satisfied_by(self, names: Collection[str]) -> bool:
        """Whether these witnesses are enough."""
        looked = set(names)
        for group in self.groups:  # a group names only those before it
            if sum(member in looked for member in group.members) >= group.threshold:
                looked.add(group.name)
        return self.quorum == NONE or self.quorum in looked

    def require_log(self, note: Note) -> VerifierKey:
        """The key of the known log that signed the checkpoint. Raises NotTrusted, BadCheckpoint, BadSignature."""
        checkpoint = Checkpoint.parse(note.text)
        own = [key for key in self.log_keys if key.name == checkpoint.origin]
        if not own:
            text = N_("The checkpoint is of the log “%(origin)s”, which the policy does not know.")
            raise NotTrusted(say(text, origin=checkpoint.origin))
        signed = [key for key in own if note.signed_by(key)]
        if not signed:
            text = N_(
                "The checkpoint is not signed with the key of the log “%(origin)s” that the policy names."
            )
            raise NotTrusted(say(text, origin=checkpoint.origin))
        for key in signed:
            for line in note.signed_by(key):
                key.verify(note.text.encode("utf-8"), line.signature)
        return signed[0]


@dataclass
class _Reader:
    """What was defined so far; a name can only be used on a later line."""

    logs: list[TrustedLog] = field(default_factory=list)
    witnesses: dict[str, TrustedWitness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    quorum: str | None = None

    def read(self, number: int, words: list[str]) -> None:
        if not words or words[0].startswith("#"):
            return
        kinds = {"log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum}
        read = kinds.get(words[0])
        if read is None:
            raise _bad(number, N_("it begins with none of log, witness, group, quorum, #."))
        read(number, *words[1:])

    def _log(self, number: int, *words: str) -> None:
        if len(words) not in {1, 2}:
            raise _bad(number, N_("a log has a key and perhaps a URL."))
        key = _key(number, words[0], ED25519)
        if any(key.public == each.key.public for each in self.logs):
            raise _bad(number, N_("this log is named twice."))
        if len(self.logs) >= MOST_NAMES:
            raise _bad(number, N_("these are too many."))
        self.logs.append(TrustedLog(key, *words[1:]))

    def _witness(self, number: int, *words: str) -> None:
        if len(words) not in {2, 3}:
            raise _bad(number, N_("a witness has a name, a key and perhaps a URL."))
        self._check_new(number, words[0])
        key = _key(number, words[1], COSIGNATURE)
        if any(key.public == each.key.public for each in self.witnesses.values()):
            raise _bad(number, N_("this witness is named twice."))
        if len(self.witnesses) >= MOST_NAMES:
            raise _bad(number, N_("these are too many."))
        self.witnesses[words[0]] = TrustedWitness(words[0], key, *words[2:])

    def _group(self, number: int, *words: str) -> None:
        if len(words) < 3:
            raise _bad(number, N_("a group has a name, a number (or all, any) and members."))
        name, count, *members = words
        self._check_new(number, name)
        for member in members:
            self._check_known(number, member)
            if member in self.members:
                raise _bad(number, N_("“%(name)s” is a member twice."), name=shown(member))
            self.members.add(member)
        if len(self.groups) >= MOST_NAMES:
            raise _bad(number, N_("these are too many."))
        self.groups[name] = Group(name, _threshold(number, count, len(members)), tuple(members))

    def _quorum(self, number: int, *words: str) -> None:
        if len(words) != 1:
            raise _bad(number, N_("a quorum is one name."))
        if self.quorum is not None:
            raise _bad(number, N_("there is a quorum already."))
        if words[0] != NONE:
            self._check_known(number, words[0])
        self.quorum = words[0]

    def _check_new(self, number: int, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise _bad(number, N_("the name “%(name)s” is taken."), name=shown(name))

    def _check_known(self, number: int, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise _bad(number, N_("no earlier line defines “%(name)s”."), name=shown(name))


def _threshold(number: int, count: str, members: int) -> int:
    if count in {"all", "any"}:
        return members if count == "all" else 1
    if not _COUNT.fullmatch(count) or int(count) > members:
        raise _bad(
            number, N_("the number must lie between 1 and that of the members, %(most)s."), most=members
        )
    return int(count)


def _key(number: int, vkey: str, algorithm: int) -> VerifierKey:
    try:
        key = VerifierKey.parse(vkey)
    except BadNote as wrong:
        raise _line(number, wrong.message) from wrong
    if key.algorithm != algorithm:
        raise _bad(
            number,
            N_("a key of type %(is)s stands where one of type %(needed)s is needed (log 1, witness 4)."),
            **{"is": key.algorithm, "needed": algorithm},
        )
    return key


def _lines(data: bytes | str) -> list[str]:
    """The lines of the file; octets that are no UTF-8 stay distinct from one another and from any text."""
    if len(data) > LARGEST_POLICY:
        raise BadPolicy(say(N_("The policy is longer than %(limit)s."), limit=size_text(LARGEST_POLICY)))
    octets = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    if not octets:
        raise BadPolicy(say(N_("The policy is empty.")))
    if b"\r\n" in octets:
        raise BadPolicy(say(N_("The policy has Windows line ends (CRLF). Save it with Unix line ends (LF).")))
    if _BARRED.search(octets):
        raise BadPolicy(say(N_("The policy holds a control character: it was changed.")))
    if not octets.endswith(b"\n"):
        raise BadPolicy(say(N_("The policy does not end with a newline: it was cut.")))
    return octets[:-1].decode("utf-8", "surrogateescape").split("\n")


def shown(name: str) -> str:
    """A name fit to be printed."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _joined(*words: str | None) -> str:
    return " ".join(word for word in words if word is not None)


def _too_few(quorum: str, names: list[str]) -> NotTrusted:
    if not names:
        text = N_(
            "The policy asks for the cosignature of “%(quorum)s”, and no witness that it knows has signed."
        )
        return NotTrusted(say(text, quorum=shown(quorum)))
    text = N_("The policy asks for the cosignature of “%(quorum)s”; only these have signed: %(names)s.")
    return NotTrusted(say(text, quorum=shown(quorum), names=", ".join(map(shown, names))))


def _bad(number: int, why: str, **values: object) -> BadPolicy:
    return _line(number, Message(why, values))


def _line(number: int, why: Message) -> BadPolicy:
    return BadPolicy(say(N_("Line %(number)s of the policy cannot be used: %(why)s"), number=number, why=why))
