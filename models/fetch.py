"""Gets a model's file from the address in the manifest and keeps it only if its hash is right."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

import httpx

from models.manifest import FileRef
from models.store import verify_file
from yuhang.errors import ModelError

_TIMEOUT_S = 30.0


def fetch_file(file: FileRef, folder: Path, client: httpx.Client, progress: Callable[[int], None]) -> Path:
    """Download `file` into `folder`; `progress` is told the size of each piece in bytes.

    The file appears under its name only after its hash was checked. Raises `ModelError` that says what to do by hand when the
    address is not reachable, answers with an error, sends more than the file has, or other bytes.
    """
    if file.url is None:
        raise ModelError(f"{file.name} has no address in the manifest; it ships with the product, so install that again")
    target = folder / file.name
    by_hand = f"get {file.url} on a machine with internet and put it at {target}"
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=f".{file.name}.", delete=False) as part:
        unfinished = Path(part.name)
        try:
            for piece in _pieces(file, file.url, client):
                part.write(piece)
                progress(len(piece))
            part.flush()
            verify_file(unfinished, file)
            unfinished.chmod(0o644)
            unfinished.replace(target)
        except httpx.HTTPError as error:
            raise ModelError(f"{file.url} cannot be fetched ({error or type(error).__name__}); {by_hand}") from error
        finally:
            unfinished.unlink(missing_ok=True)
    return target


def _pieces(file: FileRef, url: str, client: httpx.Client) -> Iterator[bytes]:
    """The body's pieces; a body longer than the manifest says is cut off with an error before it fills the disk."""
    received = 0
    with client.stream("GET", url, follow_redirects=True, timeout=_TIMEOUT_S) as response:
        response.raise_for_status()
        for piece in response.iter_bytes():
            received += len(piece)
            if received > file.bytes:
                raise ModelError(f"{url} sends more than the {file.bytes} bytes of {file.name}: it is another file now")
            yield piece
