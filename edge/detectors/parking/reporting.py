"""Parking: from findings to events with their evidence: pictures, plate close-up, clip."""

from collections.abc import Collection
from datetime import timedelta

import structlog

from edge.boxes import Rect
from edge.config import CameraConfig, PicturesConfig
from edge.detectors.parking.rules import Finding, Left, Present, Stop, Stopped
from edge.events import EventWriter, StopPapers
from edge.evidence import EvidenceDesk, Picture, take_picture
from edge.frames import ClipSource
from edge.plate_votes import PlateVotes
from edge.snapshot import Snapshot
from yuhang.errors import StorageError
from yuhang.messages import EvidenceFile, EvidenceKind, ParkingEvent, PlateRead

PLATE_QUALITY = 95

log = structlog.get_logger(__name__)


class Reporter:
    """Writes the parking events of one camera and puts their evidence into the chain."""

    def __init__(
        self,
        camera: CameraConfig,
        *,
        pictures: PicturesConfig,
        writer: EventWriter,
        desk: EvidenceDesk,
        plates: PlateVotes,
        clips: ClipSource,
    ) -> None:
        self._camera = camera.camera
        self._zones = {zone.zone: zone for zone in camera.zones}
        self._pictures = pictures
        self._writer = writer
        self._desk = desk
        self._plates = plates
        self._clips = clips
        self._arrivals: dict[int, Picture | None] = {}

    def reconfigure(self, camera: CameraConfig) -> None:
        """Write for other zones from now on."""
        self._zones = {zone.zone: zone for zone in camera.zones}

    def arrived(self, key: int, picture: Picture) -> None:
        """Hold the picture of a vehicle that has just come to rest; it becomes evidence only if the driver is to be told."""
        self._arrivals[key] = picture

    def knows(self, key: int) -> bool:
        """Whether the vehicle's arrival was already noted."""
        return key in self._arrivals

    def keep(self, keys: Collection[int]) -> None:
        """Forget the pictures of all vehicles but these."""
        self._arrivals = {key: picture for key, picture in self._arrivals.items() if key in keys}

    def event(self, finding: Finding, box: Rect, snapshot: Snapshot) -> ParkingEvent:
        """The event of a finding; `box` is the vehicle's in the picture's pixels.

        Where the disk does not take the evidence the event goes without: it then proves nothing, and the driver is still told.
        """
        image = snapshot.frame.image.bgr
        papers = StopPapers(
            box=box.to_box(image.shape[1], image.shape[0]),
            plate=self.plate(finding.stop),
            clock=snapshot.frame.clock,
            evidence=self._kept_evidence(finding, box, snapshot),
        )
        return self._writer.parking(finding, self._camera, self._zones[finding.stop.zone], papers)

    def plate(self, stop: Stop) -> PlateRead:
        """What is known of the plate."""
        return self._plates.plate(stop.stander.key)

    def _kept_evidence(self, finding: Finding, box: Rect, snapshot: Snapshot) -> tuple[EvidenceFile, ...]:
        try:
            return self._evidence(finding, box, snapshot)
        except StorageError as error:
            log.warning("evidence could not be kept", camera=self._camera, track=finding.stop.track, reason=str(error))
            return ()

    def _evidence(self, finding: Finding, box: Rect, snapshot: Snapshot) -> tuple[EvidenceFile, ...]:
        match finding:
            case Stopped():
                return self._evidence_of_stop(finding.stop, box, snapshot)
            case Present():
                return (self._desk.keep_picture(snapshot.of(box), EvidenceKind.PRESENT, self._camera),)
            case Left():
                return (self._desk.keep_picture(snapshot.of(box), EvidenceKind.LEFT, self._camera),)
            case _:
                return ()

    def _evidence_of_stop(self, stop: Stop, box: Rect, snapshot: Snapshot) -> tuple[EvidenceFile, ...]:
        files = []
        arrival, self._arrivals[stop.stander.key] = self._arrivals.get(stop.stander.key), None  # not needed twice
        if arrival is not None:
            files.append(self._desk.keep_picture(arrival, EvidenceKind.ARRIVAL, self._camera))
        files.append(self._desk.keep_picture(snapshot.of(box), EvidenceKind.NOTICE, self._camera))
        close_up = self._plates.close_up(stop.stander.key)
        if close_up is not None:
            picture = take_picture(close_up.image, close_up.at, snapshot.frame.clock, PLATE_QUALITY)
            files.append(self._desk.keep_picture(picture, EvidenceKind.PLATE, self._camera))
        since = stop.dwell.since
        before, after = timedelta(seconds=self._pictures.clip_before_s), timedelta(seconds=self._pictures.clip_after_s)
        clip = self._clips(self._camera, since - before, since + after)
        if clip is not None:
            files.append(self._desk.keep_clip(clip, self._camera, snapshot.frame.clock))
        return tuple(files)
