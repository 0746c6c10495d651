"""Small copies of pictures for the screens, kept beside the originals and deleted with them."""

from collections.abc import Sequence

from central.errors import Unprocessable
from central.evidence.blurring import Hiding
from central.evidence.measuring import PictureMeasures
from central.evidence.pictures import PreviewSize, preview
from central.evidence.store import EvidenceStore
from central.evidence.tables import EvidenceRow
from yuhang.errors import StorageError
from yuhang.files import write_durably
from yuhang.messages import Box


def hiding_of(rows: Sequence[EvidenceRow], measures: PictureMeasures | None, *, whole: bool) -> Hiding:
    """What the records of a file say is to be hidden: all that any of them names. `Unprocessable` if nobody knows its size.

    Boxes told for a picture of another size say nothing about this one.
    """
    if measures is not None:
        size = {"width": measures.width, "height": measures.height}
        rows = [row for row in rows if {name: row.details.get(name) for name in size} == size]
        if not rows:
            return Hiding(measures.width, measures.height, (), None, whole)
    sizes = [
        (row.details["width"], row.details["height"]) for row in rows if row.details.get("width") and row.details.get("height")
    ]
    if not sizes:
        raise Unprocessable("nobody has said how large this picture is")
    boxes = dict.fromkeys(Box.model_validate(box) for row in rows for box in row.details.get("blur", ()))
    vehicle = next((row.details["subject"] for row in rows if row.details.get("subject")), None)
    return Hiding(*sizes[0], tuple(boxes), Box.model_validate(vehicle) if vehicle else None, whole)


def kept_preview(store: EvidenceStore, sha256: str, size: PreviewSize, max_pixels: int, hiding: Hiding | None) -> bytes:
    """The copy, made once; where the disk is full it is made each time."""
    kept = store.derivative(sha256, f"{size.value}.{hiding.name if hiding else 'plain'}.jpg")
    if kept.is_file():
        return kept.read_bytes()
    content = preview(store.path(sha256), size, max_pixels, hiding)
    try:
        write_durably(kept, content)
    except StorageError:
        kept.unlink(missing_ok=True)
    return content
