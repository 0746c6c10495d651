"""A SUMO configuration, run in a folder of its own, so that what it writes never lands beside what it reads."""

import hashlib
import os
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yuhang.errors import ConfigError

HOUR_S = 3600.0
_MOST_FILES = 5000
_FILES = ("net-file", "route-files", "additional-files")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A configuration and how it is run. `sublane`: vehicles can pass each other within a lane."""

    config: Path
    sublane: bool = False

    @classmethod
    def read(cls, config: Path, *, sublane: bool = False) -> "Scenario":
        """Check that it is one; `ConfigError` says what is wrong."""
        scenario = cls(config.resolve(), sublane)
        if not scenario._inputs():
            raise ConfigError(f"{config}: names no net-file; give a SUMO configuration (.sumocfg)")
        return scenario

    @property
    def name(self) -> str:
        """The folder's name, which tells networks apart better than `run.sumocfg`."""
        return self.config.parent.name

    @property
    def net(self) -> Path:
        """Its road network."""
        return self._inputs()[0]

    @property
    def fingerprint(self) -> str:
        """Changes when one of its files does."""
        parts = [str(self.config), str(self.sublane)]
        for path in (self.config, *self._inputs()):
            stat = path.stat()
            parts += [path.name, str(stat.st_size), str(stat.st_mtime_ns)]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]

    def start(self, sumo: Any, folder: Path, seed: int, *options: str) -> None:
        """Start `sumo` (libsumo) on it, with everything written into `folder`."""
        root = self._root()
        _mirror(root, folder / "net")
        config = folder / "net" / self.config.relative_to(root)
        os.chdir(config.parent)
        lateral = ("--lateral-resolution", "0.8") if self.sublane else ()
        quiet = ("--no-step-log", "true", "--no-warnings", "true", "--duration-log.disable", "true", "--verbose", "false")
        sumo.start(["sumo", "-c", config.name, "--seed", str(seed), *quiet, *lateral, *options])

    def _inputs(self) -> tuple[Path, ...]:
        try:
            tree = ET.parse(self.config)  # the user's own file
        except (OSError, ET.ParseError) as error:
            raise ConfigError(f"{self.config}: is no SUMO configuration ({error})") from error
        names = [
            name for key in _FILES for found in tree.iter(key) for name in re.split(r"[,\s]+", found.get("value", "")) if name
        ]
        paths = tuple((self.config.parent / name).resolve() for name in names)
        for path in paths:
            if not path.is_file():
                raise ConfigError(f"{self.config}: names {path}, which is not there")
        return paths

    def _root(self) -> Path:
        """The folder under which all its files lie."""
        return Path(os.path.commonpath([self.config.parent, *(path.parent for path in self._inputs())]))


def _mirror(source: Path, target: Path) -> None:
    """Folders anew, files as links."""
    count = 0
    for folder, _, names in os.walk(source):
        there = target / Path(folder).relative_to(source)
        there.mkdir(parents=True, exist_ok=True)
        for name in names:
            count += 1
            if count > _MOST_FILES:
                raise ConfigError(
                    f"{source}: holds more than {_MOST_FILES} files; put the configuration into a folder of its own"
                )
            (there / name).symlink_to(Path(folder) / name)
