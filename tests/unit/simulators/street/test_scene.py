from collections import Counter
from pathlib import Path

import pytest

from simulators.errors import SceneError
from simulators.street.scene import load_scene

SCENES = sorted((Path(__file__).parents[4] / "simulators" / "scenes").glob("**/*.yaml"))


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_shipped_scenes_can_be_read_and_no_plate_is_there_twice(path: Path) -> None:
    scene = load_scene(path)

    plates = Counter(actor.plate for actor in scene.actors if actor.plate)
    assert not [plate for plate, count in plates.items() if count > 1]
    assert all(actor.stands_from_s < scene.duration_s for actor in scene.actors)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("vehicle: sedan", "vehicle: spaceship", "actors.0.vehicle"),
        ("fps: 2", "fps: 2\nframes: 3", "frames"),
        ("zone: pavement", "zone: moon", "there is no zone 'moon'"),
        ("stands_until_s: 14", "stands_until_s: 9", "lorry: stands_until_s must be after"),
        ("stands_from_s: 6", "stands_from_s: 1", "guest: its arrival would begin before the scene"),
        ("name: lorry", "name: guest", "two actors have the same name"),
        ("name: little", "name: [", "little.yaml"),
    ],
)
def test_a_scene_that_cannot_be_names_file_and_key(scene_file: Path, tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = tmp_path / "little.yaml"
    path.write_text(scene_file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(SceneError) as failure:
        load_scene(path)

    assert str(path) in str(failure.value)
    assert complaint in str(failure.value)


def test_a_scene_that_is_not_there_is_a_scene_error(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match=r"nowhere\.yaml"):
        load_scene(tmp_path / "nowhere.yaml")
