"""Zones sent by central: checked, kept on disk, taken up between two frames; what cannot run is refused and said so.

The file `desired.json` holds the last message that could run. A message whose version is not higher than the running one is old
news: retained messages come again on every connect.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from pydantic import ValidationError

from edge.config import NodeConfig, config_sha256
from edge.desired import laid_over, sha256_over
from yuhang.config.loader import load_yaml
from yuhang.errors import ConfigError, StorageError
from yuhang.files import write_durably
from yuhang.messages import MOST_PROBLEMS, ConfigRefusal, DesiredConfig, first_error

log = structlog.get_logger(__name__)

_LONGEST_PROBLEM = 500


@dataclass(frozen=True, slots=True)
class Running:
    """A configuration that can run, its hash, and what was refused since."""

    config: NodeConfig
    sha256: str
    refused: ConfigRefusal | None = None


class DesiredDesk:
    """Takes desired configurations off the session (on its thread) and hands the newest to the main loop.

    `own` is the node's file as it was read, `own_sha256` its hash.
    """

    def __init__(self, own: NodeConfig, own_sha256: str, path: Path) -> None:
        self._own = own
        self._own_sha256 = own_sha256
        self._path = path
        self._lock = threading.Lock()
        self._running = self._from_disk()
        self._next: Running | None = None
        self._refused_listener: Callable[[], None] = lambda: None

    @property
    def running(self) -> Running:
        """What the main loop has taken up last."""
        with self._lock:
            return self._running

    def on_refused(self, listener: Callable[[], None]) -> None:
        """Call `listener`, on the session's thread, when a configuration was refused."""
        self._refused_listener = listener

    def receive(self, topic: str, payload: bytes) -> None:
        """Handler for `config`."""
        del topic
        if not payload:
            return  # the retained message was cleared; what runs goes on
        try:
            desired = DesiredConfig.model_validate_json(payload)
        except ValidationError as error:
            log.warning("a desired configuration that cannot be read", error=first_error(error), size=len(payload))
            return
        with self._lock:
            newest = self._next or self._running
            if desired.version <= newest.config.version:
                return
        problems = self._take(desired)
        if problems:
            self._refuse(desired, problems)

    def reload(self, path: Path) -> str:
        """Read the node's own file again; zones that it or central lays down are taken up with the next `take`.

        Returns what was found, in words. `ConfigError` if the file is wrong, or has changed in more than its zones.
        """
        own = load_yaml(path, NodeConfig)
        if _without_zones(own) != _without_zones(self._own):
            raise ConfigError(f"{path.name} has changed in more than zones: end the node and start it again")
        with self._lock:
            self._own, self._own_sha256 = own, config_sha256(path)
            fresh, before = self._from_disk(), self._next or self._running
            if (fresh.sha256, fresh.refused) == (before.sha256, before.refused):
                return "nothing has changed"
            self._next = fresh
        return f"zones of version {fresh.config.version} are taken up"

    def take(self) -> Running | None:
        """The configuration to be taken up now, once; None where nothing new has come."""
        with self._lock:
            new, self._next = self._next, None
            if new is None:
                return None
            refused = self._running.refused
            if refused is not None and refused.version > new.config.version:
                new = replace(new, refused=refused)
            self._running = new
            return new

    def _take(self, desired: DesiredConfig) -> list[str]:
        """Keep what can run for the main loop; returns what is wrong with it otherwise."""
        if hashlib.sha256(desired.document.encode()).hexdigest() != desired.sha256:
            return [f"version {desired.version}: the document does not have the hash that came with it; send it again"]
        try:
            config = laid_over(self._own, desired.version, desired.document)
            write_durably(self._path, desired.model_dump_json().encode())
        except ConfigError as error:
            return str(error).splitlines()
        except StorageError as error:
            return [f"version {desired.version}: it cannot be kept on this node: {error}"]
        log.info("a desired configuration will be taken up", version=desired.version)
        with self._lock:
            self._next = Running(config, sha256_over(self._own_sha256, desired.document))
        return []

    def _refuse(self, desired: DesiredConfig, problems: list[str]) -> None:
        log.warning("a desired configuration is refused", version=desired.version, problems=problems)
        with self._lock:
            self._running = Running(self._running.config, self._running.sha256, _refusal(desired, problems))
        self._refused_listener()

    def _from_disk(self) -> Running:
        """What ran last, if it is newer than the node's file and can still run: the file may have been edited since."""
        own = Running(self._own, self._own_sha256)
        try:
            desired = DesiredConfig.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return own
        except (OSError, ValidationError) as error:
            log.warning(
                "the zones that central had sent cannot be read; the node's file runs", file=str(self._path), error=str(error)
            )
            return own
        if desired.version <= self._own.version:
            return own
        try:
            config = laid_over(self._own, desired.version, desired.document)
        except ConfigError as error:
            log.warning("the zones that central had sent can no longer run; the node's file runs", error=str(error))
            return Running(own.config, own.sha256, _refusal(desired, str(error).splitlines()))
        return Running(config, sha256_over(self._own_sha256, desired.document))


def _without_zones(config: NodeConfig) -> dict[str, object]:
    bare = [dict(camera) | {"zones": ()} for camera in config.cameras]
    return dict(config) | {"version": 0, "cameras": bare}


def _refusal(desired: DesiredConfig, problems: list[str]) -> ConfigRefusal:
    shown = tuple(problem[:_LONGEST_PROBLEM] for problem in problems[:MOST_PROBLEMS])
    return ConfigRefusal(version=desired.version, sha256=desired.sha256, problems=shown)
