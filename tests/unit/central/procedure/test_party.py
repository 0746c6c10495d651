"""The owner or driver without an account: found by plate and code, heard, answered, and kept from other eyes."""

import pytest

from central.cases.public_code import ALPHABET, LENGTH, new_public_code
from central.cases.tables import CaseDriver, CaseStatement, CaseTimeline
from central.errors import Conflict, Unprocessable
from tests.unit.central.parking.street import FIRST, Street
from tests.unit.central.procedure.office import DRIVER, TRACK, Office, drafted


def test_codes_are_long_random_and_readable() -> None:
    codes = {new_public_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == LENGTH == 10 and set(code) <= set(ALPHABET) for code in codes)
    assert not set("0O1ILU") & set(ALPHABET)


def test_law_10_an_objection_is_in_the_queue_at_once_and_its_answer_on_record(street: Street) -> None:
    drafted(street)
    office = Office(street)
    office.play("1 first approve")
    with street.database.reader() as session:
        assert street.party.offers(session, street.case(TRACK)) == ("agree_electronic", "state", "object", "name_driver")
    office.play("2 party object text=not-mine")
    office.play("3 first dismiss reason=the-plate-is-clear")
    with street.database.reader() as session:
        (row,) = street.records.statements(session, street.case(TRACK).id)
        assert street.records.text_of(row) == "not-mine"
    assert row.received_at == street.case(TRACK).moment_times()["objected_at"]
    assert (row.answer, row.answered_by, row.answer_reason) == ("dismiss", "reviewer", "the-plate-is-clear")
    assert ("object", "objected") in street.history(TRACK)


def test_personal_words_are_kept_encrypted_and_out_of_the_history(street: Street) -> None:
    drafted(street)
    office = Office(street)
    office.play("1 first approve")
    office.play("2 party object text=SECRETWORD")
    office.play("3 first dismiss")
    office.play("4 party name_driver")
    with street.database.reader() as session:
        stored = session.query(CaseStatement).one().text_protected + session.query(CaseDriver).one().driver_protected
        (driver,) = street.records.drivers(session, street.case(TRACK).id)
        assert street.records.driver_of(driver).model_dump() == DRIVER
        lines = [str(line.data) + line.reason for line in session.query(CaseTimeline).all()]
    everything = stored + "".join(lines)
    assert "SECRETWORD" not in everything
    assert DRIVER["licence"] not in everything


def test_law_12_what_became_of_a_named_driver_is_on_record(street: Street) -> None:
    drafted(street)
    office = Office(street)
    for line in (
        "1 first approve",
        "2 party name_driver",
        "3 officer reject_driver",
        "4 party name_driver",
        "5 officer confirm_driver",
    ):
        office.play(line)
    with street.database.reader() as session:
        rows = street.records.drivers(session, street.case(TRACK).id)
        assert [(row.confirmed, row.answered_by) for row in rows] == [(False, "officer"), (True, "officer")]


def test_what_the_party_cannot_do(street: Street) -> None:
    drafted(street)
    case_id = street.case(TRACK).id
    with street.database.session() as session:
        with pytest.raises(Conflict):  # nothing is entered yet
            street.party.object(session, case_id, "no")
        with pytest.raises(Unprocessable, match="say what you object to"):
            street.party.state(session, case_id, "  ")
    street.do(TRACK, "approve", FIRST)
    with street.database.session() as session:
        with pytest.raises(Conflict):  # there is nothing to waive before informing
            street.party.waive(session, case_id)
        with pytest.raises(Unprocessable, match="has not been uploaded"):
            street.party.object(session, case_id, "see the picture", ("e" * 64,))
    assert street.state(TRACK) == "entered"
