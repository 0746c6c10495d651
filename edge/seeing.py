"""Looks at a frame as often as it is worth: motion gate, detector and tracker of one camera."""

from dataclasses import dataclass
from datetime import datetime

from edge.boxes import Rect
from edge.budget import LookBudget
from edge.config import CameraConfig
from edge.frames import FrameImage
from edge.ground import Ground
from edge.inference.detections import Detections
from edge.looks import LookOrder, Steps, Urgency
from edge.motion import MotionGate
from edge.regions import crops_around
from edge.standing import Sighting
from edge.stopwatch import Stopwatch
from edge.tracking import VehicleTracker

PERSON_SCORE = 0.35
JITTER_S = 0.05  # pictures that come as often as looks are wanted must not miss one by a millisecond


@dataclass(frozen=True, slots=True)
class Seen:
    """What the detector saw, if it looked."""

    detected: bool
    sightings: tuple[Sighting, ...] = ()
    people: tuple[Rect, ...] = ()
    moving: bool = False


class Eyes:
    """Motion gate, detector and tracker of one camera.

    The detector looks while something moves, when something is due, every `confirm_every_s` while a vehicle stands and every
    `idle_every_s` otherwise.
    """

    def __init__(self, camera: CameraConfig, ground: Ground, budget: LookBudget) -> None:
        self._budget = budget
        self._watching = camera.watching
        self._tracker = VehicleTracker(1.0 / camera.analysis_fps, camera.watching.new_score)
        self._last: datetime | None = None
        self.turn_to(camera, ground)

    def turn_to(self, camera: CameraConfig, ground: Ground) -> None:
        """Look at other zones of the same camera; tracks go on."""
        self._camera = camera.camera
        self._gate = MotionGate(ground.zones.watched() if ground.names else None)
        crops = crops_around(map(ground.zones.bounds, ground.names), ground.zones.width, ground.zones.height)
        whole: tuple[Rect | None, ...] = (None,)
        self._regions = {"picture": whole, "zones": crops or whole, "both": (*whole, *crops)}[camera.detect_in]

    def look(self, image: FrameImage, at: datetime, *, standing: bool, due: bool, watch: Stopwatch) -> Steps[Seen]:
        """Look at a frame; `standing` and `due` say whether a vehicle stands and whether something waits for a look."""
        with watch.stage("motion"):
            motion = self._gate.look(image)
        confirms = standing and self._is_time(at, standing=True)
        if not (due or confirms or motion.moving or self._is_time(at, standing=standing)):
            return Seen(detected=False, moving=motion.moving)
        if not self._budget.allows(self._camera, needed=due or confirms):
            return Seen(detected=False, moving=motion.moving)
        self._last = at
        urgency = Urgency.DECIDES if due else Urgency.CONFIRMS if confirms else Urgency.ROUTINE
        looked = yield LookOrder(image, self._regions, urgency)
        watch.add("wait", looked.waited_s)
        watch.add("detect", looked.took_s)
        self._budget.took(self._camera, looked.took_s)
        with watch.stage("track"):
            sightings = self._tracker.update(at, looked.found)
        return Seen(detected=True, sightings=sightings, people=_people(looked.found), moving=motion.moving)

    def _is_time(self, at: datetime, *, standing: bool) -> bool:
        wait = self._watching.confirm_every_s if standing else self._watching.idle_every_s
        return self._last is None or (at - self._last).total_seconds() >= wait - JITTER_S


def _people(found: Detections) -> tuple[Rect, ...]:
    people = found.of(["person"])
    return tuple(Rect(*map(float, people.boxes[row])) for row in range(len(people)) if people.scores[row] >= PERSON_SCORE)
