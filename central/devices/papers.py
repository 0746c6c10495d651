"""The papers of a camera: what makes its pictures evidence. All dates are days in Beijing, the last one included."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from central.cases.calendar import BEIJING
from yuhang.messages import Slug

Number = Annotated[str, Field(min_length=1, max_length=100)]
Text = Annotated[str, Field(min_length=1, max_length=200)]

TIMEZONE = BEIJING
TEST_STANDARD = "GA/T 1426-2017"


class Paper(BaseModel):
    """Base of all papers: immutable, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DatedPaper(Paper):
    """A paper that somebody has issued and that runs out."""

    number: Number
    issuer: Text
    issued_on: date = Field(description="2026-06-30")
    valid_until: date = Field(description="the last day on which it is valid")


class TestReport(DatedPaper):
    """Report of a test of the device; by default against GA/T 1426-2017 (acceptance of systems that take pictures)."""

    __test__ = False

    standard: Number = TEST_STANDARD


class Filing(Paper):
    """Filing (备案) of the camera with the public security authority (VIDEO 13-14)."""

    number: Number
    filed_on: date


class Publication(Paper):
    """Where and since when the site of the camera has been made known (APL 41: sites are published)."""

    where: Text
    published_on: date


class Sign(Paper):
    """A registered sign or marking that tells drivers of the rule, or people of the camera."""

    number: Number
    registered_on: date
    place: Text


class Recording(Paper):
    """Where the camera's video is kept beside Yuhang, and for how many days (VIDEO 17 asks for thirty)."""

    kept_at: Text = Field(description="recorder or platform")
    days: int = Field(ge=1, le=3650)


class ViewCheck(Paper):
    """Somebody has looked at the camera's picture: no room in it where people expect privacy (VIDEO 8)."""

    checked_on: date
    checked_by: Text


class CameraPapers(Paper):
    """Everything about one camera that a court may ask for; what is left out is missing, and the camera then proves nothing."""

    certificate: DatedPaper | None = Field(default=None, description="type approval or verification certificate")
    test_report: TestReport | None = None
    calibration: DatedPaper | None = Field(default=None, description="calibration of time and picture")
    filing: Filing | None = None
    publication: Publication | None = None
    signs: tuple[Sign, ...] = ()
    purpose: Text | None = None
    location: Text | None = None
    recording: Recording | None = None
    view: ViewCheck | None = None
    angle_deg: float | None = Field(default=None, ge=0, lt=360, description="direction of view, degrees clockwise from north")


class CameraName(BaseModel):
    """Which camera."""

    model_config = ConfigDict(frozen=True)

    site: Slug
    node: Slug
    camera: Slug

    def __str__(self) -> str:
        return f"{self.site}/{self.node}/{self.camera}"
