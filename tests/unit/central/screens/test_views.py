"""From stored rows to what a page says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from central.cases.playbook import Playbook
from central.cases.tables import Case, CaseTimeline
from central.live.store import CameraKey, LiveCamera
from central.notify.tables import Notification
from central.parking.figures import DayFigures
from central.screens.pages.start import draw_start
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.cameras import KnownCamera, condition_of
from central.screens.views.case_building import CaseRows, Reading, case_view
from central.screens.views.live import StandingCase, camera_view, colour_of, hide_plates
from central.screens.views.naming import state_tone, states_for_person
from central.screens.views.phone import inbox_view, thread_view
from central.screens.views.queue import Asker, QueueQuery, case_query
from central.screens.views.start import DayFacts, start_view, without_cases
from central.screens.views.tasks import STATES
from central.users.roles import Principal, Role
from tests.unit.central.screens.conftest import NOW
from yuhang.messages import Box, CameraCondition, CameraDescription, LiveView, SeenVehicle, VehicleClass, ZoneDescription

TRACK = "01JWN0000000000000000000TA"
REVIEWER = Principal("1", "wang", "Wang", "unit", "", Role.REVIEWER)
OFFICER = Principal("2", "li", "Li", "unit", "", Role.OFFICER)


def make_case(state: str = "draft", **changes: Any) -> Case:
    kinds = {
        "draft": "open",
        "grace": "open",
        "on_foot": "open",
        "second_review": "open",
        "entered": "open",
        "closed": "done",
        "voided": "void",
    }
    values: dict[str, Any] = {
        "id": TRACK, "number": "余2026-000001", "kind": "parking", "playbook_version": 1,
        "profile": "traffic_police", "profile_version": 1,
        "public_code": "ABCDEFGHJK", "red_lights": [], "reviewed_by": None, "confirmed_by": None, "amount": None,
        "state": state,
        "state_kind": kinds[state], "site": "s", "node": "n", "camera": "c", "zone": "z", "address": "a", "plate": "浙A12345",
        "plate_colour": "blue", "opened_at": NOW, "changed_at": NOW, "closed_at": None, "red_light_at": None,
        "void_ground": None, "decided_by": None, "moments": {"stopped_at": NOW.isoformat()}, "version": 7,
    }  # fmt: skip
    return Case(**(values | changes))


def rows_of(case: Case, checks: list[dict[str, Any]], timeline: tuple[CaseTimeline, ...] = ()) -> CaseRows:
    return CaseRows(case, timeline, (), (), checks, frozenset(), "here", "zone", "camera", "138****0001")


def view_of(scene: Scene, playbook: Playbook, rows: CaseRows, user: Principal = REVIEWER) -> Any:
    return case_view(scene, playbook, rows, Reading(user, "review", None, None))


GOOD = {"name": "continuous", "passed": True, "measured": {"gap_s": 0.5, "max_gap_s": 10.0}}
BAD = {"name": "continuous", "passed": False, "measured": {"gap_s": 12.0, "max_gap_s": 10.0}}


def test_what_is_missing_stands_with_its_measured_values(scene: Scene, playbook: Playbook) -> None:
    proven = view_of(scene, playbook, rows_of(make_case(), [GOOD]))
    assert (proven.missing, proven.version) == ((), 7)
    failed = view_of(scene, playbook, rows_of(make_case(), [BAD]))
    assert failed.missing == ("Watched without a gap",)
    assert failed.checks[0].detail == "Gap of 12 s, more than 10 s"


def test_what_cannot_hold_yet_is_open_and_not_failed(scene: Scene, playbook: Playbook) -> None:
    owner = {"name": "owner_reachable", "passed": False, "measured": {}}
    view = view_of(scene, playbook, rows_of(make_case("grace"), [BAD, owner]))
    assert [(line.title, line.passed) for line in view.checks] == [
        ("Watched without a gap", None),
        ("Owner reachable", False),
    ]


def test_measured_times_are_local_and_unknown_values_a_dash(scene: Scene, playbook: Playbook) -> None:
    delivered = {"name": "notice_delivered", "passed": True, "measured": {"delivered_at": "2026-06-01T00:30:00.000+00:00"}}
    grace = {"name": "grace_over", "passed": False, "measured": {}}
    view = view_of(scene, playbook, rows_of(make_case(), [delivered, grace]))
    assert [line.detail for line in view.checks] == ["Delivered at 08:30:00", "No picture after the grace period (–)"]


def test_where_no_proof_is_sought_nothing_is_missing_and_nothing_failed(scene: Scene, playbook: Playbook) -> None:
    """An officer goes there because nobody could be told: eleven red lines about a proof that nobody seeks would hide that."""
    grace = {"name": "grace_over", "passed": False, "measured": {}}
    owner = {"name": "owner_reachable", "passed": False, "measured": {}}
    on_foot = view_of(scene, playbook, rows_of(make_case("on_foot"), [grace, owner]))
    assert [line.title for line in on_foot.checks] == ["Owner reachable"]
    assert on_foot.missing is None
    draft = view_of(scene, playbook, rows_of(make_case("draft"), [grace, owner]))
    assert len(draft.checks) == len(draft.missing or ()) == 2


def test_a_place_is_kept_for_the_pictures_that_a_decision_needs(scene: Scene, playbook: Playbook) -> None:
    view = view_of(scene, playbook, rows_of(make_case("grace"), []))
    assert [picture.title for picture in view.pictures] == ["Before the notice", "Still there"]
    assert all(picture.url is None for picture in view.pictures)


def test_the_timeline_says_where_it_went_and_who_did_it(scene: Scene, playbook: Playbook) -> None:
    line = CaseTimeline(
        at=NOW, actor="wang", role="reviewer", trigger="approve", source="draft", target="entered", reason="seen", data={}
    )
    view = view_of(scene, playbook, rows_of(make_case("closed", closed_at=NOW), [], (line,)))
    (entry,) = view.happenings
    assert (entry.title, entry.detail, entry.tone) == ("Approve", "→ Entered, to be informed · wang: seen", Tone.WARNING)


def test_red_is_only_for_what_needs_a_person_now(playbook: Playbook) -> None:
    assert states_for_person(playbook)[:3] == ("draft", "on_foot", "second_review")
    assert not {"informed", "served", "paid", "grace"} & set(states_for_person(playbook))
    assert state_tone(playbook, "draft") is Tone.WARNING
    assert state_tone(playbook, "draft", red_light=True) is Tone.ALARM
    assert state_tone(playbook, "grace") is Tone.WATCH
    assert state_tone(playbook, "left_in_time") is Tone.DONE
    assert state_tone(playbook, "unobserved") is Tone.NORMAL


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", ""])
def test_hostile_pages_fall_back_to_the_first(page: str) -> None:
    assert QueueQuery.from_address({"page": page}).page == 1


def test_the_filters_ask_the_cases(playbook: Playbook) -> None:
    midnight = datetime(2026, 5, 31, 16, tzinfo=UTC)
    asker = Asker(midnight, NOW, ("urban_management",), ("one",))
    query = QueueQuery.from_address({"state": "todo", "red": "yes", "search": " 浙A ", "day": "today", "page": "2"})
    asked = case_query(query, playbook, asker)
    assert asked.states == states_for_person(playbook)
    assert (asked.red_light, asked.search, asked.opened_from, asked.page, asked.by_limit) == (True, "浙A", midnight, 2, True)
    several = case_query(QueueQuery(state="voided,nonsense,closed"), playbook, asker)
    assert (several.states, several.by_limit) == (("voided", "closed"), False)
    mine = case_query(QueueQuery.from_address({"authority": "mine", "camera": "s/n/c", "age": "3"}), playbook, asker)
    assert (mine.profiles, len(mine.also), mine.opened_to) == (("urban_management",), 3, NOW - timedelta(days=3))
    assert case_query(QueueQuery(task="payments"), playbook, asker).ids == ("one",)
    assert case_query(QueueQuery(task="overdue"), playbook, asker).red_light


def test_every_state_that_waits_for_a_person_is_in_one_tab(playbook: Playbook) -> None:
    found = [state for states in STATES.values() for state in states]
    assert sorted(found) == sorted(states_for_person(playbook))


def test_who_reviews_second_chooses_before_the_first_ones_words_are_shown(scene: Scene, playbook: Playbook) -> None:
    case = make_case("second_review", reviewed_by="li")
    line = CaseTimeline(
        at=NOW, actor="li", role="reviewer", trigger="approve", source="draft", target="second_review", reason="clear", data={}
    )
    (unseen,) = view_of(scene, playbook, rows_of(case, [], (line,))).happenings
    assert "clear" not in unseen.detail + unseen.note
    assert "li" not in unseen.detail.split()
    first = Principal("2", "li", "Li", "unit", "", Role.REVIEWER)
    (own,) = view_of(scene, playbook, rows_of(case, [], (line,)), first).happenings
    assert "li: clear" in own.detail
    entered = make_case("entered", reviewed_by="li", confirmed_by="wang")
    (afterwards,) = view_of(scene, playbook, rows_of(entered, [], (line,))).happenings
    assert "li: clear" in afterwards.detail


def test_the_trail_says_what_an_act_brought(scene: Scene, playbook: Playbook) -> None:
    data = {
        "unit": "City management", "certificate": "ZF-1", "ground": "wrong_plate", "amount": 150,
        "service": {"way": "post", "at": NOW.isoformat(), "proof": "EMS-1"}, "internal": "x",
    }  # fmt: skip
    line = CaseTimeline(
        at=NOW, actor="wang", role="reviewer", trigger="void", source="draft", target="voided", reason="seen", data=data
    )
    (entry,) = view_of(scene, playbook, rows_of(make_case("voided", closed_at=NOW), [], (line,))).happenings
    for words in ("reviewer", "City management", "ZF-1", "Wrong plate", "150", "By post", "EMS-1", "2026-06-01 09:00"):
        assert words in entry.note
    assert "internal" not in entry.note


def figures_of(**changes: Any) -> DayFigures:
    values: dict[str, Any] = {
        "day": date(2026, 6, 1), "stops": 9, "warned": 5, "warned_running": 1, "left_in_time": 3, "awaiting_review": 1,
        "entered": 0, "decided": 0, "states": {"left_in_time": 3, "not_delivered": 1, "on_foot": 2}, "void_grounds": {},
    }  # fmt: skip
    return DayFigures(**(values | changes))


def test_law_14_the_first_figure_is_the_share_that_left(scene: Scene, playbook: Playbook) -> None:
    view = start_view(scene, playbook, DayFacts(figures_of(), {"draft": 1}, 0, 1, 1, 1, 2))
    assert view.share.percent == pytest.approx(75.0)
    assert (view.share.warned, view.share.simulated) == (4, False)
    figures = {figure.label: figure for group in view.groups for figure in group.figures}
    assert figures["Owner not reachable (today)"].value == "3"
    assert figures["Cameras that see"].tone is Tone.WARNING
    assert all(figure.href.startswith(("/queue?", "/nodes")) for figure in figures.values())
    assert not any("yuan" in figure.label.lower() or "fine" in figure.label.lower() for figure in figures.values())


def test_who_may_not_open_cases_sees_the_figures_and_no_link_to_them(scene: Scene, playbook: Playbook) -> None:
    view = start_view(scene, playbook, DayFacts(figures_of(), {"draft": 1}, 0, 1, 1, 1, 2))
    plain = without_cases(view)
    assert [one.value for group in plain.groups for one in group.figures] == [
        one.value for group in view.groups for one in group.figures
    ]
    assert {one.href for group in plain.groups for one in group.figures} == {"", "/nodes"}
    drawn = draw_start(scene, plain)
    assert "/queue" not in drawn
    assert "/queue?" in draw_start(scene, view)


def test_a_demo_marks_its_share_as_simulated_and_nobody_warned_is_no_share(scene: Scene, playbook: Playbook) -> None:
    demo = Scene(scene.t, NOW, clock_speed=20)
    view = start_view(demo, playbook, DayFacts(figures_of(warned=0, warned_running=0), {}, 0, 0, 0, 0, 0))
    assert view.share.simulated
    assert view.share.percent is None


ZONE = ZoneDescription(zone="z", name="Zone", kind="parking", address="a", polygon=((0, 0), (1, 0), (1, 1)), sha256="0" * 64)
CAMERA = KnownCamera(CameraKey("s", "n", "c"), CameraDescription(camera="c", name="Cam", zones=(ZONE,)), node_online=True)


def live_of(condition: CameraCondition, age_s: float = 1) -> LiveCamera:
    box = Box(left=1, top=2, right=3, bottom=4)
    vehicle = SeenVehicle(box=box, vehicle=VehicleClass.CAR, plate="浙AD12345", zone="z", track=TRACK, stopped_at=NOW)
    view = LiveView(camera="c", time=NOW, width=640, height=360, condition=condition, vehicles=(vehicle,))
    return LiveCamera(view=view, view_at=NOW - timedelta(seconds=age_s))


def test_a_camera_that_cannot_judge_shows_no_vehicles(scene: Scene) -> None:
    seeing = camera_view(scene, CAMERA, live_of(CameraCondition.OK), {TRACK: StandingCase("/cases/1", NOW)})
    assert not seeing.blind
    assert [(timer.plate, timer.plate_colour, timer.zone, timer.case_href) for timer in seeing.timers] == [
        ("浙AD12345", "green", "Zone", "/cases/1")
    ]
    moved = camera_view(scene, CAMERA, live_of(CameraCondition.MOVED), {})
    assert (moved.blind, moved.vehicles, moved.timers, moved.condition) == (True, (), (), "Camera moved")


def test_silence_is_never_shown_as_seeing(scene: Scene) -> None:
    assert condition_of(scene, CAMERA, live_of(CameraCondition.OK, age_s=60)).blind
    fast = Scene(scene.t, NOW, clock_speed=20)
    assert not condition_of(fast, CAMERA, live_of(CameraCondition.OK, age_s=60)).blind
    assert condition_of(scene, CAMERA, None).blind
    offline = KnownCamera(CAMERA.key, CAMERA.description, node_online=False)
    assert condition_of(scene, offline, live_of(CameraCondition.OK)).word == "Node is silent"


def test_viewers_see_no_plates(scene: Scene) -> None:
    (camera,) = hide_plates((camera_view(scene, CAMERA, live_of(CameraCondition.OK), {TRACK: StandingCase("/cases/1")}),))
    assert [(timer.plate, timer.case_href) for timer in camera.timers] == [("浙A******", None)]
    assert [vehicle.label for vehicle in camera.vehicles] == [""]


def test_only_a_colour_that_the_text_decides_is_shown() -> None:
    assert colour_of("浙AD12345") == "green"
    assert colour_of("浙A12345") is None
    assert colour_of("nonsense") is None


def notice(reference: str, number: int, status: str = "delivered") -> Notification:
    at = NOW + timedelta(minutes=number)
    return Notification(
        id=f"{number:026d}", case_id=f"case{number}", recipient_masked="138****0001", recipient_reference=reference,
        text=f"text {number}", status=status, queued_at=at, sent_at=at, delivered_at=None,
    )  # fmt: skip


def test_the_inbox_has_one_row_a_phone(scene: Scene) -> None:
    rows = inbox_view([notice("b", 3), notice("a", 2), notice("b", 1)])
    assert [(row.reference, row.messages, row.last_text) for row in rows] == [("b", 2, "text 3"), ("a", 1, "text 2")]
    thread = thread_view(scene, [notice("b", 1), notice("b", 3, "expired")], {"case1": "Grace period"})
    assert [(bubble.status, bubble.matter) for bubble in thread.bubbles] == [
        ("Delivered", "Matter: Grace period"),
        ("Not delivered", ""),
    ]
