"""Zones and cameras are called by their names in the reader's language; one without an English name keeps the one it has."""

import pytest

from central.live.store import CameraKey
from central.screens.i18n import Language
from central.screens.views.cameras import KnownCamera
from edge.config import ZoneConfig
from yuhang.messages import CameraDescription

OUTLINE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


def zone(**names: str) -> ZoneConfig:
    return ZoneConfig(zone="fire-lane", address="a-1", polygon=OUTLINE, **names)


@pytest.mark.parametrize(
    ("names", "chinese", "english"),
    [
        ({"name": "消防通道", "name_en": "Fire lane"}, "消防通道", "Fire lane"),
        ({"name": "消防通道"}, "消防通道", "消防通道"),
        ({}, "fire-lane", "fire-lane"),
    ],
)
def test_a_zone_has_its_name_in_both_languages(names: dict[str, str], chinese: str, english: str) -> None:
    camera = CameraDescription(camera="c", name="c", zones=(zone(**names).describe(),))
    known = KnownCamera(CameraKey("s", "n", "c"), camera, node_online=True)
    assert known.zone_names(Language.CHINESE) == {"fire-lane": chinese}
    assert known.zone_names(Language.ENGLISH) == {"fire-lane": english}


def test_a_camera_has_its_name_in_both_languages() -> None:
    camera = CameraDescription(camera="c", name="文一西路 1 号杆", name_en="Wenyi West Road, pole 1")
    known = KnownCamera(CameraKey("s", "n", "c"), camera, node_online=True)
    assert (known.name(Language.CHINESE), known.name(Language.ENGLISH)) == ("文一西路 1 号杆", "Wenyi West Road, pole 1")


def test_a_translation_changes_nothing_that_is_watched() -> None:
    assert zone(name="消防通道").sha256 == zone(name="消防通道", name_en="Fire lane").sha256
