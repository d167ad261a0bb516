"""Whether bytes are a leaf of `caseflow-log/v1`, and text one of its disclosures, to the letter."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from datetime import datetime
from math import isfinite
from typing import Any, cast, NoReturn

import rfc8785

from caseflow.messages import N_, say, size_text
from caseflow.trail.leaf import LARGEST_LEAF, SALT_BYTES
from caseflow.trail.refusals import TrailError

KEYS = ("v", "case", "seq", "prev", "event", "type", "from", "to", "due", "actor", "at", "_sd")
LARGEST_DISCLOSURE = 1 << 20  # characters
LARGEST_SEQ = 2**53
DIGEST_BYTES = 32
_PRINTABLE = re.compile(rb"[ -\[\]-~]+")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HASH = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,99}")
_TYPE = re.compile(r"[a-z][a-z0-9_]{0,99}\.[a-z][a-z0-9_]{0,99}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


class BadLeaf(TrailError):
    """Not a leaf, or not a disclosure, of this format."""

    code = "bad_leaf"


def read_json(text: str) -> object:
    """JSON without names that occur twice, numbers that no double holds, or text that is no Unicode.

    Raises ValueError for anything else, however deep.
    """
    try:
        value: object = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite, parse_int=_whole
        )
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # halves of surrogate pairs
    except RecursionError:
        raise ValueError("too deep") from None
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _finite(word: str) -> float:
    """1e999 would be read as infinity, which cannot be written down again."""
    number = float(word)
    if not isfinite(number):
        raise ValueError(word)
    return number


def _whole(word: str) -> int:
    number = int(word)
    try:
        float(number)
    except OverflowError:
        raise ValueError(word) from None
    return number


def read_leaf(data: bytes) -> dict[str, Any]:
    """The twelve values of a leaf. Raises BadLeaf, which names the key that is wrong."""
    if len(data) > LARGEST_LEAF or not _PRINTABLE.fullmatch(data):
        text = N_("its leaf is not printable ASCII without “\\” of at most %(limit)s.")
        raise BadLeaf(say(text, limit=size_text(LARGEST_LEAF)))
    try:
        leaf = read_json(data.decode("ascii"))
    except ValueError:
        raise BadLeaf(say(N_("its leaf is no JSON, or a key occurs twice."))) from None
    if not isinstance(leaf, dict) or leaf.keys() != set(KEYS):
        raise BadLeaf(say(N_("its leaf does not have exactly the twelve keys of the format.")))
    for key, holds in _FORMS.items():
        if not holds(leaf[key]):
            raise BadLeaf(
                say(N_("“%(key)s” of its leaf does not have the form that the format asks for."), key=key)
            )
    if rfc8785.dumps(cast(Any, leaf)) != data:
        raise BadLeaf(say(N_("its leaf is not written in the one way that RFC 8785 allows.")))
    return leaf


def read_disclosed(disclosure: str) -> tuple[str, object]:
    """Name and value of a disclosure. Raises BadLeaf for one that is not base64url of [salt, name, value]."""
    try:
        parts = read_json(decode_base64url(disclosure).decode("utf-8"))
    except ValueError:
        parts = None
    match parts:
        case [str(salt), str(name), value] if _is_name(name) and _is_salt(salt):
            _refuse_key(name)
            return name, value
    raise BadLeaf(say(N_("a disclosure is not base64url of a salt, a name and a value: it was changed.")))


def _refuse_key(name: str) -> None:
    """RFC 9901: no disclosure may be named like what stands beside `_sd` already."""
    if name in KEYS:
        raise BadLeaf(say(N_("a disclosure is named “%(name)s”, like a key of the leaf itself."), name=name))


def decode_base64url(text: str) -> bytes:
    """base64url without padding, in the only spelling there is. Raises ValueError."""
    if len(text) > LARGEST_DISCLOSURE or not _BASE64URL.fullmatch(text):
        raise ValueError("no base64url")
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except Error as wrong:
        raise ValueError("no base64url") from wrong
    if urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != text:
        raise ValueError("another spelling")
    return data


def _is_name(text: str) -> bool:
    """One that can be shown, and that RFC 9901 does not keep to itself."""
    return bool(text) and text.isprintable() and text not in {"_sd", "..."}


def _is_salt(text: str) -> bool:
    return _decodes(text) >= SALT_BYTES


def _decodes(text: str) -> int:
    """To how many bytes; -1 where it is no base64url."""
    try:
        return len(decode_base64url(text))
    except ValueError:
        return -1


def _like(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_instant(value: object) -> bool:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_due(value: object) -> bool:
    return value is None or (_is_instant(value) and str(value).endswith(":59:59.999999Z"))


def _is_state(value: object) -> bool:
    return value is None or _like(_WORD)(value)


def _is_seq(value: object) -> bool:
    return type(value) is int and 0 <= value < LARGEST_SEQ


def _is_one(value: object) -> bool:
    return type(value) is int and value == 1


def _are_commitments(value: object) -> bool:
    """Sorted, none twice, each the base64url of a SHA-256."""
    if not isinstance(value, list) or not all(
        isinstance(each, str) and _decodes(each) == DIGEST_BYTES for each in value
    ):
        return False
    return sorted(set(value)) == value


_FORMS: dict[str, Callable[[object], bool]] = {
    "v": _is_one,
    "case": _like(_UUID),
    "seq": _is_seq,
    "prev": _like(_HASH),
    "event": _like(_UUID),
    "type": _like(_TYPE),
    "from": _is_state,
    "to": _is_state,
    "due": _is_due,
    "actor": _like(_UUID),
    "at": _is_instant,
    "_sd": _are_commitments,
}
