"""XML read as a stream of elements, with the line of each, so that a large map fits in memory and an error can name its place."""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from central.dispatch.network.errors import NetworkError

_CHUNK = 1 << 18
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Element:
    """The start of an element, where it stands, and how deep (the document's own element is 0)."""

    name: str
    attributes: Mapping[str, str]
    path: Path
    line: int
    depth: int

    def fail(self, message: str) -> NoReturn:
        """Raise `NetworkError` naming this place."""
        raise NetworkError(f"{self.path}:{self.line}: <{self.name}> {message}")

    def text(self, key: str) -> str:
        """An attribute that must be there."""
        value = self.attributes.get(key)
        if value is None:
            self.fail(f"has no attribute {key!r}; export the file again")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """An attribute that must be a number; missing, `default` where there is one."""
        value = self.attributes.get(key)
        if value is None and default is not None:
            return default
        try:
            return float(self.text(key))
        except ValueError:
            self.fail(f"attribute {key}={value!r} is not a number")

    def whole(self, key: str) -> int:
        """An attribute that must be a whole number."""
        try:
            return int(self.text(key))
        except ValueError:
            self.fail(f"attribute {key}={self.text(key)!r} is not a whole number")


def elements(path: Path) -> Iterator[Element]:
    """All elements of a file (plain or gzip) in order; `NetworkError` where it cannot be read or is no XML."""
    found: list[Element] = []
    depth = 0
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        found.append(Element(name, attributes, path, parser.CurrentLineNumber, depth))
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(name: str, *_: object) -> None:
        raise NetworkError(f"{path}:{parser.CurrentLineNumber}: declares the entity {name!r}, which no road network needs")

    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = start, end, entity
    try:
        with _opened(path) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
                yield from found
                found.clear()
            parser.Parse(b"", True)
            yield from found
    except expat.ExpatError as error:
        raise NetworkError(
            f"{path}:{error.lineno}: is no sound XML ({expat.ErrorString(error.code)}); export it again"
        ) from error
    except (OSError, EOFError) as error:
        raise NetworkError(f"{path}: cannot be read ({error})") from error


def _opened(path: Path) -> gzip.GzipFile:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP_MAGIC
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]  # both are readers of bytes
