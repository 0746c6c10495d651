"""One facade of one camera: pictures to spots, paths and falls, and each fall to an event with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import structlog
from numpy.typing import NDArray

from edge.boxes import Rect
from edge.config import ZoneConfig
from edge.detectors.detector import Scene
from edge.detectors.falling_object.ballistics import Fall, judge
from edge.detectors.falling_object.composite import path_picture
from edge.detectors.falling_object.config import FallingObjectConfig
from edge.detectors.falling_object.facade import HeightScale, floors_of
from edge.detectors.falling_object.linking import Linker, Path
from edge.detectors.falling_object.rules import Gathering, Matter
from edge.detectors.falling_object.spots import MovingSpots
from edge.detectors.late_clips import LateClips
from edge.detectors.tools import DetectorTools
from edge.evidence import take_picture
from edge.stopwatch import Stopwatch
from edge.zones import ZoneMap
from yuhang.errors import StorageError
from yuhang.messages import EvidenceFile, EvidenceKind, FallingSeen, FallingSeenEvent, NodeEvent, PathPoint

log = structlog.get_logger(__name__)

MOST_PATH_POINTS = 64  # on the wire
LONGEST_INTERVAL_S = 0.2  # more is a gap, and not the camera's rate
INTERVAL_SHARE = 0.05  # of a new interval in the mean
EDGE_M = 0.6  # a path that begins this close below the facade's upper edge may have come from above it


@dataclass(frozen=True, slots=True)
class _Facade:
    """The facade in pictures of one size: its crop, and the stages that look at it."""

    size: tuple[int, int]
    crop: Rect
    mask: NDArray[np.bool_]
    scale: HeightScale
    spots: MovingSpots
    linker: Linker


class FacadeWatch:
    """The falling-object detector of one zone."""

    every_frame = True

    def __init__(self, camera: str, zone: ZoneConfig, config: FallingObjectConfig, tools: DetectorTools) -> None:
        self._camera = camera
        self._zone = zone
        self._config = config
        self._tools = tools
        self._clips = LateClips(tools)
        self._gathering = Gathering(config.most_at_once)
        self._facade: _Facade | None = None
        self._origin: datetime | None = None
        self._interval_s = 1.0 / config.fps
        self._last_s: float | None = None

    def due(self, now: datetime) -> bool:
        del now  # no network looks for what falls
        return False

    def look(self, scene: Scene, watch: Stopwatch) -> Sequence[NodeEvent]:
        events: list[NodeEvent] = []
        with watch.stage("falling"):
            facade, at_s = self._facade_of(scene), self._seconds(scene.time)
            self._measure(at_s)
            if scene.broken is not None or not scene.usable:
                ended = facade.linker.finish()
            else:
                ended = facade.linker.add(at_s, facade.spots.look(_cropped(scene, facade)))
            for fall in self._falls(ended, facade):
                self._gathering.add(fall, from_above=_came_from_above(fall.points[0].x, fall.points[0].y, facade))
            events += [self._event(matter, facade, scene) for matter in self._decided(at_s, facade, scene)]
            events += self._clips.ready(scene)
        if scene.broken is not None:
            self._facade = None
        return events

    def _facade_of(self, scene: Scene) -> _Facade:
        size = scene.image.shape
        if self._facade is None or self._facade.size != size:
            self._facade = _facade(self._zone, self._config, size)
        return self._facade

    def _seconds(self, at: datetime) -> float:
        self._origin = self._origin or at
        return (at - self._origin).total_seconds()

    def _time(self, at_s: float) -> datetime:
        assert self._origin is not None  # noqa: S101 - nothing has fallen before the first scene
        return self._origin + timedelta(seconds=at_s)

    def _measure(self, at_s: float) -> None:
        """How far apart the pictures really are: cameras give fewer than they are asked for, and busy nodes drop some."""
        if self._last_s is not None and 0 < at_s - self._last_s <= LONGEST_INTERVAL_S:
            self._interval_s += INTERVAL_SHARE * (at_s - self._last_s - self._interval_s)
        self._last_s = at_s

    def _falls(self, paths: Sequence[Path], facade: _Facade) -> list[Fall]:
        falls = (judge(path, self._config, facade.scale, self._interval_s, facade.crop.top) for path in paths)
        return [fall for fall in falls if fall is not None]

    def _decided(self, at_s: float, facade: _Facade, scene: Scene) -> list[Matter]:
        if scene.broken is not None:
            return self._gathering.decided(float("inf"))
        going_on = self._falls(facade.linker.open_paths, facade) if self._gathering.waits else []
        return self._gathering.decided(at_s, going_on)

    def _event(self, matter: Matter, facade: _Facade, scene: Scene) -> FallingSeenEvent:
        fall, first = matter.main, matter.earliest
        height, width = scene.image.shape
        began, ended = self._time(first.began_s), self._time(fall.ended_s)
        data = FallingSeen(
            track=self._tools.new_id(scene.time),
            camera=self._camera,
            zone=self._zone.zone,
            zone_sha256=self._zone.sha256,
            clock=scene.frame.clock,
            evidence=self._composite(matter, facade, scene),
            box=_box_of(matter, facade.crop).to_box(width, height),
            began_at=began,
            ended_at=ended,
            path=_path_of(matter, facade.crop),
            size_px=float(np.median([point.spot.size for point in fall.points])),
            acceleration_m_s2=round(fall.acceleration_m_s2, 2),
            residual_px=round(fall.residual_px, 2),
            floors=floors_of(
                self._config,
                first.seen_m,
                first.speed_m_s,
                facade.scale.error_m,
                from_above=_came_from_above(first.points[0].x, first.points[0].y, facade),
            ),
            reflections=len(matter.others),
        )
        event = self._tools.writer.event(FallingSeenEvent, self._zone.address, scene.time, data)
        before, after = timedelta(seconds=self._config.clip_before_s), timedelta(seconds=self._config.clip_after_s)
        hidden = _around(facade.crop, width, height)
        self._clips.want(event.id, self._zone.address, data, start=began - before, end=ended + after, blur=hidden)
        return event

    def _composite(self, matter: Matter, facade: _Facade, scene: Scene) -> tuple[EvidenceFile, ...]:
        """Where the disk does not take the picture the event goes without."""
        points = [point for fall in sorted((matter.main, *matter.others), key=lambda one: one.began_s) for point in fall.points]
        own = [point for point in points if point in matter.main.points or not matter.others] or points
        picture = path_picture(_cut(scene.image.bgr, facade.crop), facade.mask, own)
        try:
            taken = take_picture(picture, self._time(matter.main.began_s), scene.frame.clock, self._tools.pictures.jpeg_quality)
            return (self._tools.desk.keep_picture(taken, EvidenceKind.PATH, self._camera),)
        except StorageError as error:
            log.warning("evidence could not be kept", camera=self._camera, zone=self._zone.zone, reason=str(error))
            return ()


def _facade(zone: ZoneConfig, config: FallingObjectConfig, size: tuple[int, int]) -> _Facade:
    height, width = size
    zones = ZoneMap({zone.zone: zone.polygon}, width, height)
    bounds = zones.bounds(zone.zone).inside(width, height)
    crop = Rect(int(bounds.left), int(bounds.top), round(bounds.right), round(bounds.bottom))
    mask = zones.mask(zone.zone)[int(crop.top) : int(crop.bottom), int(crop.left) : int(crop.right)]
    scale = HeightScale(config.heights, height)
    largest = float(scale.pixels_a_metre(np.array([crop.top, crop.bottom])).max())
    return _Facade(size, crop, mask, scale, MovingSpots(mask, config.contrast, config.largest_m * largest + 2), Linker(largest))


def _cropped(scene: Scene, facade: _Facade) -> NDArray[np.uint8]:
    return scene.image.grey(int(facade.crop.width), int(facade.crop.height), facade.crop)


def _cut(image: NDArray[np.uint8], crop: Rect) -> NDArray[np.uint8]:
    return image[int(crop.top) : int(crop.bottom), int(crop.left) : int(crop.right)]


def _came_from_above(x: float, y: float, facade: _Facade) -> bool:
    """Whether the facade ends just above the point: what was first seen there may have come over its edge."""
    margin = EDGE_M * float(facade.scale.pixels_a_metre(np.array([y + facade.crop.top]))[0])
    column = facade.mask[:, min(max(round(x), 0), facade.mask.shape[1] - 1)]
    return not column[max(0, int(y - margin))] or y < margin


def _box_of(matter: Matter, crop: Rect) -> Rect:
    points = matter.main.points
    reach = max(point.spot.size for point in points)
    return Rect(
        min(point.x for point in points) + crop.left - reach,
        min(point.y for point in points) + crop.top - reach,
        max(point.x for point in points) + crop.left + reach,
        max(point.y for point in points) + crop.top + reach,
    )


def _path_of(matter: Matter, crop: Rect) -> tuple[PathPoint, ...]:
    points = matter.main.points
    chosen = sorted({round(index) for index in np.linspace(0, len(points) - 1, min(len(points), MOST_PATH_POINTS))})
    began_s = points[0].at_s
    return tuple(
        PathPoint(
            after_s=round(points[index].at_s - began_s, 3),
            x=round(points[index].x + crop.left, 1),
            y=round(points[index].y + crop.top, 1),
        )
        for index in chosen
    )


def _around(crop: Rect, width: int, height: int) -> tuple[Rect, ...]:
    """All of a picture but the crop: what the clip shows beside the facade is hidden before publication."""
    return (
        Rect(0, 0, width, crop.top),
        Rect(0, crop.bottom, width, height),
        Rect(0, crop.top, crop.left, crop.bottom),
        Rect(crop.right, crop.top, width, crop.bottom),
    )
