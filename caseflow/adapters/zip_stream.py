"""A .zip that is sent while it is made: one file after the other, nothing kept."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

SENT_FROM = 64 * 1024
"""Bytes that are gathered before a piece is sent."""


class _Sink:
    """What the writer writes into and the sender empties; it cannot go back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, data: bytes, /) -> int:
        self._pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Everything goes with the next piece."""

    def close(self) -> None:
        """Nothing is held open."""

    def taken(self) -> bytes:
        piece = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return piece


def stream_zip(files: Iterable[tuple[str, bytes]], at: datetime) -> Iterator[bytes]:
    """The bytes of a .zip that holds `files` (name and content), each dated `at`."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
            if sink.size >= SENT_FROM:
                yield sink.taken()
    yield sink.taken()
