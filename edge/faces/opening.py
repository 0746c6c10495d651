"""The enrolled of a node as its configuration has them: used by the node itself and by `yuhang edge faces`."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from edge.faces.config import FacesConfig
from edge.faces.desk import FaceDesk
from edge.faces.eyes import FaceEyes
from edge.faces.sealing import Seal
from edge.faces.search_lock import MeasuredErrors
from edge.faces.store import TemplateStore
from yuhang.errors import ConfigError
from yuhang.evidence import NodeKey
from yuhang.messages import first_error


def open_desk(
    config: FacesConfig, eyes: FaceEyes, data_dir: Path, signer: NodeKey, new_id: Callable[[datetime], str]
) -> FaceDesk:
    """The desk over `data_dir/faces`; raises `StorageError` (key) or `ConfigError` (the file with the measured rates)."""
    folder = data_dir / "faces"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = TemplateStore(folder, Seal.open(folder / "templates.key"), signer, eyes.embedder_sha256, new_id)
    return FaceDesk(eyes, store, None if config.measured is None else read_measured(config.measured))


def read_measured(path: Path) -> MeasuredErrors:
    """What `yuhang bench faces --out` wrote; raises `ConfigError`."""
    try:
        return MeasuredErrors.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"faces.measured: {path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        found = first_error(error)
        raise ConfigError(f"faces.measured: {path}: {found}; make it anew with `yuhang bench faces --out`") from error
