"""What has served its purpose goes, with proof; what is held, open or shared stays (LAW 15)."""

import csv
import hashlib
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from central.app import make_app
from central.audit.service import log_look
from central.audit.tables import Look
from central.cases.playbook import StateKind, load_playbook
from central.cases.tables import Case, CaseFile
from central.core import Core
from central.database import Database
from central.errors import Conflict, NotFound, Unprocessable
from central.evidence.arrivals import note_arrival
from central.evidence.protected import ProtectedFiles
from central.evidence.store import EvidenceStore
from central.features import platform
from central.ingest.tables import DeadLetter
from central.live.store import CameraKey
from central.matters import ERASERS, build_matters
from central.parking.figures import figures
from central.retention.holds import NewHold, place_hold
from central.retention.plan import dry_run
from central.retention.purge import PurgeParts
from central.retention.rules import SHIPPED, RuleBook, load_rules
from central.retention.tables import DeletionRow
from central.retention.worker import RetentionWorker
from central.secrets import SecretKey
from central.users.roles import Role
from tests.unit.central.conftest import KnownNode
from tests.unit.central.parking.street import NINE, PLATE, Street, make_street
from tests.unit.central.retention.desk import DAY_S, REVIEWER, Desk, make_desk
from yuhang.errors import ConfigError, StorageError
from yuhang.evidence.deletions import DeletedThing, broken_links, deletion_holds
from yuhang.evidence.keys import NodeKey

TRACK = "01JWN0000000000000000000TA"
PLAYBOOKS = SHIPPED.parents[1] / "cases" / "playbooks"


# --- the rules -------------------------------------------------------------------------------------------------------


def test_law_15_every_end_of_a_case_has_a_period_of_at_least_thirty_days() -> None:
    rules, playbook = load_rules(), load_playbook(PLAYBOOKS / "parking.yaml")
    named = {state for rule in rules.cases.values() for state in rule.states}
    ends = {name for name, state in playbook.states.items() if state.kind is not StateKind.OPEN}
    assert named <= ends, "no rule names a state that there is not"
    for name in ends:
        rule = rules.cases[rules.rule_for(name, playbook.states[name].kind.value)]
        assert rule.keep_days >= 30
        assert rule.basis
    assert rules.files_without_case.keep_days >= 30


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("keep_days: 30\n    purpose: {zh: 答复当事人", "keep_days: 29\n    purpose: {zh: 答复当事人", "cases.left.keep_days"),
        ("[exempt, repeated]", "[exempt, left_in_time]", "more than one rule names left_in_time"),
        ("kind: void", "states: [voided]", "kind: void"),
    ],
)
def test_law_15_rules_that_do_not_hold_together_are_refused(tmp_path: Path, old: str, new: str, finding: str) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    assert old in shipped
    path = tmp_path / "rules.yaml"
    path.write_text(shipped.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=finding):
        load_rules(path)


# --- what goes and what stays ----------------------------------------------------------------------------------------


def test_law_15_what_has_served_its_purpose_goes_with_proof(desk: Desk) -> None:
    files = [desk.file(), desk.file()]
    case = desk.case(files)
    desk.close(case)
    assert desk.wait(29) == 0
    assert desk.wait(1) > 0
    assert not any(desk.store.has(file) for file in files)
    assert sorted(desk.proven()) == sorted(files)
    assert desk.proven(DeletedThing.CASE) == ["余2026-000003"]
    record = next(record for record in desk.proofs() if record.subject == files[0])
    assert (record.rule, record.basis) == ("left", desk.rules.cases["left"].basis)
    assert desk.stored(files[0]).deleted_at == record.at
    assert desk.wait(400) == 0, "nothing is deleted twice"


def test_a_hold_whose_form_was_sent_twice_is_one_hold(desk: Desk) -> None:
    case = desk.case([desk.file()])
    assert desk.hold(case) == desk.hold(case)
    assert desk.hold(case, until=desk.clock.now() + timedelta(days=9)) != desk.hold(case)


def test_law_15_21_pictures_that_people_brought_go_with_their_case(desk: Desk) -> None:
    """Encrypted while they are kept, and gone with proof when the case's time is over."""
    sha256 = ProtectedFiles(desk.store, desk.secret).keep(b"a picture of the owner")
    case = desk.case()
    with desk.database.session() as session:
        note_arrival(session, desk.store, sha256, 1_000_000, desk.clock.now())
        session.add(CaseFile(case_id=case, sha256=sha256, trigger="object", actor="party", added_at=desk.clock.now()))
    assert b"picture" not in desk.store.read(sha256)
    desk.close(case)
    assert desk.wait(29) == 0
    assert desk.store.has(sha256)
    desk.wait(1)
    assert not desk.store.has(sha256)
    assert desk.proven() == [sha256]


def test_law_15_nothing_goes_without_a_days_notice(desk: Desk) -> None:
    file = desk.file()
    desk.close(desk.case([file]))
    desk.run()
    desk.clock.advance(31 * DAY_S)
    desk.run()
    assert desk.store.has(file), "it was not due when the last announcement was made"
    desk.clock.advance(desk.rules.notice.total_seconds())
    desk.run()
    assert not desk.store.has(file)


def test_law_15_an_open_case_keeps_its_files_for_ever(desk: Desk) -> None:
    file = desk.file()
    desk.case([file])
    assert desk.wait(5000) == 0
    assert desk.store.has(file)


def test_law_15_a_hold_keeps_a_case_until_it_ends(desk: Desk) -> None:
    kept, freed, ending = ([desk.file()] for _ in range(3))
    cases = [desk.case(files) for files in (kept, freed, ending)]
    for case in cases:
        desk.close(case)
    desk.hold(cases[0])
    hold = desk.hold(cases[1])
    desk.hold(cases[2], until=desk.clock.now() + timedelta(days=100))
    assert desk.wait(60) == 0
    desk.lift(hold)
    desk.clock.advance(3600)
    assert desk.run() == 0, "what was just lifted is announced first"
    desk.wait(1)
    assert [desk.store.has(files[0]) for files in (kept, freed, ending)] == [True, False, True]
    desk.wait(60)
    assert [desk.store.has(files[0]) for files in (kept, freed, ending)] == [True, False, False]
    with pytest.raises(Conflict, match="have been deleted"):
        desk.hold(cases[1])


def test_a_hold_names_who_and_why(desk: Desk) -> None:
    case = desk.case()
    now = desk.clock.now()
    for new, error in (
        (NewHold("01JWN0000000000000000000ZZ", "why"), NotFound),
        (NewHold(case, " "), Unprocessable),
        (NewHold(case, "why", now - timedelta(seconds=1)), Unprocessable),
    ):
        with pytest.raises(error), desk.database.session() as session:
            place_hold(session, desk.clock, REVIEWER, new)
    hold = desk.hold(case)
    desk.lift(hold)
    with pytest.raises(Conflict):
        desk.lift(hold)


def test_law_15_a_shared_file_goes_with_the_last_case_that_needs_it(desk: Desk) -> None:
    shared, own = desk.file(), desk.file()
    first, second = desk.case([shared, own]), desk.case([shared])
    desk.close(first)
    desk.wait(31)
    assert (desk.store.has(shared), desk.store.has(own)) == (True, False)
    desk.close(second, "closed")
    desk.wait(1826)
    assert not desk.store.has(shared)
    assert desk.proven().count(shared) == 1


def test_law_15_files_of_no_case_and_files_that_come_after_the_purge_go_too(desk: Desk) -> None:
    lost = desk.file()
    content = b"late"
    late = hashlib.sha256(content).hexdigest()
    desk.close(desk.case([late]))
    desk.wait(31)
    assert not desk.store.has(lost)
    desk.file(content)
    desk.wait(31)
    assert not desk.store.has(late)
    assert [desk.stored(file).rule for file in (lost, late)] == ["files_without_case", "files_without_case"]


def test_law_15_previews_go_with_their_picture(desk: Desk) -> None:
    file = desk.file()
    desk.store.derivative(file, "screen.jpg").write_bytes(b"small copy")
    desk.close(desk.case([file]))
    desk.wait(31)
    assert desk.store.derivatives(file) == []


def test_law_15_messages_and_looks_have_their_periods(desk: Desk) -> None:
    now = desk.clock.now()
    with desk.database.session() as session:
        letter = {"reason": "r", "kind": "k", "topic": "t", "payload": PLATE.encode(), "size": 9, "first_at": now, "last_at": now}
        session.add(DeadLetter(digest="d" * 64, **letter))
        log_look(session, REVIEWER, "case/1", "review", at=now)
    desk.wait(31)
    with desk.database.reader() as session:
        assert session.scalars(select(DeadLetter)).all() == []
        assert len(session.scalars(select(Look)).all()) == 1
    desk.wait(1096)
    with desk.database.reader() as session:
        assert session.scalars(select(Look)).all() == []
    letters, looked = desk.proofs()
    assert (letters.thing, letters.count, letters.digest) == (
        DeletedThing.DEAD_LETTERS,
        1,
        hashlib.sha256(b"d" * 64).hexdigest(),
    )
    assert (looked.thing, looked.rule) == (DeletedThing.LOOKS, "looks")


def test_live_pictures_are_forgotten(desk: Desk) -> None:
    key = CameraKey("yuhang", "n1", "cam-1")
    desk.live.put_picture(key, b"jpeg", desk.clock.now())
    desk.run()
    assert desk.live.get(key) is not None
    desk.clock.advance(11 * 60)
    desk.run()
    assert desk.live.get(key) is None


# --- clocks, crashes, disks ------------------------------------------------------------------------------------------


def test_a_clock_that_was_wrong_for_a_while_deletes_nothing(desk: Desk) -> None:
    file = desk.file()
    desk.close(desk.case([file]))
    desk.run()
    desk.clock.advance(3650 * DAY_S)
    desk.run()
    desk.clock.advance(-3650 * DAY_S + 3600)
    desk.run()
    desk.clock.advance(2 * DAY_S)
    desk.run()
    assert desk.store.has(file)


@pytest.mark.parametrize("before", [True, False], ids=["before the bytes are gone", "after the bytes are gone"])
def test_a_crash_in_the_middle_leaves_no_file_without_proof(desk: Desk, monkeypatch: pytest.MonkeyPatch, before: bool) -> None:
    files = [desk.file() for _ in range(3)]
    desk.close(desk.case(files))
    remove = EvidenceStore.remove

    def crash(store: EvidenceStore, sha256: str) -> None:
        if not before:
            remove(store, sha256)
        raise StorageError("pulled the plug")

    with monkeypatch.context() as patch:
        patch.setattr(EvidenceStore, "remove", crash)
        with pytest.raises(StorageError):
            desk.wait(31)
    assert desk.proven() == []
    desk.run()
    assert sorted(desk.proven()) == sorted(files)
    assert not any(desk.store.has(file) for file in files)


def test_what_was_condemned_is_spared_if_a_case_needs_it_after_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    file = desk.file()
    desk.close(desk.case([file]))
    with monkeypatch.context() as patch:
        patch.setattr(EvidenceStore, "remove", lambda *_: (_ for _ in ()).throw(StorageError("away")))
        with pytest.raises(StorageError):
            desk.wait(31)
    desk.case([file])
    desk.run()
    assert desk.store.has(file)
    assert desk.stored(file).condemned_at is None


def test_a_dry_run_says_what_would_go_and_changes_nothing(desk: Desk) -> None:
    shared, own, lost = desk.file(), desk.file(), desk.file()
    case, other = desk.case([shared, own]), desk.case([shared])
    desk.close(case)
    desk.clock.advance(31 * DAY_S)
    for _ in range(2):
        with desk.database.reader() as session:
            found = dry_run(session, desk.rules, desk.clock.now(), 10)
        [due] = found.cases
        assert (due.rule, due.files, due.shared) == ("left", 1, 1)
        assert (found.case_count, found.files_without_case) == (1, 1)
    assert all(desk.store.has(file) for file in (shared, own, lost))
    assert not desk.is_purged(other)


# --- personal data ---------------------------------------------------------------------------------------------------


@pytest.fixture
def street(tmp_path: Path) -> Street:
    return make_street(tmp_path)


def purge_of(street: Street, folder: Path) -> Desk:
    desk = make_desk(street.database, folder)
    desk.clock = street.clock
    return desk


def everything_in(database: Database) -> str:
    """All values of all tables but the registry, as one text."""
    registry = {"vehicles", "exempt_plates", "camera_versions", "alembic_version"}
    with database.reader() as session:
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        rows = [row for name in names if name not in registry for row in session.execute(text(f'SELECT * FROM "{name}"'))]
    return json.dumps([[str(value) for value in row] for row in rows], ensure_ascii=False).encode().decode()


def test_law_15_after_the_purge_nothing_says_whose_car_it_was_and_the_figures_stay(street: Street, tmp_path: Path) -> None:
    at = lambda minutes: NINE + timedelta(minutes=minutes)  # noqa: E731
    street.to(at(1))
    street.take(street.stopped(TRACK, at(1)))
    street.to(at(1.1))
    street.receipt(TRACK, at(1.1))
    street.to(at(5))
    street.take(street.left(TRACK, at(5)))
    with street.database.reader() as session:
        before = figures(session, NINE.date())
    assert street.state(TRACK) == "left_in_time"
    assert PLATE in everything_in(street.database)
    parts = purge_of(street, tmp_path).parts
    worker = RetentionWorker(
        PurgeParts(parts.database, parts.clock, parts.rules, parts.store, parts.secret, parts.key, ERASERS), make_live()
    )
    for days in (31, 1.1):
        street.clock.advance(days * DAY_S)
        while worker.run_once():
            pass
    left = everything_in(street.database)
    for secret in (PLATE, PLATE[1:], "13800000001", "138****0001"):
        assert secret not in left, secret
    with street.database.reader() as session:
        assert figures(session, NINE.date()) == before
        case = session.scalars(select(Case)).one()
    assert case.plate is not None
    assert case.plate.startswith("~")
    assert case.plate == "~" + SecretKey.load(tmp_path / "secret.key").token(PLATE, "plate pseudonym")[:11]


def make_live() -> Any:
    from central.live.store import LiveStore  # noqa: PLC0415

    return LiveStore()


# --- REST ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def web(core: Core) -> TestClient:
    return TestClient(make_app(core, (*platform(core), *build_matters(core).features)), raise_server_exceptions=False)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_law_15_holds_plan_and_proofs_over_rest(web: TestClient, core: Core, tokens: dict[Role, str]) -> None:
    desk = Desk(core.database, core.evidence, core.secret, NodeKey.open(core.config.data_dir / "deletions.key"))
    file, held_file = desk.file(), desk.file()
    case, held = desk.case([file]), desk.case([held_file])
    desk.close(case)
    desk.close(held)
    reviewer, officer, administrator = (bearer(tokens[r]) for r in (Role.REVIEWER, Role.OFFICER, Role.ADMINISTRATOR))
    body = {"case_id": held, "reason": "lawsuit 12"}
    assert web.post("/api/v1/retention/holds", json=body, headers=officer).status_code == 403
    hold = web.post("/api/v1/retention/holds", json=body, headers=reviewer).json()
    assert (hold["placed_by"], hold["unit"], hold["reason"]) == ("reviewer", "City management", "lawsuit 12")
    later = (desk.clock.now() + timedelta(days=31)).isoformat()
    plan = web.get("/api/v1/retention/plan", params={"at": later}, headers=administrator).json()
    assert [(one["number"], one["files"]) for one in plan["cases"]] == [("余2026-000003", 1)]
    assert web.get("/api/v1/retention/plan", headers=officer).status_code == 403
    desk.wait(31)
    [deleted] = web.get("/api/v1/retention/deletions", params={"subject": file}, headers=officer).json()
    assert deleted["rule"] == "left"
    table = web.get("/api/v1/retention/deletions.csv", headers=officer).text.removeprefix("\ufeff")
    assert [row["subject"] for row in csv.DictReader(io.StringIO(table))] == [file, "余2026-000003"]
    lifted = web.post(f"/api/v1/retention/holds/{hold['id']}/lift", json={"reason": "won"}, headers=reviewer).json()
    assert lifted["lifted_by"] == "reviewer"
    assert web.get("/api/v1/retention/holds", headers=officer).json() == []
    assert len(web.get("/api/v1/retention/holds", params={"lifted": True}, headers=officer).json()) == 1
    key = web.get("/api/v1/retention/key", headers=officer).json()
    assert key["public_key"] == desk.key.public_key
    rules = RuleBook.model_validate(web.get("/api/v1/retention/rules", headers=officer).json())
    assert rules == load_rules()


def test_law_15_a_node_that_brings_a_deleted_file_again_changes_nothing(
    web: TestClient, core: Core, node: KnownNode, tokens: dict[Role, str]
) -> None:
    desk = Desk(core.database, core.evidence, core.secret, NodeKey.open(core.config.data_dir / "deletions.key"))
    content = b"a picture"
    file = desk.file(content)
    desk.wait(31)
    answer = web.put(f"/api/v1/evidence/{file}", content=content, headers=bearer(node.credential))
    assert answer.status_code == 200
    assert not core.evidence.has(file)


def test_a_person_may_bring_a_deleted_photo_again_and_it_is_deleted_again(desk: Desk) -> None:
    content = b"a photo of the posted sheet"
    file = desk.file(content)
    desk.wait(31)
    assert not desk.store.has(file)
    assert desk.file(content) == file
    assert desk.stored(file).deleted_at is None
    desk.wait(31)
    assert desk.proven() == [file, file]


def test_the_record_of_a_deletion_is_never_changed(desk: Desk) -> None:
    desk.file()
    desk.wait(31)
    with pytest.raises(Conflict), desk.database.session() as session:
        session.scalars(select(DeletionRow)).one().rule = "another"
    [record] = desk.proofs()
    assert not deletion_holds(record.model_copy(update={"rule": "another"}), desk.key.public_key)
    assert not deletion_holds(record, None)
    assert broken_links([record.model_copy(update={"seq": 2})]) == [2]


def test_times_are_utc(desk: Desk) -> None:
    desk.file()
    desk.wait(31)
    [record] = desk.proofs()
    assert isinstance(record.at, datetime)
    assert record.at.utcoffset() == timedelta(0)
