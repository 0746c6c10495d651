"""The face camera of one gate: it looks only while somebody has shown a plate, card or PIN, and forgets what it saw."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from edge.boxes import Rect
from edge.config import CameraConfig, ZoneConfig
from edge.detectors.detector import Scene
from edge.detectors.face_entry.config import FaceEntryConfig
from edge.detectors.face_entry.rules import Likeness, Verdict, Verification
from edge.detectors.tools import DetectorTools
from edge.faces.desk import FaceDesk
from edge.faces.matching import likeness
from edge.faces.types import Templates
from edge.stopwatch import Stopwatch
from edge.zones import ZoneMap
from yuhang.messages import FaceDecided, FaceDecidedEvent, FaceDecision, FaceProblem, FaceRequest, NodeEvent

NONE: Templates = np.zeros((0, 0), np.float32)


class FaceEntryWatch:
    """The face detector of one gate."""

    every_frame = False

    def __init__(self, camera: CameraConfig, zone: ZoneConfig, config: FaceEntryConfig, tools: DetectorTools) -> None:
        self._camera = camera.camera
        self._zone = zone
        self._config = config
        self._tools = tools
        self._request: FaceRequest | None = None
        self._templates: Templates = NONE
        self._verification: Verification | None = None
        self._track = ""
        self._region: tuple[tuple[int, int], Rect] | None = None

    def due(self, now: datetime) -> bool:
        del now  # nobody needs to look for objects here
        return False

    def look(self, scene: Scene, watch: Stopwatch) -> Sequence[NodeEvent]:
        desk = self._tools.faces
        if desk is None:
            return ()
        request = self._tools.gate.asked(self._config.gate, scene.time)
        refused = self._take_up(request, desk, scene)
        if self._verification is None or self._request is None:
            return refused
        with watch.stage("face"):
            verdict = self._verdict(self._verification, desk, scene)
        return refused if verdict is None else [*refused, self._decided(verdict, scene)]

    def _take_up(self, request: FaceRequest | None, desk: FaceDesk, scene: Scene) -> list[NodeEvent]:
        """Begin with a new request and end one that is void; what cannot even begin is answered at once."""
        if request is not None and self._request is not None and request.id == self._request.id:
            return []
        ended: list[NodeEvent] = []
        if self._verification is not None:
            ended.append(self._decided(self._verification.cannot_judge(), scene))
        if request is None:
            return ended
        self._request = request
        self._track = self._tools.new_id(scene.time)
        self._verification = Verification(self._config, scene.time)
        found = desk.templates(request.holder, self._config.threshold, scene.time)
        if isinstance(found, FaceProblem):
            return [*ended, self._decided(self._verification.cannot_judge(found), scene)]
        self._templates = found
        return ended

    def _verdict(self, verification: Verification, desk: FaceDesk, scene: Scene) -> Verdict | None:
        if scene.broken is not None:
            return verification.cannot_judge(FaceProblem.CAMERA)
        if not scene.usable:
            return verification.look(FaceProblem.CAMERA) or verification.time_up(scene.time)
        seen = desk.eyes.look(scene.image.bgr, self._standing_place(scene))
        if seen.template is None:
            verdict = verification.look(seen.problem or FaceProblem.NO_FACE)
        else:
            verdict = verification.look(Likeness(likeness(seen.template, self._templates), seen.alive))
        return verdict or verification.time_up(scene.time)

    def _standing_place(self, scene: Scene) -> Rect:
        """The rectangle around the zone, pixels."""
        height, width = scene.image.shape
        if self._region is None or self._region[0] != (height, width):
            zones = ZoneMap({self._zone.zone: self._zone.polygon}, width, height)
            self._region = ((height, width), zones.bounds(self._zone.zone))
        return self._region[1]

    def _decided(self, verdict: Verdict, scene: Scene) -> FaceDecidedEvent:
        request = self._request
        assert request is not None  # noqa: S101  a verdict is about a request
        retries = 0 if self._verification is None else self._verification.retries
        data = FaceDecided(
            track=self._track,
            camera=self._camera,
            zone=self._zone.zone,
            zone_sha256=self._zone.sha256,
            clock=scene.frame.clock,
            gate=self._config.gate,
            means=request.means,
            decision=verdict.decision,
            problem=verdict.problem,
            looks=verdict.looks,
            of_looks=verdict.of_looks,
            retries=retries,
        )
        self._tools.gate.answer(request, verdict.decision, scene.time)
        if verdict.decision is not FaceDecision.RETRY:
            self._forget()
        return self._tools.writer.event(FaceDecidedEvent, self._zone.address, scene.time, data)

    def _forget(self) -> None:
        self._request, self._verification, self._templates = None, None, NONE
