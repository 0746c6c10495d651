"""What an operator must and may set before a node looks at faces."""

from datetime import date
from pathlib import Path

from pydantic import Field

from yuhang.config.section import Section


class FaceQualityConfig(Section):
    """When a face can be judged at all."""

    min_box_px: int = Field(default=80, ge=40, le=2000, title="Smallest side of the face's box, pixels")
    min_score: float = Field(default=0.6, gt=0, lt=1, title="Score of the finder from which it is a face")
    max_turn: float = Field(
        default=0.3,
        gt=0,
        le=1,
        title="How far the nose may lie beside the middle of the eyes, in distances between the eyes",
        description="more is a face that is turned away",
    )
    max_tilt_deg: float = Field(default=25, gt=0, le=90, title="How far the head may be tilted, degrees")
    min_sharpness: float = Field(
        default=30,
        ge=0,
        title="Sharpness below which the picture is blurred",
        description="variance of the Laplacian, 112 pixels",
    )
    min_light: float = Field(default=40, ge=0, le=255, title="Brightness of the face below which it is too dark, 0 to 255")
    max_light: float = Field(default=235, ge=0, le=255, title="... above which it is too bright")


class FacesConfig(Section):
    """Faces at gates. Without this section no camera may look at faces, and central cannot switch it on."""

    notice_version: str = Field(
        min_length=1, max_length=40, title="Version of the notice that hangs at the gate", examples=["2026-03"]
    )
    other_way: str = Field(
        min_length=2,
        max_length=200,
        title="The other way in, for whoever does not want to be recognised",
        examples=["门卡或密码，同一道门"],
    )
    assessment: str = Field(min_length=1, max_length=100, title="Number of the impact assessment", examples=["PIA-2026-03"])
    assessed_on: date = Field(title="Its date", description="done anew when anything changes", examples=[date(2026, 3, 1)])
    finder: str = Field(default="blazeface-back-256", title="Model that finds faces")
    embedder: str = Field(default="faceres-224", title="Model that makes a template of a face")
    liveness: tuple[str, ...] = Field(
        default=("liveness-32",),
        min_length=1,
        title="Models that tell a face from a picture of one",
        description="the mean of their scores counts; the shipped one catches few: see its card",
    )
    quality: FaceQualityConfig = Field(default=FaceQualityConfig(), title="When a face can be judged")
    measured: Path | None = Field(
        default=None,
        title="File with the measured error rates that `yuhang bench faces --out` writes",
        description="without it, and unless its counts carry it, searching among all enrolled stays locked",
    )
