"""A face at a gate: who asks, what is decided. No name, no household, no picture and no template goes to central."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from yuhang.messages.base import Count, Slug, Ulid
from yuhang.messages.control import Command
from yuhang.messages.envelope import DetectedData, EventEnvelope


class EntryMeans(StrEnum):
    """What was shown before the face."""

    PLATE = "plate"
    CARD = "card"
    PIN = "pin"
    NOTHING = "nothing"  # a search among all enrolled, which is locked


class FaceDecision(StrEnum):
    """What a gate may make of it; whoever does not pass has another way in."""

    PASS = "pass"  # noqa: S105  nobody logs in with it
    NO_PASS = "no_pass"  # noqa: S105
    RETRY = "retry"  # look into the camera once more
    CANNOT_JUDGE = "cannot_judge"


class FaceProblem(StrEnum):
    """Why a face does not pass or cannot be judged."""

    NO_FACE = "no_face"
    SEVERAL = "several"
    SMALL = "small"
    TURNED = "turned"
    BLURRED = "blurred"
    DARK = "dark"
    BRIGHT = "bright"
    NOT_ALIVE = "not_alive"  # looks like a picture of a face
    ANOTHER = "another"  # nobody of this household
    NOBODY_ENROLLED = "nobody_enrolled"
    CAMERA = "camera"  # the camera cannot be judged by
    STORE = "store"  # the templates cannot be read
    LOCKED = "locked"  # a search among all enrolled is not allowed


class FaceRequest(Command):
    """`request/face`: whoever serves a gate asks for a look at the face before it; answered on the node's `reply/<id>`.

    `detail` of the answer is the decision. The request never leaves the site: central listens to no requests.
    """

    gate: Slug
    means: EntryMeans
    holder: Slug | None = Field(default=None, description="the household or pass that was shown; null: among all enrolled")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.holder is None) != (self.means is EntryMeans.NOTHING):
            raise ValueError("holder: name the household that was shown, or say that nothing was (means: nothing)")
        return self


class WithdrawFace(Command):
    """`command/withdraw-face`: delete an enrolment at once; the answer carries the hash of what was deleted."""

    enrolment: Ulid


class FaceDecided(DetectedData):
    """One look at a gate has come to its end."""

    gate: Slug
    means: EntryMeans
    decision: FaceDecision
    problem: FaceProblem | None = Field(default=None, description="null: it passed")
    looks: Count = Field(description="looks that were like the household, of `of_looks`")
    of_looks: Count
    retries: Count = 0

    @model_validator(mode="after")
    def _nothing_to_see(self) -> Self:
        if self.evidence or self.files_pending:
            raise ValueError("evidence: no picture of a face goes to central")
        return self


class FaceDecidedEvent(EventEnvelope):
    """`face.decided`."""

    type: Literal["face.decided.v1"] = "face.decided.v1"
    data: FaceDecided
