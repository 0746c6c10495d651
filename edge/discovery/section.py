"""Found cameras as the `cameras` section of a node's configuration. Pure."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from edge.config import CameraConfig
from edge.discovery.network import FoundCamera

_LONGEST = 40


def section(found: Sequence[FoundCamera], user: str = "", password_file: Path | None = None) -> str:
    """YAML text; every camera in it is one that the node accepts. What could not be asked stands as a comment."""
    lines = ["cameras:"]
    used: set[str] = set()
    for camera in found:
        title = " ".join(part for part in (camera.name, camera.hardware, camera.address) if part)
        lines.append(f"  # {_one_line(title)}")
        if camera.problem:
            lines.append(f"  # not written: {_one_line(camera.problem)}")
        else:
            lines += _lines_of(camera, _slug(camera, used), user, password_file)
    return "\n".join(lines) + "\n"


def _lines_of(camera: FoundCamera, slug: str, user: str, password_file: Path | None) -> Iterator[str]:
    main, *others = camera.streams
    source: dict[str, object] = {"kind": "rtsp", "url": main.url}
    if user:
        source["username"] = user
    if password_file is not None:
        source["password_file"] = str(password_file)
    document = {"camera": slug, "name": camera.name[:100] or slug, "source": source}
    CameraConfig.model_validate(document)
    text = yaml.safe_dump([document], allow_unicode=True, sort_keys=False, width=1000)
    yield from (f"  {line}" for line in text.splitlines())
    yield f"    # {main.profile.encoding} {main.profile.width}x{main.profile.height}; draw its zones at central (docs/zones.md)"
    for stream in others:
        yield f"    # also {stream.profile.encoding} {stream.profile.width}x{stream.profile.height}: {_one_line(stream.url)}"


def _slug(camera: FoundCamera, used: set[str]) -> str:
    """A name for topics and paths, from what the camera calls itself and the end of its address."""
    words = re.sub(r"[^a-z0-9]+", "-", (camera.name or camera.hardware or "camera").lower()).strip("-")[:_LONGEST].strip("-")
    tail = re.sub(r"[^0-9]+", "-", camera.address.rpartition(".")[2]).strip("-")
    slug = "-".join(part for part in (words or "camera", tail) if part)
    number = 2
    while slug in used:
        slug, number = f"{slug}-{number}", number + 1
    used.add(slug)
    return slug


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]
