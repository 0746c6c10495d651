"""Files that come late, and cameras that are not in order: they warn, and prove nothing (LAW 4, 5)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from central.cases.api import case_detail
from central.devices.papers import CameraName
from central.devices.service import CameraService
from central.errors import Conflict
from central.parking.tables import ParkingStop
from tests.unit.central.devices.papers import EDITOR, papers
from tests.unit.central.parking.street import FIRST, NINE, Street

TRACK = "01JWN0000000000000000000TA"


def at(minutes: float, seconds: float = 0.0) -> datetime:
    return NINE + timedelta(minutes=minutes, seconds=seconds)


def warn(street: Street) -> None:
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.to(at(1, 5))
    street.receipt(TRACK, at(1, 5))


def check(street: Street, name: str) -> dict[str, Any]:
    [found] = [check for check in street.stop(TRACK).checks if check["name"] == name]
    return found


def change_papers(street: Street, since: datetime, **changes: Any) -> None:
    name = CameraName(site="yuhang", node="n1", camera="cam-1")
    with street.database.session() as session:
        CameraService().enter(session, name, papers(**changes), EDITOR, effective_from=since, now=street.clock.now())


def test_law_05_a_late_file_is_named_and_its_arrival_completes_the_proof_at_once(street: Street) -> None:
    warn(street)
    street.to(at(11, 6))
    street.uploaded = False
    event = street.present(TRACK, at(11, 6))
    sha256 = event.data.evidence[0].record.file_sha256
    late = event.model_copy(update={"data": event.data.model_copy(update={"files_pending": (sha256,)})})
    street.take(late)
    assert street.state(TRACK) == "proving"
    judged = check(street, "evidence_complete")
    assert not judged["passed"]
    assert judged["measured"]["late"] == f"present 2026-06-01T01:11:06.000+00:00 {sha256[:8]}"
    street.files.add(sha256)
    with street.database.session() as session:
        street.parking.file_arrived(session, sha256)
        street.parking.file_arrived(session, "f" * 64)
    assert street.state(TRACK) == "draft"
    assert check(street, "evidence_complete")["measured"]["late"] == "-"


def test_a_case_without_a_stop_can_be_looked_at_and_proves_nothing(street: Street) -> None:
    """No camera's stop has opened it: its page opens, a file that comes moves nothing, and nobody can approve it."""
    warn(street)
    street.to(at(11, 6))
    street.take(street.present(TRACK, at(11, 6)))
    case = street.case(TRACK)
    sha256 = next(iter(street.files))
    with street.database.session() as session:
        session.execute(delete(ParkingStop).where(ParkingStop.case_id == case.id))
    with street.database.session() as session:
        held = street.cases.locked(session, case.id)
        shown = case_detail(session, street.cases, held, list(street.people.offers(session, FIRST, held)))
        assert shown.checks == []
        assert all(opening.failed for opening in street.people.openings(session, FIRST, held) if opening.trigger == "approve")
        street.parking.file_arrived(session, sha256)
    assert street.receipt(TRACK, at(11)) is False
    with pytest.raises(Conflict, match="fully_proven"):
        street.do(TRACK, "approve", FIRST)


def test_law_05_a_late_file_that_never_comes_proves_nothing(street: Street) -> None:
    warn(street)
    street.to(at(11, 6))
    street.uploaded = False
    street.take(street.present(TRACK, at(11, 6)))
    street.to(at(30))
    assert street.state(TRACK) == "not_proven"


def test_law_04_a_camera_that_is_not_in_order_warns_and_proves_nothing(street: Street) -> None:
    change_papers(street, NINE - timedelta(days=1), publication=None, signs=())
    warn(street)
    assert street.state(TRACK) == "grace", "the driver is warned all the same"
    street.to(at(11, 6))
    street.take(street.present(TRACK, at(11, 6)))
    judged = check(street, "camera_certified")
    assert not judged["passed"]
    assert judged["measured"]["flaws_zh"] == "设置地点公布缺失；标志登记缺失"
    street.to(at(30))
    assert street.state(TRACK) == "not_proven"


def test_law_04_papers_that_run_out_between_the_pictures_spoil_the_second(street: Street) -> None:
    warn(street)
    change_papers(street, at(5), valid_until=date(2026, 5, 31))
    street.to(at(11, 6))
    street.take(street.present(TRACK, at(11, 6)))
    assert check(street, "camera_certified")["measured"]["flaws_en"].startswith("certificate expired on 2026-05-31")
    assert street.state(TRACK) == "proving"


def test_law_04_papers_that_run_out_after_the_pictures_spoil_nothing(street: Street) -> None:
    warn(street)
    street.to(at(11, 6))
    street.take(street.present(TRACK, at(11, 6)))
    change_papers(street, at(12), certificate=None)
    street.to(at(20))
    street.act(TRACK, "approve")
    assert street.state(TRACK) == "entered"
