"""The zones that central wants, laid over the node's own file: the same models, the same errors. Pure."""

import hashlib

from pydantic import Field, ValidationError

from edge.config import CameraConfig, NodeConfig, ZoneConfig, refuse_faces_without_consent
from yuhang.config.loader import parse_yaml
from yuhang.config.section import Section
from yuhang.errors import ConfigError
from yuhang.messages import Slug, first_error


class DesiredCamera(Section):
    """The zones of one camera."""

    camera: Slug = Field(title="Name of the camera")
    zones: tuple[ZoneConfig, ...] = Field(default=(), title="All its zones")


class DesiredZones(Section):
    """What central may say: zones and their detectors. Cameras, credentials and models stay in the node's own file."""

    cameras: tuple[DesiredCamera, ...] = Field(default=(), title="Cameras whose zones are laid down")


def laid_over(own: NodeConfig, version: int, document: str) -> NodeConfig:
    """The node's own configuration with the zones of `document`; `ConfigError` names version, line and key."""
    desired = parse_yaml(document, DesiredZones, f"version {version}")
    named = {camera.camera: camera for camera in desired.cameras}
    unknown = sorted(named.keys() - {camera.camera for camera in own.cameras})
    if unknown:
        known = ", ".join(camera.camera for camera in own.cameras)
        raise ConfigError(f"version {version}: camera {unknown[0]!r} is not in the node's file, which has {known}")
    cameras = [_with_zones(camera, named[camera.camera]) if camera.camera in named else camera for camera in own.cameras]
    try:
        refuse_faces_without_consent(tuple(cameras), own.faces)
    except ValueError as error:
        raise ConfigError(f"version {version}: {error}") from error
    return own.model_copy(update={"cameras": tuple(cameras), "version": version})


def sha256_over(own_sha256: str, document: str) -> str:
    """Hash of what runs: of the hash of the node's file and the document that is laid over it."""
    return hashlib.sha256(f"{own_sha256}\n{document}".encode()).hexdigest()


def _with_zones(camera: CameraConfig, desired: DesiredCamera) -> CameraConfig:
    try:
        return CameraConfig.model_validate({**dict(camera), "zones": desired.zones})
    except ValidationError as error:
        raise ConfigError(f"camera {camera.camera}: {first_error(error)}") from error
