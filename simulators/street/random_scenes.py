"""Streets with a no-parking zone drawn from a seed: some vehicles stay too long, some leave in time."""

from collections.abc import Iterator

import numpy as np

from simulators.street.ground import Area, Background
from simulators.street.scene import Actor, CameraPose, Drive, Scene, SceneZone
from simulators.street.vehicles import Paint, VehicleKind

SECONDS = 160.0
FPS = 5.0
DWELL_S = 45.0
NOT_NEAR_S = 12.0  # no stay is so close to the dwell that a tenth of a second decides
DRIVE_S = 3.0
KINDS: tuple[VehicleKind, ...] = ("sedan", "hatchback", "suv", "minivan")
PAINTS: tuple[Paint, ...] = ("white", "silver", "black", "blue", "red", "grey", "green", "orange")


def random_street(seed: int) -> Scene:
    """The street of this seed: one bay along the road, used by one vehicle after the other."""
    random = np.random.default_rng([seed, 83])
    pose = CameraPose(
        width=960,
        height=540,
        height_m=float(random.uniform(4.5, 5.5)),
        pitch_deg=float(random.uniform(13.5, 15.5)),
        field_of_view_deg=float(random.uniform(28, 31)),
    )
    areas = (
        Area(kind="pavement", x=(-40, 40), y=(13.6, 60)),
        Area(kind="kerb", x=(-40, 40), y=(13.4, 13.6)),
        Area(kind="white_line", x=(-40, 40), y=(8.0, 8.15)),
    )
    background = Background(seed=seed, facade_at_m=float(random.uniform(28, 36)), areas=areas)
    zone = SceneZone(name="pavement", ground=((-5.6, 17.0), (5.6, 17.0), (6.6, 23.0), (-6.6, 23.0)))
    return Scene(
        name=f"street-{seed}",
        fps=FPS,
        duration_s=SECONDS,
        camera=pose,
        background=background,
        zones=(zone,),
        actors=tuple(_comers(random)),
    )


def stays_too_long(actor: Actor) -> bool:
    """Whether a vehicle of these scenes is one to report."""
    assert actor.stands_until_s is not None  # noqa: S101 - everybody leaves
    return actor.stands_until_s - actor.stands_from_s >= DWELL_S


def _comers(random: np.random.Generator) -> Iterator[Actor]:
    """Who uses the bay; they stand side on, and drive off briskly, so that it is known to a fraction of a second when."""
    begins, turn, x = 8.0 + float(random.uniform(0, 4)), 0, float(random.uniform(-1.5, 1.5))
    while begins < SECONDS - 40:
        long = bool(random.random() < 0.5)
        stay = random.uniform(DWELL_S + NOT_NEAR_S, DWELL_S + 50) if long else random.uniform(8, DWELL_S - NOT_NEAR_S)
        ends = min(begins + float(stay), SECONDS - DRIVE_S - 4)
        if abs(ends - begins - DWELL_S) < NOT_NEAR_S:
            return
        yield Actor(
            name=f"car-{turn}",
            vehicle=KINDS[int(random.integers(len(KINDS)))],
            paint=PAINTS[int(random.integers(len(PAINTS)))],
            place=(x, 19.5 + float(random.uniform(-0.4, 0.4))),
            heading_deg=float(random.uniform(-72, -56)),
            zone="pavement",
            stands_from_s=round(begins, 2),
            stands_until_s=round(ends, 2),
            arrival=Drive(path=((x - 14.0, 18.5),), seconds=DRIVE_S),
            departure=Drive(path=((x + 15.0, 18.5),), seconds=DRIVE_S),
        )
        begins, turn = ends + DRIVE_S + float(random.uniform(12, 20)), turn + 1
