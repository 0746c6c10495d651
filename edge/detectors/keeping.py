"""Pictures of a finding put into the node's chain, and held until it is known whether they are needed."""

from collections.abc import Iterable

import structlog

from edge.detectors.tools import DetectorTools
from edge.evidence import Picture
from yuhang.errors import StorageError
from yuhang.messages import EvidenceFile, EvidenceKind

log = structlog.get_logger(__name__)


def keep_pictures(
    tools: DetectorTools, camera: str, pictures: Iterable[tuple[EvidenceKind, Picture | None]]
) -> tuple[EvidenceFile, ...]:
    """The files of those pictures that are there; where the disk does not take one the event goes without it."""
    files = []
    for kind, picture in pictures:
        if picture is None:
            continue
        try:
            files.append(tools.desk.keep_picture(picture, kind, camera))
        except StorageError as error:
            log.warning("evidence could not be kept", camera=camera, kind=kind.value, reason=str(error))
    return tuple(files)
