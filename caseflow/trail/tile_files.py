"""How the files of the published log are named, written and found."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from caseflow.messages import N_, say
from caseflow.trail.refusals import TilesDamaged

WIDTH = 256
ENTRIES = "entries"
PARTIAL = ".p"
FOLDER_MODE = 0o755
_DRAFT = ".draft-"
_NUMBER = re.compile(r"[0-9]{3}")


def tile_path(level: str, number: int) -> str:
    """`tile/0/x001/x234/067` for tile 1,234,067; `level` is a number or `entries`."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03d}")
    return "/".join(["tile", level, *reversed(parts)])


def tile_number(path: Path, root: Path) -> tuple[str, int]:
    """Level and number of a full tile, from its path. Raises ValueError for any other."""
    _tile, level, *parts = path.relative_to(root).parts
    number = 0
    for part in parts:
        digits = part.removeprefix("x")
        if not _NUMBER.fullmatch(digits):
            raise ValueError(part)
        number = number * 1000 + int(digits)
    return level, number


def read_widest(path: Path, width: int) -> bytes:
    """A tile of at least `width`, full or partial; the exact one where it is there.

    Raises TilesDamaged where no file is wide enough.
    """
    for each in _candidates(path, width):
        try:
            return each.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            continue
    text = N_("%(path)s is missing from the published log. Restore it from a copy.")
    raise TilesDamaged(say(text, path=path))


def _candidates(path: Path, width: int) -> list[Path]:
    """Where a tile may be found; the full file last but one, as partial ones go when it is there."""
    partial = path.with_name(path.name + PARTIAL)
    exact = [path] if width == WIDTH else [partial / str(width), path]
    if width == WIDTH or any(each.exists() for each in exact):
        return exact
    try:
        names = [each.name for each in partial.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return [path]
    wider = sorted(int(name) for name in names if name.isdecimal() and int(name) >= width)
    return [partial / str(each) for each in wider] + [path]


class Shelf:
    """Writes the files of one batch: each as a draft that is renamed, all on the disk after `close`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._touched: set[Path] = set()
        self.completed: set[Path] = set()

    def write_tile(self, level: str, number: int, width: int, data: bytes) -> None:
        """Write a tile of that width; a full one makes its partial ones superfluous."""
        name = tile_path(level, number)
        if width < WIDTH:
            self.write(f"{name}{PARTIAL}/{width}", data)
            return
        self.write(name, data)
        self.completed.add(self._root / (name + PARTIAL))

    def write(self, name: str, data: bytes) -> None:
        """Write one file, whole or not at all. A file that has the same content is left alone."""
        target = self._root / name
        if _holds(target, data):
            return
        self._make(target.parent)
        draft = target.with_name(f"{_DRAFT}{secrets.token_hex(8)}")
        try:
            with draft.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        self._touched.add(target.parent)

    def close(self) -> None:
        """See every new name to the disk, where the system knows how."""
        for folder in self._touched if os.name == "posix" else ():
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        self._touched.clear()

    def sweep(self) -> set[Path]:
        """Every folder of partial files; drafts that were left are removed."""
        found = set[Path]()
        for where, folders, names in os.walk(self._root):
            found.update(Path(where, each) for each in folders if each.endswith(PARTIAL))
            for name in names:
                if name.startswith(_DRAFT):
                    Path(where, name).unlink(missing_ok=True)
        return found

    def remove_partial(self, folder: Path, size: int) -> bool:
        """Remove a folder of partial files where the full file is there and `size` entries cover it."""
        full = folder.with_name(folder.name.removesuffix(PARTIAL))
        level, number = tile_number(full, self._root)
        height = 0 if level == ENTRIES else int(level)
        if not full.exists() or (number + 1) << (8 * (height + 1)) > size:
            return False
        if folder.is_dir():
            for each in folder.iterdir():
                each.unlink(missing_ok=True)
            folder.rmdir()
        return True

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        self._touched.add(folder.parent)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False
