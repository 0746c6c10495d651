"""Which pictures of a case stand side by side: arrival, before the notice, after the grace period."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from central.cases.playbook import Playbook, StateKind
from central.cases.tables import Case, CaseEvidence
from central.screens.components.pictures import Frame, Picture
from central.screens.scene import Scene
from central.screens.views.case import Clip
from yuhang.messages import EvidenceKind

_SHOWN = (EvidenceKind.ARRIVAL, EvidenceKind.NOTICE, EvidenceKind.PRESENT, EvidenceKind.LEFT, EvidenceKind.PLATE)


@dataclass(frozen=True, slots=True)
class EvidenceFiles:
    """The files of a case, which of them (by SHA-256) have arrived, and why the visitor looks at them."""

    rows: Sequence[CaseEvidence]
    arrived: frozenset[str]
    reason: str
    blurred: bool = False  # the visitor needs no more than a picture with people and plates hidden

    def url(self, sha256: str) -> str:
        """Address of a file; whoever fetches it is logged with the reason."""
        if self.blurred:
            return self.preview_url(sha256)
        return f"/api/v1/evidence/{sha256}?{urlencode({'reason': self.reason})}"

    def blurred_url(self, sha256: str) -> str:
        """Address of a small copy in which other people and plates are blurred."""
        return f"/api/v1/evidence/{sha256}/preview?{urlencode({'reason': self.reason})}"

    def preview_url(self, sha256: str) -> str:
        """Address of a small copy; as captured for those who decide: they must see what stands beside the vehicle."""
        return f"/api/v1/evidence/{sha256}/preview?{urlencode({'reason': self.reason, 'blurred': str(self.blurred).lower()})}"


def pictures_of(scene: Scene, playbook: Playbook, case: Case, files: EvidenceFiles) -> tuple[Picture, ...]:
    """One picture of each kind; a place is kept for those that a decision needs and that may still come."""
    waiting = playbook.states[case.state].kind is StateKind.OPEN
    chosen = [(kind, _choose(case, files.rows, kind)) for kind in _SHOWN]
    return tuple(
        _picture(scene, kind, row, files)
        for kind, row in chosen
        if row is not None or (waiting and kind in playbook.evidence.to_close)
    )


def clips_of(scene: Scene, files: EvidenceFiles) -> tuple[Clip, ...]:
    """All films that have arrived, by time."""
    if files.blurred:
        return ()  # a film cannot be blurred
    rows = [row for row in files.rows if row.kind == EvidenceKind.CLIP.value and row.sha256 in files.arrived]
    return tuple(Clip(scene.t("picture.clip", time=scene.clock_text(row.captured_at)), files.url(row.sha256)) for row in rows)


def _choose(case: Case, evidence: Sequence[CaseEvidence], kind: EvidenceKind) -> CaseEvidence | None:
    rows = [row for row in evidence if row.kind == kind.value]
    if kind is not EvidenceKind.PRESENT:
        return rows[0] if rows else None
    proof_at = case.moment_times().get("proof_at")
    return next((row for row in rows if row.captured_at == proof_at), rows[-1] if rows else None)


def _picture(scene: Scene, kind: EvidenceKind, row: CaseEvidence | None, files: EvidenceFiles) -> Picture:
    title = scene.t(f"picture.kind.{kind.value}")
    if row is None:
        return Picture(title, None, None, None, missing=scene.t("picture.not_taken"))
    if row.sha256 not in files.arrived:
        return Picture(title, None, None, row.captured_at, missing=scene.t("picture.missing"))
    return Picture(title, files.preview_url(row.sha256), files.url(row.sha256), row.captured_at, subject=_subject(row))


def _subject(row: CaseEvidence) -> Frame | None:
    box, width, height = row.subject, row.width, row.height
    if box is None or not width or not height or row.kind in {EvidenceKind.PLATE.value, EvidenceKind.LEFT.value}:
        return None
    return Frame(
        box["left"] / width, box["top"] / height, (box["right"] - box["left"]) / width, (box["bottom"] - box["top"]) / height
    )
