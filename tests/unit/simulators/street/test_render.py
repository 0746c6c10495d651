from pathlib import Path

import av
import numpy as np
import pytest

from models.plate_art.drawing import draw_plate
from models.plate_art.layouts import PlateClass
from simulators.errors import RenderedFolderError
from simulators.street.frames import Street
from simulators.street.scene import load_scene
from simulators.street.truth import Truth, load_truth

Rendered = tuple[Path, Truth]


def test_the_same_scene_gives_the_same_pixels(scene_file: Path) -> None:
    scene = load_scene(scene_file)

    first, second = (list(Street(scene).frames(5.0)) for _ in range(2))

    assert all(np.array_equal(one.image, other.image) for one, other in zip(first, second, strict=True))


def test_a_picture_in_which_nothing_moves_is_made_once(scene_file: Path) -> None:
    frames = list(Street(load_scene(scene_file)).frames(2.0))

    assert [frame.changed for frame in frames] == [True, False, False, False]
    assert all(frame.image is frames[0].image for frame in frames)


def test_every_frame_has_its_time_and_key_frames_come_regularly(rendered: Rendered) -> None:
    folder, truth = rendered
    with av.open(str(folder / truth.video)) as container:
        frames = [(frame.time, frame.key_frame) for frame in container.decode(video=0)]

    assert [time for time, _ in frames] == [index / 2 for index in range(48)]
    assert [time for time, key in frames if key] == [0.0, 10.0, 20.0]


def test_repeated_groups_show_what_the_renderer_drew(rendered: Rendered, scene_file: Path) -> None:
    folder, truth = rendered
    drawn = {frame.seconds: frame.image for frame in Street(load_scene(scene_file)).frames()}
    with av.open(str(folder / truth.video)) as container:
        for frame in container.decode(video=0):
            assert frame.time is not None
            difference = np.abs(frame.to_ndarray(format="bgr24").astype(int) - drawn[frame.time])
            assert difference.mean() < 6.0


def test_the_truth_tells_when_who_stood_where(rendered: Rendered) -> None:
    folder, truth = rendered
    guest, lorry = truth.vehicles

    assert load_truth(folder / "little.truth.json") == truth
    assert (guest.appears_s, guest.stops_s, guest.starts_s, guest.gone_s) == (2.0, 6.0, None, None)
    assert (lorry.stops_s, lorry.starts_s, lorry.gone_s) == (10.0, 14.0, 16.0)
    assert (guest.plate, guest.plate_colour, guest.zone) == ("浙A8K215", "blue", "pavement")
    assert truth.stretches[0].from_s == 0.0
    assert truth.stretches[-1].until_s == 24.0
    assert all(one.until_s == other.from_s for one, other in zip(truth.stretches, truth.stretches[1:], strict=False))


def test_the_truths_box_holds_the_vehicle(rendered: Rendered, scene_file: Path) -> None:
    _, truth = rendered
    frames = list(Street(load_scene(scene_file)).frames())
    empty, parked = frames[0].image.astype(int), frames[14].image.astype(int)
    [seen] = next(stretch for stretch in truth.stretches if stretch.from_s == 6.0).vehicles
    left, top, right, bottom = seen.box

    bright = np.argwhere((parked - empty).min(axis=2) > 60)  # the white paint; shadows are darker than the ground

    assert bright[:, 0].min() >= top - 1
    assert bright[:, 0].max() <= bottom + 1
    assert bright[:, 1].min() >= left - 1
    assert bright[:, 1].max() <= right + 1
    assert np.ptp(bright[:, 0]) > 0.6 * (bottom - top)
    assert np.ptp(bright[:, 1]) > 0.6 * (right - left)


def test_who_stands_behind_a_lorry_is_hidden(rendered: Rendered) -> None:
    _, truth = rendered

    [hidden] = truth.vehicles[0].hidden

    assert hidden.from_s <= 10.0
    assert 14.0 <= hidden.until_s <= 16.0


def test_a_zone_is_where_its_corners_are_seen(rendered: Rendered) -> None:
    _, truth = rendered
    [zone] = truth.zones
    (near_left, near_right, far_right, far_left) = zone.polygon

    assert near_left[0] < far_left[0] < 160 < far_right[0] < near_right[0]
    assert near_left[1] == pytest.approx(near_right[1])
    assert far_left[1] < near_left[1]


@pytest.mark.parametrize(("text", "colour"), [("浙A8K215", "blue"), ("浙AD12345", "green"), ("沪C7K849", "yellow")])
def test_plates_have_their_size_and_ink_in_every_cell(text: str, colour: str) -> None:
    plate = draw_plate(text, PlateClass(colour))

    assert plate.shape == (140, 480 if colour == "green" else 440, 3)
    cells = plate[30:110].astype(int)
    marks = cells.min(axis=2) > 180 if colour == "blue" else cells.max(axis=2) < 90
    assert np.count_nonzero(np.diff(marks.any(axis=0).astype(int)) == 1) >= len(text)


@pytest.mark.parametrize("text", ["", "{", '{"scene": "x"}'])
def test_a_file_that_is_no_truth_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.truth.json"
    path.write_text(text)

    with pytest.raises(RenderedFolderError, match=r"x\.truth\.json"):
        load_truth(path)
