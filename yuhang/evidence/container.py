"""Archives from outside, read with care: a folder or a zip is a set of named files and nothing else.

Whoever made it may be hostile. What is no plain file under a plain name (a way out of the folder, a link, the same name twice,
a bomb) is refused before anything of it is read, with `EvidenceError` in words.
"""

import hashlib
import re
import stat
import unicodedata
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from yuhang.errors import EvidenceError

BLOCK = 1 << 20
MAX_FILES = 20_000
MAX_TOTAL = 64 << 30  # bytes, unpacked
MAX_TEXT = 64 << 20  # bytes of a file that is read as a whole
MAX_RATIO = 200  # unpacked to packed; pictures and clips hardly shrink, text by ten to one
SMALL = 1 << 20  # below this many bytes nobody minds the ratio
_NAME = re.compile(r"[^\x00-\x1f\x7f\\:*?\"<>|]{1,240}")
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Digest:
    """What a file's bytes add up to."""

    sha256: str
    size: int


class Container(ABC):
    """A set of files by name, with `/` between the parts."""

    names: frozenset[str]

    @abstractmethod
    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file for reading."""

    def read(self, name: str, limit: int = MAX_TEXT) -> bytes:
        """A file as a whole; `EvidenceError` if it has more bytes than `limit` or cannot be read."""
        with _reading(name), self.open(name) as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise EvidenceError(f"{name} has more than {limit} bytes, too many to be read as a whole")
        return content

    def digest(self, name: str) -> Digest:
        """SHA-256 and size of a file, read in pieces; `EvidenceError` if it cannot be read."""
        digest, size = hashlib.sha256(), 0
        with _reading(name), self.open(name) as file:
            while block := file.read(BLOCK):
                digest.update(block)
                size += len(block)
        return Digest(digest.hexdigest(), size)


class FolderContainer(Container):
    """The files under a folder; a link or a device among them is refused."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.names = frozenset(_checked_names(self._walk()))

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        return (self._folder / name).open("rb")

    def _walk(self) -> Iterator[str]:
        try:
            for path in sorted(self._folder.rglob("*")):
                mode = path.lstat().st_mode
                if stat.S_ISREG(mode):
                    yield path.relative_to(self._folder).as_posix()
                elif not stat.S_ISDIR(mode):
                    raise EvidenceError(f"{path} is a link or no file at all; an archive holds plain files only")
        except OSError as error:
            raise EvidenceError(f"{self._folder} cannot be read: {error.strerror}") from error


class ZipContainer(Container):
    """The files of a zip, read where they lie; nothing is unpacked to the disk."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise EvidenceError(f"{path} is no zip that can be read: {error}") from error
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        if len(entries) > MAX_FILES:
            raise EvidenceError(f"the zip has {len(entries)} files, more than {MAX_FILES}: refused")
        for entry in entries:
            _refuse_tricks(entry)
        if sum(entry.file_size for entry in entries) > MAX_TOTAL:
            raise EvidenceError(f"the zip would unpack to more than {MAX_TOTAL >> 30} GiB: refused")
        self.names = frozenset(_checked_names(entry.filename for entry in entries))

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        return self._zip.open(name)


def open_container(path: Path) -> Container:
    """The archive at `path`, a folder or a zip; `EvidenceError` says why it is refused."""
    if path.is_dir():
        return FolderContainer(path)
    if not path.is_file():
        raise EvidenceError(f"{path} is neither a folder nor a zip")
    return ZipContainer(path)


def _refuse_tricks(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise EvidenceError(f"{name!r} is a link; an archive holds plain files only")
    if entry.flag_bits & _ENCRYPTED:
        raise EvidenceError(f"{name!r} is encrypted and cannot be checked")
    if entry.compress_type not in _PACKINGS:
        raise EvidenceError(f"{name!r} is packed in a way that is not read here; pack it as an ordinary zip")
    if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise EvidenceError(f"{name!r} would unpack to {entry.file_size} bytes from {entry.compress_size}: refused as a zip bomb")


def _checked_names(names: Iterable[str]) -> Iterator[str]:
    """The names, each once; upper and lower case and ways of writing a letter do not make two names of one."""
    seen: dict[str, str] = {}
    for name in names:
        parts = name.split("/")
        if not _NAME.fullmatch(name) or any(part in {"", ".", ".."} for part in parts):
            raise EvidenceError(f"{name[:80]!r} is no name for a file of an archive: it may lead out of the folder")
        same = unicodedata.normalize("NFC", name).casefold()
        if same in seen:
            raise EvidenceError(f"the name {name!r} stands in the archive twice (also as {seen[same]!r}): refused")
        seen[same] = name
        yield name


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """What zipfile, zlib and the disk raise on a file that cannot be read becomes words."""
    try:
        yield
    except OSError as error:
        raise EvidenceError(f"{name} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, EOFError, RuntimeError, ValueError, zlib.error) as error:
        raise EvidenceError(f"{name} is damaged: {error}") from error
