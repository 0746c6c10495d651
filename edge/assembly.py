"""Puts a node's pipelines together from its configuration; the node and the replay share it."""

from dataclasses import dataclass

from edge.alignment import FixedCamera
from edge.config import CameraConfig, ModelsConfig, NodeConfig
from edge.config_mark import ConfigMark
from edge.detectors.tools import DetectorTools
from edge.events import EventWriter
from edge.evidence import Chain, EvidenceDesk
from edge.faces.config import FacesConfig
from edge.faces.eyes import FaceModels, load_faces
from edge.frames import ClipSource
from edge.inference.detector import ObjectDetector, load_detector
from edge.pipeline import CameraPipeline
from edge.plate_votes import PlateEyes
from edge.plates.vehicle import load_vehicle_plates
from edge.stabilise import Stabiliser
from models.store import ModelStore
from yuhang.ids import new_ulid
from yuhang.plates import is_plate


@dataclass(frozen=True, slots=True)
class LoadedModels:
    """The models that a node runs, and their hashes by name."""

    detector: ObjectDetector
    plate_eyes: PlateEyes
    sha256: dict[str, str]
    faces: FaceModels | None = None
    """Only where the node's file switches faces on."""


def load_models(config: ModelsConfig, faces: FacesConfig | None = None) -> LoadedModels:
    """Load what the configuration names; raises `ModelError` (missing, changed, wrong job) or `ConfigError` (unknown class)."""
    store = ModelStore.standard(config.manifests)
    plates = config.plates
    names = [config.detector.model, plates.finder, plates.reader, *filter(None, [plates.second_reader])]
    if faces is not None:
        names += [faces.finder, faces.embedder, *faces.liveness]
    return LoadedModels(
        detector=load_detector(config.detector, store),
        plate_eyes=load_vehicle_plates(store, finder=plates.finder, reader=plates.reader, second=plates.second_reader),
        sha256={name: store.resolve(name).sha256 for name in names},
        faces=None if faces is None else load_faces(faces, store),
    )


def build_pipelines(
    config: NodeConfig,
    config_sha256: str,
    models: LoadedModels,
    chain: Chain,
    clips: ClipSource,
) -> dict[str, CameraPipeline]:
    """One pipeline a camera, by the camera's name, of a configuration that stays as it is."""
    mark = ConfigMark(config.version, config_sha256)
    tools = build_tools(config, mark, models, chain, clips)
    return {camera.camera: build_pipeline(camera, tools) for camera in config.cameras}


def build_tools(
    config: NodeConfig,
    mark: ConfigMark,
    models: LoadedModels,
    chain: Chain,
    clips: ClipSource,
) -> DetectorTools:
    """What the detectors share; whoever changes the configuration changes `mark` as well."""
    return DetectorTools(
        detector=models.detector,
        plate_eyes=models.plate_eyes,
        is_plate=is_plate,
        writer=EventWriter(config.site, config.node, mark),
        desk=EvidenceDesk(chain, models.sha256, mark),
        clips=clips,
        new_id=new_ulid,
        pictures=config.pictures,
        plates=config.models.plates,
    )


def build_pipeline(camera: CameraConfig, tools: DetectorTools) -> CameraPipeline:
    """The pipeline of one camera."""
    compensates = camera.guard.camera_motion == "compensate"
    return CameraPipeline(camera, tools, Stabiliser() if compensates else FixedCamera())
