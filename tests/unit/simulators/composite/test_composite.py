"""Things drawn into clips: nothing but the things differs, and what is true is known."""

from pathlib import Path

import av
import numpy as np
import pytest

from simulators.composite.clip import pictures_of
from simulators.composite.condition import Condition, suffered
from simulators.composite.stops import DWELL_S, stopped_in
from simulators.composite.throws import CLIPS, thrown_into
from simulators.errors import ClipError
from simulators.stage.frames import Stage

GREY = 90


def write_clip(path: Path, fps: int = 10, pictures: int = 20) -> None:
    """Grey pictures that get brighter by 4 levels each."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.bit_rate = 4_000_000
        for number in range(pictures):
            frame = av.VideoFrame.from_ndarray(np.full((240, 320, 3), GREY + 4 * number, np.uint8), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_a_short_clip_runs_backwards_and_forwards(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4")
    levels = [float(image.mean()) for _, image in pictures_of(tmp_path / "a.mp4", 5, 6.0, (64, 48))]
    assert len(levels) == 30
    assert levels[:10] == sorted(levels[:10])
    assert levels[10:18] == sorted(levels[10:18], reverse=True)
    assert levels[18:27] == sorted(levels[18:27])


def test_what_is_no_clip_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video")
    with pytest.raises(ClipError, match=r"a\.mp4"):
        list(pictures_of(tmp_path / "a.mp4", 5, 1.0))


@pytest.mark.parametrize("seed", range(4))
def test_the_car_is_there_only_while_it_is_said_to_be(seed: int) -> None:
    drawn = stopped_in(Path(), seed)
    assert drawn.long == (seed % 2 == 0)
    came, went = drawn.stood
    assert (went - came >= DWELL_S + 5) if drawn.long else (went - came <= DWELL_S - 5)
    grey = np.full((576, 768, 3), GREY, np.uint8)
    moments = (came - 5, came + 0.1, (came + went) / 2, went + 6)
    before, there, still, after = (image for _, image in Stage(drawn.stage).frames_over((at, grey.copy()) for at in moments))
    assert (before == GREY).all()
    assert (after == GREY).all()
    assert (there == still).all()
    share = (there != GREY).any(axis=2).mean()
    assert 0.02 < share < 0.2


def test_throws_are_drawn_where_the_truth_says(tmp_path: Path) -> None:
    for clip in CLIPS:
        write_clip(tmp_path / clip.name)
    thrown = thrown_into(tmp_path, 6)
    first = thrown.facade.truth()[0]
    grey = np.full((thrown.facade.scene.camera.height, thrown.facade.scene.camera.width, 3), GREY, np.uint8)
    _, image = next(thrown.facade.frames_over([(first.released_s + 0.2, grey)]))
    rows, columns = np.nonzero((image != GREY).any(axis=2))
    assert len(rows)
    assert abs(float(columns.mean()) - first.x_px) < 12
    assert not thrown_into(tmp_path, 6, throws=False).facade.truth()


def test_conditions_do_what_they_are_called() -> None:
    colours = np.zeros((120, 160, 3), np.uint8)
    colours[..., 2] = 200
    seen = {one: next(suffered([(0.0, colours.copy())], one, 5))[1] for one in Condition}
    assert (seen[Condition.CLEAR] == colours).all()
    assert abs(float(seen[Condition.NOISE][..., 2].astype(float).std()) - 7) < 1
    infrared = seen[Condition.INFRARED]
    assert (infrared[..., 0] == infrared[..., 2]).all()
    assert float(infrared[40:80, 60:100].mean()) > float(infrared[:20, :20].mean())
    assert (seen[Condition.RAIN] != colours).any()
    again = next(suffered([(0.0, colours.copy())], Condition.RAIN, 5))[1]
    assert (again == seen[Condition.RAIN]).all()
