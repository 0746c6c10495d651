"""`yuhang edge check`: can its models be run here, and does each camera of a configuration deliver a picture?"""

from dataclasses import dataclass
from pathlib import Path

from edge.assembly import load_models
from edge.config import CameraConfig, NodeConfig
from edge.sources.decoder import Decoder
from edge.sources.errors import SourceError
from edge.sources.media import open_media
from yuhang.config.loader import load_yaml

_MOST_PACKETS = 500  # a key frame comes long before


@dataclass(frozen=True, slots=True)
class CameraFinding:
    """What one camera showed; `problem` is empty if all is well."""

    camera: str
    location: str
    codec: str = ""
    width: int = 0
    height: int = 0
    problem: str = ""

    def __str__(self) -> str:
        what = self.problem or f"{self.codec}, {self.width} x {self.height} pixels"
        return f"{self.camera}: {self.location}: {what}"


def check_models(config_path: Path) -> None:
    """Load the models as the node would. `ConfigError`, or `ModelError` for a file or an execution provider that is missing."""
    config = load_yaml(config_path, NodeConfig)
    load_models(config.models, config.faces)


def check_cameras(config_path: Path) -> list[CameraFinding]:
    """Open every camera in turn and decode one picture. `ConfigError` if the file itself is wrong."""
    return [_look(camera) for camera in load_yaml(config_path, NodeConfig).cameras]


def _look(camera: CameraConfig) -> CameraFinding:
    source = camera.source
    location = source.location()
    try:
        with open_media(source) as media:
            decoder = Decoder(media.stream, keyframes_only=False, max_pixels=source.max_pixels)
            for number, packet in enumerate(media.packets()):
                for picture in decoder.decode(packet.packet):
                    return CameraFinding(camera.camera, location, media.stream.codec_context.name, picture.width, picture.height)
                if number >= _MOST_PACKETS:
                    break
    except SourceError as error:
        return CameraFinding(camera.camera, location, problem=str(error))
    return CameraFinding(camera.camera, location, problem="no picture could be decoded")
