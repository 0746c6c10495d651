"""Components: what comes from data is escaped, state is shape and word, times are clock time and age."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from central.screens.components.checks import CheckLine, check_list
from central.screens.components.filters import Choice, Filter, address, filter_bar, pager
from central.screens.components.frame import demo_bar, navigation
from central.screens.components.marks import badge, verdict
from central.screens.components.overlay import overlay
from central.screens.components.pictures import Frame, Picture, picture_row
from central.screens.components.plate import plate
from central.screens.components.table import table
from central.screens.components.times import countdown, limit, moment, running
from central.screens.i18n import Language
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.live import CameraView, VehicleShape, ZoneShape
from central.users.roles import Principal, Role
from tests.unit.central.screens.conftest import NOW

HOSTILE = '<script>alert("x")</script>'


def test_everything_from_data_is_escaped(scene: Scene) -> None:
    drawn = [
        badge(Tone.WATCH, HOSTILE),
        plate(scene, HOSTILE, HOSTILE),
        table([HOSTILE], [[HOSTILE]]),
        check_list(scene, (CheckLine(HOSTILE, True, HOSTILE, HOSTILE),)),
        picture_row(scene, (Picture(HOSTILE, HOSTILE, HOSTILE, NOW), Picture(HOSTILE, None, None, None, missing=HOSTILE))),
        filter_bar(scene, "/queue", HOSTILE, (Filter("state", HOSTILE, "", (Choice(HOSTILE, HOSTILE),)),)),
        pager(scene, "/queue", {"search": HOSTILE}, 2, 3),
        navigation(scene, "/queue", f"/queue?search={HOSTILE}", Principal("1", "x", HOSTILE, "", "", Role.OFFICER)),
        overlay(CameraView("k", HOSTILE, None, 10, 10, Tone.DONE, HOSTILE, False, NOW,
                           (ZoneShape(HOSTILE, ((0, 0), (1, 0), (1, 1))),), (VehicleShape(1, 1, 5, 5, True, HOSTILE),), ())),
    ]  # fmt: skip
    for markup in drawn:
        assert "<script" not in markup
        assert 'alert("' not in markup


@pytest.mark.parametrize("tone", list(Tone))
def test_a_badge_has_colour_shape_and_word(tone: Tone) -> None:
    drawn = badge(tone, "word")
    assert f"tone-{tone.value}" in drawn
    assert "<svg" in drawn
    assert "word" in drawn


def test_verdicts_differ_in_word_and_shape(scene: Scene) -> None:
    passed, failed, unknown = (verdict(scene, passed=value) for value in (True, False, None))
    assert "Holds" in passed
    assert "Fails" in failed
    assert "Not known yet" in unknown
    assert len({re.sub("<span>.*", "", text) for text in (passed, failed, unknown)}) == 3


def test_what_fails_stands_first(scene: Scene) -> None:
    lines = (CheckLine("good", True, "", ""), CheckLine("bad", False, "", ""), CheckLine("later", None, "", ""))
    text = check_list(scene, lines)
    assert text.index("bad") < text.index("later") < text.index("good")


def test_times_are_clock_time_and_age_in_local_time(scene_of: Callable[[Language], Scene]) -> None:
    earlier = NOW - timedelta(minutes=3)
    assert "08:57:00, 3 minutes ago" in moment(scene_of(Language.ENGLISH), earlier)
    assert "08:57:00，3 分钟前" in moment(scene_of(Language.CHINESE), earlier)  # noqa: RUF100
    english = scene_of(Language.ENGLISH)
    assert english.age_text(NOW - timedelta(seconds=1)) == "1 second ago"
    assert english.age_text(NOW + timedelta(hours=2)) == "in 2 hours"
    assert english.clock_text(NOW - timedelta(days=1)) == "05-31 09:00"
    assert english.clock_text(NOW - timedelta(days=200)) == "2025-11-13 09:00"
    assert "–" in moment(english, None)


def test_on_a_page_with_a_script_markup_stays_the_same_while_only_time_passes(scene: Scene) -> None:
    first = Scene(scene.t, NOW, ticking=True)
    later = Scene(scene.t, NOW + timedelta(minutes=5), ticking=True)
    assert moment(first, NOW) == moment(later, NOW)
    assert f'data-age="{int(NOW.timestamp() * 1000)}"' in moment(first, NOW)
    assert "data-since" in running(NOW)
    assert "data-until" in countdown(NOW)


def test_plates_in_their_own_colours_are_named_for_screen_readers(scene: Scene) -> None:
    drawn = plate(scene, "浙A12345", "blue")
    assert "plate-blue" in drawn
    assert 'aria-label="plate 浙A12345, blue"' in drawn
    assert "<i></i>" in drawn
    assert "<i></i>" not in plate(scene, "使123456", "black")
    assert "not read" in plate(scene, None, None)


def test_the_subject_stands_where_it_is_in_the_picture(scene: Scene) -> None:
    picture = Picture("notice", "/small", "/full", NOW, Frame(0.25, 0.5, 0.1, 0.2))
    drawn = picture_row(scene, (picture,))
    assert "left:25.0%;top:50.0%;width:10.0%;height:20.0%" in drawn
    assert 'data-enlarge="/full"' in drawn


def test_addresses_hold_only_filters_that_are_set() -> None:
    assert address("/queue", {"search": "", "state": "draft"}) == "/queue?state=draft"
    assert address("/queue", {"search": ""}) == "/queue"


def test_the_pager_keeps_the_filters(scene: Scene) -> None:
    drawn = pager(scene, "/queue", {"state": "draft"}, 1, 3)
    assert "/queue?state=draft&amp;page=2" in drawn
    assert "aria-disabled" in drawn
    assert pager(scene, "/queue", {}, 1, 1) == ""


def test_the_demo_clock_is_named_and_silent_at_real_time(scene: Scene) -> None:
    assert demo_bar(scene) == ""
    assert "Demo clock ×20." in demo_bar(Scene(scene.t, NOW, clock_speed=20.0))


def test_navigation_offers_only_what_the_role_may_open(scene: Scene) -> None:
    viewer = Principal("1", "x", "X", "", "", Role.VIEWER)
    officer = Principal("2", "y", "Y", "", "", Role.OFFICER)
    assert "Cases" not in navigation(scene, "/", "/", viewer)
    assert "Cases" in navigation(scene, "/", "/", officer)
    assert "Log out" not in navigation(scene, "/login", "/login", None)


def test_what_is_kept_goes_along_once_and_every_button_has_its_word(scene: Scene) -> None:
    drop_down = Filter("zone", "Zone", "", (Choice("z", "East"),))
    drawn = filter_bar(scene, "/queue", "", (drop_down,), {"task": "review", "camera": ""})
    assert re.findall(r'type="hidden" name="(\w+)"', drawn) == ["task"]
    assert '<button class="button" type="submit">Search</button><a class="button plain" href="/queue">Clear' in drawn


def test_a_limit_that_ends_with_a_day_names_that_day(scene: Scene) -> None:
    """Midnight belongs to the day that begins: `12-03 00:00` would be read as a day more than there is."""
    midnight = NOW.astimezone(scene.zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=3)
    last = midnight - timedelta(days=1)
    assert f"{last:%m-%d} (that day included)" in limit(scene, midnight)
    assert f"{midnight:%m-%d}" not in limit(scene, midnight).split(">")[1]
    assert f"{midnight + timedelta(hours=9):%m-%d %H:%M}" in limit(scene, midnight + timedelta(hours=9))
