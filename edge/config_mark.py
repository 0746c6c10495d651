"""Which configuration runs: what evidence and events name."""

from dataclasses import dataclass


@dataclass(slots=True)
class ConfigMark:
    """Version and hash of the running configuration; changed on the watcher's thread when another one is taken up."""

    version: int
    sha256: str
