"""Tasks on foot: one officer goes, photos are chained, a report sent twice is one report, other authorities' tasks are theirs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from central.cases.queries import timeline_of
from central.errors import Conflict, Forbidden, Problem, Unprocessable
from central.foot.rules import TAKEN_FOR, Holding, Outcome
from central.foot.service import FootService, NewPhoto, Report
from central.foot.tables import FootPhoto
from central.users.roles import Principal
from tests.unit.central.parking.stories import TRACK, at
from tests.unit.central.parking.street import FIRST, OFFICER, STRANGER, Street
from yuhang.evidence import NodeKey
from yuhang.evidence.photos import PhotoKind, PhotoRecord, photo_holds
from yuhang.plates import PlateColour

SHEET, CAR = "a" * 64, "b" * 64
POSTED = Report("report-1", Outcome.POSTED, "posted", "A-17", ("photo-01", "photo-02"))


@pytest.fixture
def foot(street: Street, tmp_path: Path) -> FootService:
    """A car whose plate was not read waits for an officer since 09:01."""
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1), plate=None))
    assert street.state(TRACK) == "on_foot"
    street.files |= {SHEET, CAR}
    return FootService(street.cases, street.authorities, street.people, street.clock, NodeKey.open(tmp_path / "photos.key"))


def photo(street: Street, foot: FootService, key: str, kind: PhotoKind, sha256: str, user: Principal = OFFICER) -> FootPhoto:
    new = NewPhoto(key, kind, sha256, 1000, "image/jpeg", taken_at=at(9), phone_time=street.clock.now() + timedelta(seconds=3))
    with street.database.session() as session:
        return foot.add_photo(session, user, street.case(TRACK).id, new)


def report(street: Street, foot: FootService, made: Report = POSTED, user: Principal = OFFICER) -> str:
    with street.database.session() as session:
        return foot.report(session, user, street.case(TRACK).id, made).state


def take(street: Street, foot: FootService, user: Principal = OFFICER) -> Holding:
    with street.database.session() as session:
        return foot.take(session, user, street.case(TRACK).id).holding


def found(outcome: Outcome) -> Report:
    return replace(POSTED, outcome=outcome, photos=(), sheet="")


def test_law_07_the_straight_path_of_an_officer(street: Street, foot: FootService) -> None:
    assert take(street, foot) == Holding("officer", at(1))
    assert take(street, foot) == Holding("officer", at(1))  # a second touch changes nothing
    street.to(at(10))
    photo(street, foot, "photo-01", PhotoKind.SHEET, SHEET)
    photo(street, foot, "photo-02", PhotoKind.PANORAMA, CAR)
    assert report(street, foot) == "posted"
    assert report(street, foot) == "posted"  # the answer was lost on the way, the phone sends it again
    assert [line for line in street.history(TRACK) if line[0] in {"take", "post"}] == [("take", "on_foot"), ("post", "posted")]
    with street.database.reader() as session:
        assert {file.sha256 for file in street.records.files(session, street.case(TRACK).id)} == {SHEET, CAR}


def test_two_officers_do_not_walk_to_the_same_car(street: Street, foot: FootService) -> None:
    take(street, foot)
    with pytest.raises(Conflict, match="officer has taken this task"):
        take(street, foot, FIRST)
    with pytest.raises(Conflict, match="officer has taken this task"):
        report(street, foot, found(Outcome.GONE), FIRST)
    street.to(at(1) + TAKEN_FOR)
    assert take(street, foot, FIRST).by == "reviewer"
    with pytest.raises(Conflict, match="reviewer has taken"):
        take(street, foot)


def test_a_task_is_handed_back_with_a_reason(street: Street, foot: FootService) -> None:
    case_id = street.case(TRACK).id
    with street.database.session() as session, pytest.raises(Conflict, match="you have not taken"):
        foot.give_back(session, OFFICER, case_id, "accident on the way")
    take(street, foot)
    with street.database.session() as session, pytest.raises(Unprocessable, match="give a reason"):
        foot.give_back(session, OFFICER, case_id, " ")
    with street.database.session() as session:
        foot.give_back(session, OFFICER, case_id, "accident on the way")
    assert street.history(TRACK)[-1] == ("give_back", "on_foot")
    with street.database.reader() as session:
        assert foot.holding(session, case_id) == Holding()


ENDS = [
    (Outcome.WARNED, "handled_on_foot"),
    (Outcome.DRIVER_CAME, "handled_on_foot"),
    (Outcome.DEALT_WITH, "handled_on_foot"),
    (Outcome.GONE, "left_unwarned"),
]


@pytest.mark.parametrize(("outcome", "state"), ENDS)
def test_law_07_what_an_officer_finds_ends_the_task(street: Street, foot: FootService, outcome: Outcome, state: str) -> None:
    assert report(street, foot, found(outcome)) == state


INCOMPLETE = [
    (replace(POSTED, photos=("photo-01",)), "photos: panorama missing"),
    (replace(POSTED, photos=()), "photos: sheet and panorama missing"),
    (replace(POSTED, photos=("photo-01", "photo-99")), "photo-99 has not arrived"),
    (replace(POSTED, sheet=" "), "sheet_given"),
    (replace(POSTED, reason=""), "give a reason"),
]


@pytest.mark.parametrize(("made", "why"), INCOMPLETE)
def test_law_11_a_sheet_counts_as_posted_with_number_and_photos(
    street: Street, foot: FootService, made: Report, why: str
) -> None:
    photo(street, foot, "photo-01", PhotoKind.SHEET, SHEET)
    photo(street, foot, "photo-02", PhotoKind.PANORAMA, CAR)
    with pytest.raises(Unprocessable, match=why):
        report(street, foot, made)
    assert street.state(TRACK) == "on_foot"


def test_law_00_who_is_no_officer_of_the_authority_sees_and_does_nothing(street: Street, foot: FootService) -> None:
    case_id = street.case(TRACK).id
    with street.database.reader() as session:
        assert foot.tasks(session, STRANGER) == []
        assert [task.case.id for task in foot.tasks(session, FIRST)] == [case_id]
        with pytest.raises(Forbidden, match="not among the officers of traffic_police"):
            foot.task(session, STRANGER, case_id)
    with pytest.raises(Forbidden):
        take(street, foot, STRANGER)
    with pytest.raises(Forbidden):
        photo(street, foot, "photo-01", PhotoKind.SHEET, SHEET, STRANGER)


def test_law_05_photos_stand_in_one_signed_chain(street: Street, foot: FootService) -> None:
    first = photo(street, foot, "photo-01", PhotoKind.SHEET, SHEET)
    assert photo(street, foot, "photo-01", PhotoKind.SHEET, SHEET).seq == first.seq  # sent again
    with pytest.raises(Conflict, match="another photo"):
        photo(street, foot, "photo-01", PhotoKind.SHEET, CAR)
    second = photo(street, foot, "photo-02", PhotoKind.PANORAMA, CAR)
    records = [PhotoRecord.model_validate_json(row.record) for row in (first, second)]
    assert [record.previous for record in records] == ["0" * 64, first.hash]
    assert all(photo_holds(record, foot.key.public_key) for record in records)
    assert not photo_holds(records[0].model_copy(update={"file_sha256": CAR}), foot.key.public_key)
    assert (records[0].phone_offset_s, records[0].taken_at_phone) == (3.0, at(9))


def test_a_photo_that_arrives_after_the_end_is_kept(street: Street, foot: FootService) -> None:
    report(street, foot, found(Outcome.GONE))
    photo(street, foot, "photo-01", PhotoKind.PANORAMA, CAR)
    with street.database.reader() as session:
        assert len(foot.photos(session, street.case(TRACK).id)) == 1


def test_a_task_that_ended_by_itself_takes_no_report(street: Street, foot: FootService) -> None:
    take(street, foot)
    street.to(at(1 + 121))
    with pytest.raises(Problem, match="the case has ended"):
        report(street, foot, found(Outcome.GONE))


def type_plate(
    street: Street, foot: FootService, plate: str, user: Principal = OFFICER, colour: PlateColour | None = None
) -> None:
    with street.database.session() as session:
        foot.type_plate(session, user, street.case(TRACK).id, plate, colour)


def test_law_03_a_plate_that_no_machine_could_read_is_typed_by_a_person_and_says_so(street: Street, foot: FootService) -> None:
    take(street, foot)
    type_plate(street, foot, "浙ａ·7k 777", colour=PlateColour.BLUE)
    case = street.case(TRACK)
    assert (case.plate, case.plate_colour, case.state) == ("浙A7K777", "blue", "on_foot")
    assert ("type_plate", "on_foot") in street.history(TRACK)
    with street.database.reader() as session:
        assert foot.plate_is_typed(session, case.id)
        (line,) = [line for line in timeline_of(session, case.id) if line.trigger == "type_plate"]
    assert line.actor == OFFICER.name
    assert "浙A7K777" not in str(line.data)  # the history outlives the plate


def test_a_typed_plate_is_mended_and_the_same_one_is_not_noted_twice(street: Street, foot: FootService) -> None:
    for plate in ("浙A7K777", "浙A7K777", "浙AD12345"):
        type_plate(street, foot, plate)
    assert (street.case(TRACK).plate, street.case(TRACK).plate_colour) == ("浙AD12345", "green")
    assert [name for name, _ in street.history(TRACK)].count("type_plate") == 2


@pytest.mark.parametrize("plate", ["", "浙A1234", "浙I12345", "浙A123456789", "ABC", "浙A12345'; --"])
def test_what_is_no_plate_is_refused_and_nothing_is_noted(street: Street, foot: FootService, plate: str) -> None:
    with pytest.raises(Unprocessable, match="is no number plate"):
        type_plate(street, foot, plate)
    assert street.case(TRACK).plate is None
    assert "type_plate" not in dict(street.history(TRACK))


def test_nobody_types_over_what_the_camera_read_or_into_a_task_of_another_officer(street: Street, foot: FootService) -> None:
    take(street, foot)
    with pytest.raises(Conflict, match="officer has taken this task"):
        type_plate(street, foot, "浙A7K777", FIRST)
    with street.database.session() as session:
        case = street.cases.locked(session, street.case(TRACK).id)
        case.plate = "浙B99999"
    with pytest.raises(Conflict, match="the camera has read this plate"):
        type_plate(street, foot, "浙A7K777")


def test_no_plate_is_typed_once_the_task_has_ended(street: Street, foot: FootService) -> None:
    report(street, foot, found(Outcome.GONE))
    with pytest.raises(Problem):
        type_plate(street, foot, "浙A7K777")
    assert street.case(TRACK).plate is None
