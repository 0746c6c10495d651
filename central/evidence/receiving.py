"""Takes in a file over HTTP: stored, measured and noted, before whoever brings it is told that it is here."""

from collections.abc import AsyncIterable

from anyio import to_thread

from central.core import Core
from central.evidence.arrivals import is_deleted, note_arrival


async def receive_file(
    core: Core, sha256: str, body: AsyncIterable[bytes], announced: str | None, *, again: bool = False
) -> bool:
    """True if the file is new here. One that was deleted under a rule of retention stays away, unless it is brought `again`.

    Raises what `EvidenceStore.receive` raises.
    """
    if not again and await to_thread.run_sync(_is_deleted, core, sha256):
        return False
    new = await core.evidence.receive(sha256, body, announced)
    await to_thread.run_sync(_note, core, sha256)
    return new


def _is_deleted(core: Core, sha256: str) -> bool:
    with core.database.reader() as session:
        return is_deleted(session, sha256)


def _note(core: Core, sha256: str) -> None:
    with core.database.session() as session:
        note_arrival(session, core.evidence, sha256, core.config.evidence.max_pixels, core.clock.now())
