"""Streams of the benchmark's cameras: stretches encoded once, then joined packet by packet, so that a camera costs nothing.

A stretch begins with a key frame and ends before one, and all are encoded with the same settings; so any order of them is a valid
stream.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, cast, get_args

import av
from av.video.stream import VideoStream

from benchmarks.density.scenes import FPS, PERIOD_S, VIEW, VISIT_S, Street, Traffic, View

Codec = Literal["h264", "h265"]
VERSION = 1  # of what is drawn and how it is encoded: a new number makes new files
_ENCODERS = {"h264": "libx264", "h265": "libx265"}
_CLOCK = Fraction(1, 90_000)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the streams of a run are encoded."""

    codec: Codec = "h264"
    key_frames_s: int = 2
    view: View = VIEW


@dataclass(frozen=True, slots=True)
class Stretch:
    """One encoded piece of street."""

    traffic: Traffic
    visited: bool

    @property
    def seconds(self) -> float:
        return VISIT_S if self.visited else PERIOD_S


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch without its first seconds, which are a multiple of the time between key frames."""

    stretch: Stretch
    from_s: float = 0.0

    @property
    def seconds(self) -> float:
        return self.stretch.seconds - self.from_s


STRETCHES = tuple(Stretch(traffic, visited) for traffic in get_args(Traffic) for visited in (False, True))


class Library:
    """The stretches of one recipe, in a folder; what is missing is made by two processes."""

    def __init__(self, recipe: Recipe, folder: Path | None = None) -> None:
        self._recipe = recipe
        self._folder = (folder or _cache()) / _mark(recipe)

    def prepare(self) -> None:
        """Make what is missing; minutes the first time."""
        self._folder.mkdir(parents=True, exist_ok=True)
        missing = [stretch for stretch in STRETCHES if not self._path(stretch).is_file()]
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(_encode, missing, [self._recipe] * len(missing), map(self._path, missing)))

    def stream(self, parts: Sequence[Part], target: Path) -> float:
        """Write the parts one after the other into an MP4; returns its length in seconds."""
        with av.open(str(self._path(parts[0].stretch))) as template, av.open(str(target), "w") as output:
            stream = output.add_stream_from_template(template.streams.video[0])
            at_s = 0.0
            for part in parts:
                for content, offset_s, is_keyframe in self._packets(part):
                    packet = av.Packet(content)
                    packet.time_base = _CLOCK
                    packet.pts = packet.dts = round((at_s + offset_s) / _CLOCK)
                    packet.is_keyframe = is_keyframe
                    packet.stream = stream
                    output.mux(packet)
                at_s += part.seconds
        return at_s

    def megabits(self, stretch: Stretch) -> float:
        """Mean rate, megabits a second."""
        return self._path(stretch).stat().st_size * 8 / 1e6 / stretch.seconds

    def _packets(self, part: Part) -> Iterator[tuple[bytes, float, bool]]:
        """Bytes, seconds from the part's beginning, and whether it is a key frame."""
        with av.open(str(self._path(part.stretch))) as container:
            for number, packet in enumerate(packet for packet in container.demux(video=0) if packet.size):
                if number >= part.from_s * FPS:
                    yield bytes(packet), number / FPS - part.from_s, packet.is_keyframe

    def _path(self, stretch: Stretch) -> Path:
        return self._folder / f"{stretch.traffic}-{'visit' if stretch.visited else 'traffic'}.mp4"


def _encode(stretch: Stretch, recipe: Recipe, target: Path) -> None:
    group = recipe.key_frames_s * FPS
    options = {"preset": "superfast", "crf": "25", "tune": "zerolatency"}
    if recipe.codec == "h264":
        options["x264-params"] = f"keyint={group}:min-keyint={group}:scenecut=0:ref=1:threads=1"
    else:
        options["preset"] = "ultrafast"
        options["x265-params"] = f"keyint={group}:min-keyint={group}:scenecut=0:bframes=0:pools=1:frame-threads=1:log-level=none"
    unfinished = target.with_suffix(".part")
    with av.open(str(unfinished), "w", format="mp4") as output:
        stream = cast("VideoStream", output.add_stream(_ENCODERS[recipe.codec], rate=FPS, options=options))
        stream.width, stream.height, stream.pix_fmt = recipe.view.width, recipe.view.height, "yuv420p"
        for planes in Street(stretch.traffic, recipe.view).pictures(stretch.seconds, visited=stretch.visited):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
        output.mux(stream.encode(None))
    unfinished.rename(target)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "yuhang" / "density"


def _mark(recipe: Recipe) -> str:
    stated = json.dumps({"version": VERSION, **asdict(recipe)}, sort_keys=True)
    return f"{recipe.codec}-{recipe.key_frames_s}s-{recipe.view.height}-{hashlib.sha256(stated.encode()).hexdigest()[:8]}"
