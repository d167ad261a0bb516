"""Evidence files on disk, each under the hash of its content: equal files are one, and no file ever changes."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from caseflow.adapters.media import check_name, HEAD, MAX_FILE, sniff
from caseflow.errors import InvalidInput, NotFound
from caseflow.messages import N_, say

_CHUNK = 1 << 18
_COUNTED = 10 * MAX_FILE  # how far a stream that is too long is read on to tell its size
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a stored file: `sha256` in hexadecimal, `size` in bytes."""

    sha256: str
    size: int
    media_type: str


class FileStore:
    """The files beneath HOME/files; the first two digits of the hash name the folder, the others the file."""

    def __init__(self, home: Path) -> None:
        self._root = home / "files"

    def put(self, stream: BinaryIO, name: str) -> StoredFile:
        """Keep what `stream` holds, whole or not at all, readable by this account only.

        When this returns the bytes are on the disk. Raises `InvalidInput` for a file that is empty, larger
        than `MAX_FILE`, or of a kind that is not kept; `name` is what its sender calls it.
        """
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(prefix=".new-", dir=self._root)
        try:
            with os.fdopen(handle, "w+b") as target:
                sha256, size = _copy(stream, target, name)
                media_type = _kind(target, name)
                target.flush()
                os.fsync(handle)
            self._settle(Path(unfinished), sha256)
        finally:
            Path(unfinished).unlink(missing_ok=True)
        return StoredFile(sha256, size, media_type)

    def path(self, sha256: str) -> Path:
        """Where the file of that hash lies, or would. Raises `NotFound` for anything but 64 hexadecimal digits."""
        if not _HASH.fullmatch(sha256):
            raise NotFound
        return self._root / sha256[:2] / sha256[2:]

    def open(self, sha256: str) -> BinaryIO:
        """Open a stored file for reading. Raises `NotFound` where there is none."""
        try:
            return self.path(sha256).open("rb")
        except OSError as failure:
            raise NotFound from failure

    def remove(self, sha256: str) -> None:
        """Take a file away; one that is not there is no matter."""
        path = self.path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _sync_folder(path.parent)

    def forgotten(self, known: Container[str], before: float) -> Iterator[str]:
        """The hashes of stored files that are not in `known` and were put before that instant (POSIX time).

        What an upload left unfinished is taken away on the way.
        """
        for path in self._root.glob(".new-*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
        for path in self._root.glob("[0-9a-f][0-9a-f]/*"):
            sha256 = path.parent.name + path.name
            if sha256 not in known and _HASH.fullmatch(sha256) and path.stat().st_mtime < before:
                yield sha256

    def _settle(self, unfinished: Path, sha256: str) -> None:
        """Move a finished file to its place, unless an equal one lies there."""
        target = self.path(sha256)
        if target.exists():
            return
        target.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished.rename(target)
        for folder in (target.parent, self._root):
            _sync_folder(folder)


def _copy(stream: BinaryIO, target: BinaryIO, name: str) -> tuple[str, int]:
    """Copy a stream; its hash and size."""
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > MAX_FILE:
            raise _too_large(name, size, stream)
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise InvalidInput.of("file", say(N_("%(name)s is empty. Choose the file again."), name=name), name)
    return digest.hexdigest(), size


def _too_large(name: str, size: int, stream: BinaryIO) -> InvalidInput:
    while size < _COUNTED and (chunk := stream.read(_CHUNK)):
        size += len(chunk)
    text = N_(
        "%(name)s is %(size)s MB; a file may have at most %(limit)s MB. "
        "Send a smaller photo, a shorter video, or cite the paper document instead."
    )
    megabyte = 1024**2
    return InvalidInput.of(
        "file", say(text, name=name, size=-(-size // megabyte), limit=MAX_FILE // megabyte), name
    )


def _kind(target: BinaryIO, name: str) -> str:
    target.seek(0)
    media_type = sniff(target.read(HEAD), target, name)
    check_name(name, media_type)
    return media_type


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder durable; systems that cannot open folders keep it by themselves."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
