"""Recordings: times, drops, clips, folders of pictures, damaged and hostile files."""

import io
import random
import shutil
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from benchmarks.streams import render_clip
from edge.frames import Clip, Frame, SourceChange, SourceState
from edge.image import PlanarImage
from edge.sources.config import FileSource, ImagesSource, RecordingSource
from edge.sources.decoder import to_planes
from edge.sources.errors import SourceError
from edge.sources.recording import Recording
from yuhang.messages import TimeSource

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def file_source(path: Path, **more: object) -> FileSource:
    return FileSource.model_validate({"kind": "file", "path": path, "start": START, **more})


def play(source: RecordingSource, **more: float) -> tuple[list[Frame], list[SourceChange]]:
    recording = Recording("cam", source, **more)
    items = list(iter(lambda: recording.read(0.0), None))
    recording.close()
    return [item for item in items if isinstance(item, Frame)], [item for item in items if isinstance(item, SourceChange)]


def write_video(path: Path, times_ms: list[int], size: tuple[int, int] = (160, 96)) -> Path:
    """A video whose pictures lie at these times."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=1000)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for at in times_ms:
            picture = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), at % 200, np.uint8), format="bgr24")
            picture.pts, picture.time_base = at, Fraction(1, 1000)
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
    return path


def test_every_picture_with_its_time(clip: Path) -> None:
    frames, changes = play(file_source(clip))
    assert [change.state for change in changes] == [SourceState.LIVE, SourceState.ENDED]
    assert [frame.index for frame in frames] == list(range(100))
    assert frames[0].time == START
    assert (frames[-1].time - START).total_seconds() == pytest.approx(99 / 25, abs=0.002)
    assert frames[0].image.shape == (180, 320)
    assert frames[0].clock.source is TimeSource.RECORDING
    assert changes[-1].time == frames[-1].time


def test_the_picture_is_the_one_of_its_time(clip: Path) -> None:
    """The red bar moves six pixels a picture: its place says which picture it is."""
    frames, _ = play(file_source(clip), analysis_fps=5)
    for frame in frames:
        row = frame.image.bgr[75].astype(int)
        left = int(np.argmax(row[:, 2] - row[:, 1] > 165))
        number = round((frame.time - START).total_seconds() * 25)
        assert left == pytest.approx((number * 6) % 280, abs=3)


def test_sampling_by_analysis_rate(clip: Path) -> None:
    frames, _ = play(file_source(clip), analysis_fps=5)
    assert len(frames) in {20, 21}
    assert [frame.index for frame in frames] == list(range(len(frames)))


def test_key_frames_only(clip: Path) -> None:
    frames, _ = play(file_source(clip, decode="keyframes"))
    assert [round((frame.time - START).total_seconds(), 2) for frame in frames] == [0.0, 1.0, 2.0, 3.0]


def test_a_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    times = [0, 40, 80, 2080, 2120, 9000, 9001]
    frames, _ = play(file_source(write_video(tmp_path / "vfr.mkv", times)))
    assert [round((frame.time - START).total_seconds() * 1000) for frame in frames] == times


def test_the_start_is_what_the_file_says(tmp_path: Path, clip: Path) -> None:
    stated = tmp_path / "stated.mp4"
    with av.open(str(clip)) as source, av.open(str(stated), "w") as output:
        output.metadata["creation_time"] = "2019-05-06T07:08:09Z"
        stream = output.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                output.mux(packet)
    frames, _ = play(FileSource(kind="file", path=stated))
    assert frames[0].time == datetime(2019, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_a_file_that_says_nothing_starts_on_a_fixed_day(tmp_path: Path) -> None:
    frames, _ = play(FileSource(kind="file", path=write_video(tmp_path / "plain.avi", [0, 100])))
    assert frames[0].time == datetime(2026, 1, 1, tzinfo=UTC)


def decoded(clip: Clip) -> list[np.ndarray]:
    with av.open(io.BytesIO(clip.content)) as container:
        return [PlanarImage(to_planes(frame)).bgr for frame in container.decode(video=0)]


def test_a_clip_is_the_recordings_own_packets(clip: Path) -> None:
    recording = Recording("cam", file_source(clip))
    frames = [item for item in iter(lambda: recording.read(0.0), None) if isinstance(item, Frame)]
    cut = recording.clip("cam", START + timedelta(seconds=1.5), START + timedelta(seconds=2.5))
    other = recording.clip("else", START, START + timedelta(seconds=9))
    recording.close()
    assert other is None
    assert cut is not None
    assert cut.media_type == "video/mp4"
    assert cut.start == frames[25].time, "it begins with the key frame before"
    assert cut.end == frames[62].time
    pictures = decoded(cut)
    assert len(pictures) == 38
    np.testing.assert_array_equal(pictures[0], frames[25].image.bgr)  # bit for bit: nothing was encoded again
    np.testing.assert_array_equal(pictures[-1], frames[62].image.bgr)


def test_packets_are_held_in_bounded_memory(clip: Path) -> None:
    recording = Recording("cam", file_source(clip, clip_s=1.2))
    list(iter(lambda: recording.read(0.0), None))
    assert recording.clip("cam", START, START + timedelta(seconds=1)) is None
    late = recording.clip("cam", START, START + timedelta(seconds=9))
    recording.close()
    assert late is not None
    assert late.start >= START + timedelta(seconds=2)
    tiny = Recording("cam", file_source(clip, clip_mb=0.01))
    list(iter(lambda: tiny.read(0.0), None))
    assert tiny._held.bytes <= 0.01 * 2**20
    tiny.close()


def test_an_mpeg4_avi_goes_into_a_playable_clip(tmp_path: Path) -> None:
    recording = Recording("cam", file_source(write_video(tmp_path / "x.avi", list(range(0, 2000, 100)))))
    list(iter(lambda: recording.read(0.0), None))
    cut = recording.clip("cam", START, START + timedelta(seconds=5))
    recording.close()
    assert cut is not None
    assert len(decoded(cut)) == 20


# --- folders of pictures ----------------------------------------------------------------------------------------------


def pictures(folder: Path, names: list[str]) -> Path:
    folder.mkdir()
    for number, name in enumerate(names):
        cv2.imwrite(str(folder / name), np.full((48, 64, 3), 20 * (number + 1), np.uint8))
    return folder


def test_a_folder_of_pictures(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "odd [name]", ["a.jpg", "b.jpg", "c.jpg"])
    frames, _ = play(ImagesSource(kind="images", path=folder, interval_s=2.5, start=START))
    assert [(frame.time - START).total_seconds() for frame in frames] == [0, 2.5, 5.0]
    assert [round(float(frame.image.bgr.mean()), -1) for frame in frames] == [20, 40, 60]


def test_times_from_the_names(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "named", ["20260601T080000.png", "20260601T080007.png", "20260601T093000.png"])
    frames, _ = play(ImagesSource(kind="images", path=folder, interval_s=None))
    assert [(frame.time - START).total_seconds() for frame in frames] == [0, 7, 5400]


@pytest.mark.parametrize(
    ("names", "interval_s", "words"),
    [([], 1.0, "no pictures"), (["a.jpg", "b.png"], 1.0, "one kind"), (["a.jpg", "b.jpg"], None, "time_format")],
)
def test_folders_that_cannot_be_read(tmp_path: Path, names: list[str], interval_s: float | None, words: str) -> None:
    folder = pictures(tmp_path / "folder", names)
    with pytest.raises(SourceError, match=words):
        Recording("cam", ImagesSource(kind="images", path=folder, interval_s=interval_s))


def test_a_damaged_picture_costs_only_itself(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "some", ["a.jpg", "b.jpg", "c.jpg"])
    (folder / "b.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 400)
    frames, changes = play(ImagesSource(kind="images", path=folder, start=START))
    assert [(frame.time - START).total_seconds() for frame in frames] == [0, 2.0]
    assert "damaged" in changes[-1].detail


# --- damaged and hostile files ----------------------------------------------------------------------------------------


def test_what_is_no_video(tmp_path: Path, clip: Path) -> None:
    rng = random.Random(5)
    samples = {
        "empty.mp4": b"",
        "random.mp4": rng.randbytes(200_000),
        "random.avi": rng.randbytes(5000),
        "text.mp4": b"#!/bin/sh\nrm -rf /\n" * 50,
        "head.mp4": clip.read_bytes()[:2000],
    }
    for name, content in samples.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(SourceError, match=name):
            play(file_source(path))
    with pytest.raises(SourceError, match="no video file"):
        play(file_source(tmp_path / "absent.mp4"))


def test_a_playlist_cannot_make_the_node_read_other_files(tmp_path: Path, clip: Path) -> None:
    shutil.copy(clip, tmp_path / "secret.ts")
    hostile = {
        "list.mp4": f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://{tmp_path}/secret.ts\n#EXT-X-ENDLIST\n",
        "net.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
        "concat.mp4": f"ffconcat version 1.0\nfile {tmp_path}/secret.ts\n",
    }
    for name, text in hostile.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(SourceError):
            play(file_source(tmp_path / name))


def test_a_truncated_stream_gives_what_is_whole(tmp_path: Path) -> None:
    whole = render_clip(tmp_path / "whole.ts", width=160, height=96, seconds=3.0)
    half = tmp_path / "half.ts"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    frames, changes = play(file_source(half))
    assert 20 < len(frames) < 70
    assert changes[-1].state is SourceState.ENDED


@pytest.mark.parametrize("seed", range(6))
def test_flipped_bytes_never_raise_and_time_still_goes_on(tmp_path: Path, clip: Path, seed: int) -> None:
    rng = random.Random(seed)
    content = bytearray(clip.read_bytes())
    for _ in range(200):
        content[rng.randrange(4000, len(content) - 4000)] = rng.randrange(256)
    path = tmp_path / "flipped.mp4"
    path.write_bytes(content)
    try:
        frames, changes = play(file_source(path))
    except SourceError:
        return
    assert changes[-1].state is SourceState.ENDED
    assert all(later.time > earlier.time for earlier, later in pairwise(frames))


def test_a_size_that_changes_midway(tmp_path: Path) -> None:
    joined = tmp_path / "joined.ts"
    small = render_clip(tmp_path / "a.ts", width=160, height=96, seconds=1.0)
    large = render_clip(tmp_path / "b.ts", width=320, height=180, seconds=1.0)
    joined.write_bytes(small.read_bytes() + large.read_bytes())
    frames, _ = play(file_source(joined))
    assert {frame.image.shape for frame in frames} == {(96, 160), (180, 320)}
    assert all(later.time > earlier.time for earlier, later in pairwise(frames))


def test_absurd_sizes_are_refused(tmp_path: Path, clip: Path) -> None:
    with pytest.raises(SourceError, match="max_pixels"):
        play(file_source(clip, max_pixels=10_000))
    bomb = tmp_path / "bomb.ts"
    small = render_clip(tmp_path / "a.ts", width=160, height=96, seconds=1.0)
    large = render_clip(tmp_path / "b.ts", width=1280, height=720, seconds=0.2)
    bomb.write_bytes(small.read_bytes() + large.read_bytes())
    frames, changes = play(file_source(bomb, max_pixels=100_000))
    assert {frame.image.shape for frame in frames} == {(96, 160)}
    assert "max_pixels" in changes[-1].detail
    with pytest.raises(SourceError, match="too small"):
        play(file_source(write_video(tmp_path / "dot.mkv", [0, 40], size=(8, 8))))


def test_a_file_without_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.mkv"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=8000)
        stream.layout = "mono"
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        sound.sample_rate = 8000
        output.mux(stream.encode(sound))
        output.mux(stream.encode(None))
    with pytest.raises(SourceError, match="no video"):
        play(file_source(path))


@pytest.mark.clips
def test_real_recordings_play_to_their_end(shared_dir: Path) -> None:
    """An AVI that knows no order of display, and one in Microsoft's MPEG-4, which only Matroska takes."""
    frames, changes = play(file_source(shared_dir / "media/video/hwy_bgs02.avi"), analysis_fps=5)
    assert len(frames) == pytest.approx(151, abs=2)
    assert changes[-1].state is SourceState.ENDED
    recording = Recording("cam", file_source(shared_dir / "media/video/vtest.avi"))
    for _ in range(60):
        recording.read(0.0)
    cut = recording.clip("cam", START, START + timedelta(seconds=3))
    recording.close()
    assert cut is not None
    assert cut.media_type == "video/x-matroska"
    assert len(decoded(cut)) == 31
