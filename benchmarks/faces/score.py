"""Counts of mistakes with the exact bounds that they carry, and nothing more."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmarks.faces.attacks import printed, screened
from benchmarks.faces.photos import KnownFace
from edge.faces.bounds import clopper_pearson
from edge.faces.eyes import FaceModels
from edge.faces.matching import likeness
from edge.inference.preprocess import Image

KINDS: dict[str, Callable[[Image, float], Image]] = {"printed": printed, "screened": screened}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many mistakes in so many trials."""

    errors: int
    trials: int

    def result(self) -> dict[str, object]:
        """Counts and the two-sided 95 % bounds (Clopper and Pearson 1934); no rate where nothing was tried."""
        low, high = clopper_pearson(self.errors, self.trials)
        bounds = [round(low, 4), round(high, 4)]
        return {"errors": self.errors, "n": self.trials, "bounds_95": bounds if self.trials else None}


@dataclass(frozen=True, slots=True)
class Pairs:
    """How alike the pairs of one person and of two people are."""

    same: tuple[float, ...]
    different: tuple[float, ...]

    def false_matches(self, threshold: float) -> Rate:
        return Rate(sum(value >= threshold for value in self.different), len(self.different))

    def false_non_matches(self, threshold: float) -> Rate:
        return Rate(sum(value < threshold for value in self.same), len(self.same))


def compared(faces: Sequence[KnownFace], models: FaceModels) -> Pairs:
    """All pairs of real faces, whether the gate would have judged them or not."""
    known = [(one.person, models.embedder.template(one.image, one.face.points)) for one in faces if one.photo.real]
    same: list[float] = []
    different: list[float] = []
    for (person, template), (other, others) in combinations(known, 2):
        (same if person == other else different).append(likeness(template, others[None]))
    return Pairs(tuple(same), tuple(different))


def taken_for_real(scores: Iterable[float], min_alive: float) -> Rate:
    """Attacks that pass (APCER, ISO/IEC 30107-3)."""
    passed = [score >= min_alive for score in scores]
    return Rate(sum(passed), len(passed))


def taken_for_pictures(scores: Iterable[float], min_alive: float) -> Rate:
    """Real faces that are refused (BPCER)."""
    refused = [score < min_alive for score in scores]
    return Rate(sum(refused), len(refused))


def attack_scores(faces: Sequence[KnownFace], models: FaceModels) -> dict[str, list[float]]:
    """How alive the composited pictures of each portrait look, by kind; those in which no face is found are left out."""
    scores: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for one in faces:
        for kind, make in KINDS.items():
            picture = make(one.image, one.face.box.width)
            found = models.finder.find(picture)
            scores[kind] += [models.alive(picture, face) for face in found[:1]]
    return scores


def problems(faces: Iterable[KnownFace]) -> dict[str, int]:
    """Why faces could not be judged, counted."""
    found = Counter(one.look.problem.value for one in faces if one.look.problem is not None)
    return dict(sorted(found.items()))
