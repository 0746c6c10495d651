"""A folder of pictures: which files, in which order, taken when."""

from datetime import UTC, datetime
from pathlib import Path

from edge.sources.config import ImagesSource, RecordingSource
from edge.sources.errors import SourceError

_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp")


def image_files(folder: Path) -> list[Path]:
    """The pictures of a folder in the order in which they are read, or `SourceError` if there are none."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    except OSError as error:
        raise SourceError(f"cannot read folder {folder}: {error.strerror}") from error
    if not found:
        raise SourceError(f"{folder}: holds no pictures ({', '.join(_SUFFIXES)})")
    return found


def named_times(source: RecordingSource) -> list[datetime]:
    """Times from the names of pictures, UTC, or nothing where the source has a fixed interval."""
    if not isinstance(source, ImagesSource) or source.interval_s is not None:
        return []
    try:
        return [_utc(path.stem, source.time_format) for path in image_files(source.path)]
    except ValueError as error:
        raise SourceError(f"{source.path}: the name of a picture does not follow time_format {source.time_format!r}") from error


def _utc(text: str, time_format: str) -> datetime:
    time = datetime.strptime(text, time_format)  # noqa: DTZ007  a name without a zone is UTC
    return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)
