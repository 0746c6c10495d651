"""The detectors that a camera's zones ask for."""

from collections.abc import Iterator

from edge.config import CameraConfig
from edge.detectors.detector import Detector
from edge.detectors.falling_object.config import FallingObjectConfig
from edge.detectors.falling_object.watch import FacadeWatch
from edge.detectors.tools import DetectorTools


def build_detectors(camera: CameraConfig, tools: DetectorTools) -> Iterator[Detector]:
    """One detector for each zone; parking is not among them: one `ParkingWatch` has all no-parking zones of a camera."""
    for zone in camera.zones:
        match zone.detector:
            case FallingObjectConfig():
                yield FacadeWatch(camera.camera, zone, zone.detector, tools)
            case _:
                pass
