"""The node's retained messages: what it is, and whether it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Protocol

from edge.frames import Frame
from edge.node.clock_check import ClockCheck
from edge.node.desired import Running
from edge.results import FrameResult
from yuhang.evidence import NodeKey
from yuhang.messages import CameraDescription, NodeDescription
from yuhang.topics import NodeTopics


class Announcer(Protocol):
    """What is needed of the MQTT session."""

    def retain(self, topic: str, payload: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """What a node is for others: what runs, the hashes of its models by name, its key, the kinds of detector it knows."""

    running: Callable[[], Running]
    models: dict[str, str]
    key: NodeKey
    detectors: tuple[str, ...]


class Describer:
    """Publishes `describe`, again whenever a camera turns out to have another size of picture or other zones."""

    def __init__(self, topics: NodeTopics, identity: NodeIdentity, session: Announcer, clock_check: ClockCheck) -> None:
        self._identity = identity
        self._topic = topics.describe
        self._session = session
        self._clock_check = clock_check
        self._sizes: dict[str, tuple[int, int]] = {}

    def publish(self) -> None:
        """Publish what is known now; it is published again on every connect."""
        self._session.retain(self._topic, self.description().model_dump_json().encode())

    def saw(self, frame: Frame, _result: FrameResult) -> None:
        """Called for every frame."""
        height, width = frame.image.shape
        if self._sizes.get(frame.camera) != (width, height):
            self._sizes[frame.camera] = (width, height)
            self.publish()

    def description(self) -> NodeDescription:
        """The node as it describes itself; no credential is part of it."""
        identity, running = self._identity, self._identity.running()
        config = running.config
        return NodeDescription(
            cameras=tuple(
                CameraDescription(
                    camera=camera.camera,
                    name=camera.name or camera.camera,
                    name_en=camera.name_en,
                    width=self._sizes.get(camera.camera, (None, None))[0],
                    height=self._sizes.get(camera.camera, (None, None))[1],
                    latitude=camera.latitude,
                    longitude=camera.longitude,
                    zones=tuple(zone.describe() for zone in camera.zones),
                )
                for camera in config.cameras
            ),
            models=identity.models,
            config_sha256=running.sha256,
            config_version=config.version,
            config_refused=running.refused,
            detectors=identity.detectors,
            clock_offset_s=offset.offset_s if (offset := self._clock_check.latest) else None,
            software=f"yuhang {version('yuhang')}",
            public_key=identity.key.public_key,
            key_id=identity.key.key_id,
        )
