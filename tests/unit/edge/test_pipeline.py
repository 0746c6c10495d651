"""A camera from frames to events, with drawn pictures and a detector that is told what to see."""

from pathlib import Path

import pytest

from edge.frames import SourceState
from tests.unit.edge.drawn_street import PLACE, DrawnStreet
from tests.unit.edge.street import at, seconds
from yuhang.errors import StorageError
from yuhang.evidence import EvidenceChain, verify_folder
from yuhang.messages import NodeEvent, ParkingStoppedEvent, Reobserve, UnobservedReason


@pytest.fixture
def street(tmp_path: Path) -> DrawnStreet:
    return DrawnStreet(tmp_path)


def told(events: list[NodeEvent]) -> list[tuple[str, float]]:
    return [(event.type.removesuffix(".v1"), seconds(event.time)) for event in events]


def reasons(events: list[NodeEvent]) -> list[UnobservedReason]:
    return [event.data.reason for event in events if event.type == "parking.unobserved.v1"]


def test_a_stop_from_arrival_to_leaving(street: DrawnStreet) -> None:
    events = street.show(0, 5, None) + street.show(5.5, 40, PLACE) + street.show(40.5, 45, None)

    assert told(events) == [("parking.stopped", 25.5), ("parking.left", 40.5)]
    stopped = events[0].data
    assert seconds(stopped.stopped_at) == 5.5
    assert [file.record.kind.value for file in stopped.evidence] == ["arrival", "notice", "clip"]
    assert stopped.evidence[0].record.captured_at < stopped.evidence[1].record.captured_at == at(25.5)
    assert (stopped.box.left, stopped.box.top, stopped.box.right, stopped.box.bottom) == PLACE
    assert {event.data.track for event in events} == {stopped.track}
    assert verify_folder(street.folder / "evidence").ok


def test_reobserve_gives_a_picture_at_its_time(street: DrawnStreet) -> None:
    (stopped,) = street.show(0, 22, PLACE)
    assert isinstance(stopped, ParkingStoppedEvent)
    command = Reobserve(id="01ARZ3NDEKTSV4RRFFQ69G5FAV", expires_at=at(100), track=stopped.data.track, due_at=at(33.2))
    assert street.pipeline.reobserve(command)
    assert not street.pipeline.reobserve(command.model_copy(update={"track": "01ARZ3NDEKTSV4RRFFQ69G5FAW"}))

    (present,) = street.show(22.5, 45, PLACE)

    assert told([present]) == [("parking.present", 33.5)]
    assert present.data.reobserve == command.id
    assert present.data.observation.longest_gap_s <= 2.0


def test_the_detector_rests_while_nothing_moves(street: DrawnStreet) -> None:
    street.show(0, 60, None, step=0.2)
    assert street.detector.looks <= 60 / 5 + 3


def test_a_lost_camera_voids_after_ten_seconds_without_any_frame(street: DrawnStreet) -> None:
    street.show(0, 25, PLACE)
    lost = street.change(25.2, SourceState.LOST)
    assert [event.data.condition.value for event in lost] == ["lost"]
    assert street.tick(9.0) == []

    voided = street.tick(10.5)

    assert reasons(voided) == [UnobservedReason.CAMERA_LOST]
    assert voided[0].data.last_seen_at == at(25)
    back = street.show(40, 50, PLACE)
    assert told(back) == [("camera.changed", 40)]  # the new watching has not reached the warning dwell


def test_a_short_loss_is_bridged(street: DrawnStreet) -> None:
    street.show(0, 25, PLACE)
    street.change(25.2, SourceState.LOST)
    street.tick(5.0)
    events = street.show(33, 60, PLACE)
    assert told(events) == [("camera.changed", 33), ("parking.present", 50)]
    assert events[1].data.observation.longest_gap_s == 8.0


@pytest.mark.parametrize(
    ("how", "condition", "reason"),
    [
        ({"shift": 6}, "moved", UnobservedReason.CAMERA_MOVED),
        ({"dark": True}, "dark", UnobservedReason.CANNOT_SEE),
    ],
)
def test_a_camera_that_cannot_be_judged_by_freezes_and_voids(
    street: DrawnStreet, how: dict[str, object], condition: str, reason: UnobservedReason
) -> None:
    street.show(0, 25, PLACE)
    events = street.show(25.5, 40, PLACE, **how)

    assert [event.data.condition.value for event in events if event.type == "camera.changed.v1"] == [condition]
    assert reasons(events) == [reason]
    (voided,) = [event for event in events if event.type == "parking.unobserved.v1"]
    assert voided.data.last_seen_at <= at(26.5)
    assert 35 <= seconds(voided.time) <= 37


def test_a_camera_turned_for_a_moment_goes_on(street: DrawnStreet) -> None:
    street.show(0, 25, PLACE)
    street.show(25.5, 27, PLACE, shift=6)
    assert told(street.show(27.5, 60, PLACE)) == [("parking.present", 50)]


def test_the_end_of_a_recording_leaves_nothing_open(street: DrawnStreet) -> None:
    street.show(0, 25, PLACE)
    ended = street.change(25, SourceState.ENDED)
    assert reasons(ended) == [UnobservedReason.RECORDING_ENDED]
    assert street.pipeline.open_stops == 0


def test_a_clock_that_is_set_back_voids_what_was_watched(street: DrawnStreet) -> None:
    street.show(0, 25, PLACE)
    events = street.show(-100, -90, PLACE)
    assert reasons(events) == [UnobservedReason.GAP]


def test_a_frame_in_disorder_is_passed_over(street: DrawnStreet) -> None:
    street.show(0, 10, PLACE)
    assert street.pipeline.process(street.frame(9.0, None)).events == ()
    assert told(street.show(10.5, 21, PLACE)) == [("parking.stopped", 20)]


def test_a_full_disk_costs_the_evidence_and_not_the_event(street: DrawnStreet, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageError("disk full")

    monkeypatch.setattr(EvidenceChain, "append", full)
    (stopped,) = street.show(0, 22, PLACE)
    assert told([stopped]) == [("parking.stopped", 20)]
    assert stopped.data.evidence == ()


@pytest.mark.parametrize("step", [0.2, 1.0, 2.0, 3.0])
def test_sparse_frames_find_the_same_stop(street: DrawnStreet, step: float) -> None:
    """A demo's clock at 15 times the speed leaves seconds of frame time between two frames."""
    events = street.show(0, 60, PLACE, step=step) + street.show(60 + step, 80, None, step=step)

    assert [event.type for event in events] == ["parking.stopped.v1", "parking.present.v1", "parking.left.v1"]
    assert seconds(events[0].data.stopped_at) == 0
    assert 20 <= seconds(events[0].time) < 20 + max(step, 2.0) + 0.01
    assert seconds(events[2].data.left_at) == pytest.approx(60 + step)
