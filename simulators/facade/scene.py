"""What happens in front of a facade: a building, a camera, throws, and what may be mistaken for them.

Places are metres: `x` right of the building's middle, `h` above the ground, `d` in front of the facade. Times are seconds from
the scene's start.
"""

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat

from simulators.street.scene import Strict

Light = Literal["day", "dusk", "night"]
Seconds = Annotated[float, Field(ge=0)]

FLOOR_M = 3.0


class Building(Strict):
    """A block of flats seen from the front."""

    floors: int = Field(default=12, ge=2, le=40)
    width_m: PositiveFloat = 24.0
    seed: int = Field(default=1, ge=0, description="windows, curtains and the wall's texture")

    @property
    def height_m(self) -> float:
        return self.floors * FLOOR_M


class FacadeCamera(Strict):
    """A camera on the ground that looks up at the middle of the facade."""

    width: int = Field(default=640, ge=64, le=3840, multiple_of=2)
    height: int = Field(default=720, ge=64, le=2160, multiple_of=2)
    fps: float = Field(default=25, ge=5, le=60)
    distance_m: PositiveFloat = 45.0
    height_m: PositiveFloat = 3.0
    exposure_s: float = Field(default=0.01, gt=0, le=0.04, description="what is fast is smeared over this time")


class Throw(Strict):
    """Something let go or thrown from a window."""

    at_s: Seconds
    floor: int = Field(ge=1)
    x: float = Field(description="of the window, metres")
    size_m: PositiveFloat = 0.25
    speed: tuple[float, float, float] = Field(
        default=(0.0, 0.0, 1.0), description="at the start, metres a second: aside, up, away from the facade"
    )
    terminal_m_s: PositiveFloat = Field(default=35.0, description="40 for a bottle, 20 for a bag of rubbish, 12 for cardboard")
    grey: int = Field(default=30, ge=0, le=255)
    mirrored: float = Field(default=0.0, ge=0, le=1, description="how strongly the facade's glass mirrors it")

    @property
    def released_m(self) -> float:
        """Height of the hand: above the window's sill."""
        return (self.floor - 1) * FLOOR_M + 1.3


class Distractions(Strict):
    """What moves and is not thrown; numbers a minute or shares."""

    birds: int = Field(default=0, ge=0, le=120, description="a minute")
    leaves: int = Field(default=0, ge=0, le=240, description="a minute")
    insects: int = Field(default=0, ge=0, le=120, description="close to the lens, a minute")
    rain: int = Field(default=0, ge=0, le=400, description="drops in the picture at once")
    laundry: int = Field(default=0, ge=0, le=40, description="pieces that swing in the wind")
    lights: int = Field(default=0, ge=0, le=60, description="windows that are switched, a minute")
    foliage: bool = False
    exposure_drift: float = Field(default=0.0, ge=0, le=0.3, description="share by which the brightness wanders")


class FacadeScene(Strict):
    """One camera at one facade."""

    seed: int = Field(default=1, ge=0)
    seconds: PositiveFloat = 60.0
    light: Light = "day"
    noise: float = Field(default=2.0, ge=0, le=20, description="of the sensor, grey levels")
    building: Building = Building()
    camera: FacadeCamera = FacadeCamera()
    throws: tuple[Throw, ...] = ()
    distractions: Distractions = Distractions()
