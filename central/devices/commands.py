"""What `yuhang central import-cameras FILE` does."""

from dataclasses import dataclass
from pathlib import Path

from central.database import Database
from central.devices.importing import import_cameras, read_cameras
from central.devices.service import CameraService, Editor
from yuhang.clock import Clock
from yuhang.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Imported:
    """Cameras in the file, and those whose papers were not known like this."""

    cameras: int
    changed: int


def import_file(database: Database, clock: Clock, path: Path, editor: Editor) -> Imported:
    """Enter the cameras of a YAML or CSV file in one transaction; `ConfigError` names file, line and key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as text") from error
    document = read_cameras(text, str(path))
    with database.session() as session:
        changed = import_cameras(session, CameraService(), document, editor, clock.now())
    return Imported(len(document.cameras), changed)
