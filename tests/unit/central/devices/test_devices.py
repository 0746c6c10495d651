"""Cameras as devices of evidence: what is missing is named, by what held at the time of the picture (LAW 4, 17)."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest
from typer.testing import CliRunner

from central.app import make_app
from central.commands import app
from central.core import Core
from central.database import Database
from central.devices.api import camera_router
from central.devices.conditions import Severity, camera_conditions, node_conditions
from central.devices.importing import COLUMNS, CameraDocument, import_cameras, read_cameras
from central.devices.papers import CameraName, CameraPapers, DatedPaper, Filing, Publication, Recording, Sign, ViewCheck
from central.devices.rules import Flaw, Item, Problem, day_of, expiries, standing_at
from central.devices.service import CameraService, Editor, KnownCamera
from central.devices.watch import CameraWatch
from central.errors import Conflict, Unprocessable
from central.feature import Feature
from central.features import platform
from central.nodes.service import find_node
from central.users.roles import Role
from tests.unit.central.conftest import KnownNode
from tests.unit.central.devices.papers import EDITOR, SINCE, enter, papers
from yuhang.clock import ManualClock
from yuhang.config import load_yaml
from yuhang.errors import ConfigError

EXAMPLE = Path(__file__).parents[4] / "docs" / "examples" / "cameras.yaml"
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
CAMERA = CameraName(site="yuhang", node="n1", camera="cam-1")
URL = "/api/v1/cameras/yuhang/n1/cam-1"
_DATES = {"issuer": "metrology", "issued_on": date(2026, 1, 1)}


def flaws(entered: CameraPapers | None, at: datetime = NOON) -> list[str]:
    return [flaw.en for flaw in standing_at(entered, at).flaws]


EXPIRED = DatedPaper(number="1", valid_until=date(2026, 5, 31), **_DATES)
TODAY = DatedPaper(number="1", valid_until=date(2026, 6, 1), **_DATES)
COMES = DatedPaper(number="1", issuer="m", issued_on=date(2026, 6, 2), valid_until=date(2027, 6, 1))
WRONG = [
    ("no papers at all", None, ["papers of the camera missing"]),
    ("no certificate", papers(certificate=None), ["certificate missing"]),
    ("certificate ran out yesterday", papers(certificate=EXPIRED), ["certificate expired on 2026-05-31"]),
    ("certificate issued tomorrow", papers(certificate=COMES), ["certificate not before 2026-06-02"]),
    ("no test report", papers(test_report=None), ["test report missing"]),
    ("calibration ran out yesterday", papers(calibration=EXPIRED), ["calibration expired on 2026-05-31"]),
    ("not filed", papers(filing=None), ["filing missing"]),
    ("filed tomorrow", papers(filing=Filing(number="1", filed_on=date(2026, 6, 2))), ["filing not before 2026-06-02"]),
    ("site not published", papers(publication=None), ["publication of the site missing"]),
    ("site published tomorrow", papers(publication=Publication(where="w", published_on=date(2026, 6, 2))),
     ["publication of the site not before 2026-06-02"]),
    ("no signs", papers(signs=()), ["registration of the signs missing"]),
    ("signs registered tomorrow", papers(signs=(Sign(number="1", registered_on=date(2026, 6, 2), place="p"),)),
     ["registration of the signs not before 2026-06-02"]),
    ("no purpose", papers(purpose=None), ["purpose missing"]),
    ("no location, no angle", papers(location=None, angle_deg=None), ["location missing", "angle missing"]),
    ("several at once", papers(certificate=EXPIRED, publication=None, signs=()),
     ["certificate expired on 2026-05-31", "publication of the site missing", "registration of the signs missing"]),
]  # fmt: skip


@pytest.mark.parametrize(("story", "entered", "expected"), WRONG, ids=[story for story, *_ in WRONG])
def test_law_04_what_is_missing_is_named(story: str, entered: CameraPapers | None, expected: list[str]) -> None:
    assert flaws(entered) == expected


def test_law_04_a_paper_is_good_to_the_end_of_its_last_day_in_beijing() -> None:
    entered = papers(certificate=TODAY)
    assert flaws(entered, datetime(2026, 6, 1, 15, 59, 59, tzinfo=UTC)) == []
    assert flaws(entered, datetime(2026, 6, 1, 16, 0, tzinfo=UTC)) == ["certificate expired on 2026-06-01"]


@pytest.mark.parametrize("item", ["filing", "purpose", "signs", "location", "angle_deg"])
def test_law_17_filing_purpose_sign_location_and_angle_are_part_of_the_papers(item: str) -> None:
    assert standing_at(papers(), NOON).in_order
    assert not standing_at(papers(**{item: () if item == "signs" else None}), NOON).in_order


DUTIES = [
    ({}, []),
    ({"recording": None}, ["keeping of the video missing"]),
    ({"recording": Recording(kept_at="recorder", days=29)}, ["keeping of the video below 30 days"]),
    ({"view": None}, ["check of the view (no private rooms) missing"]),
    (
        {"view": ViewCheck(checked_on=date(2026, 6, 2), checked_by="Li")},
        ["check of the view (no private rooms) not before 2026-06-02"],
    ),
]


@pytest.mark.parametrize(("change", "expected"), DUTIES)
def test_law_15_17_what_the_operator_has_to_see_to_is_shown_and_takes_no_proof_away(
    change: dict[str, Any], expected: list[str]
) -> None:
    """Video kept for thirty days beside Yuhang, and a look at the picture for private rooms: asked for until entered."""
    standing = standing_at(papers(**change), NOON)
    assert standing.in_order
    assert [flaw.en for flaw in standing.duties] == expected
    found = camera_conditions([KnownCamera(CAMERA, papers(**change), SINCE)], NOON)
    assert [condition.en for condition in found if condition.severity is Severity.WARNING] == expected


@given(
    ends=st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)), min_size=3, max_size=3),
    hours=st.integers(0, 365 * 24),
)
def test_law_04_in_order_exactly_while_every_paper_is_valid(ends: list[date], hours: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    certificate, report, calibration = (
        DatedPaper(number="1", issuer="m", issued_on=date(2020, 1, 1), valid_until=e) for e in ends
    )
    entered = papers(certificate=certificate, test_report=None, calibration=calibration)
    entered = entered.model_copy(update={"test_report": papers(report.valid_until).test_report})
    standing = standing_at(entered, moment)
    assert standing.in_order == (day_of(moment) <= min(ends))
    assert standing.valid_until == min(ends)


# --- versions --------------------------------------------------------------------------------------------------------


def test_law_04_what_held_at_the_time_of_the_picture_counts(database: Database) -> None:
    service, renewed = CameraService(), NOON + timedelta(days=10)
    with database.session() as session:
        enter(session, "yuhang", "n1", "cam-1", papers(date(2026, 5, 31)))
        service.enter(session, CAMERA, papers(), EDITOR, effective_from=renewed, now=renewed)
    with database.reader() as session:
        assert not service.standing(session, CAMERA, [NOON]).in_order, "renewing does not heal pictures of before"
        assert service.standing(session, CAMERA, [renewed]).in_order
        assert not service.standing(session, CAMERA, [NOON, renewed]).in_order
        assert not service.standing(session, CAMERA, [SINCE - timedelta(seconds=1)]).in_order
        assert [row.recorded_by for row in service.history(session, CAMERA)] == ["admin", "admin"]


def test_a_paper_entered_late_holds_until_the_version_after_it(database: Database) -> None:
    service = CameraService()
    with database.session() as session:
        service.enter(session, CAMERA, papers(purpose="second"), EDITOR, effective_from=NOON, now=NOON)
        late = NOON - timedelta(days=1)
        service.enter(session, CAMERA, papers(purpose="first"), EDITOR, effective_from=late, now=NOON + timedelta(days=1))
    with database.reader() as session:
        for at, purpose in ((late, "first"), (NOON, "second")):
            found = service.papers_at(session, CAMERA, at)
            assert found is not None
            assert found.purpose == purpose


def test_what_was_entered_is_never_changed_and_needs_a_reason(database: Database) -> None:
    service = CameraService()
    with database.session() as session, pytest.raises(Unprocessable):
        service.enter(session, CAMERA, papers(), Editor("admin", "", " "), effective_from=NOON, now=NOON)
    with database.session() as session:
        enter(session, "yuhang", "n1", "cam-1")
    with pytest.raises(Conflict), database.session() as session:
        service.history(session, CAMERA)[0].reason = "another"
    with pytest.raises(Conflict), database.session() as session:
        session.delete(service.history(session, CAMERA)[0])


# --- import ----------------------------------------------------------------------------------------------------------


def test_the_example_is_a_camera_in_order(database: Database) -> None:
    document = load_yaml(EXAMPLE, CameraDocument)
    with database.session() as session:
        assert import_cameras(session, CameraService(), document, EDITOR, NOON) == 1
        assert import_cameras(session, CameraService(), document, EDITOR, NOON) == 0, "nothing new"
    with database.reader() as session:
        camera = CameraName(site="yuhang", node="street-1", camera="cam-1")
        assert CameraService().standing(session, camera, [NOON]).in_order


def test_csv_and_yaml_say_the_same() -> None:
    yaml = load_yaml(EXAMPLE, CameraDocument)
    values = {
        "site": "yuhang", "node": "street-1", "camera": "cam-1", "effective_from": "2026-01-05T00:00:00+08:00",
        "certificate_number": "HZ-2026-0001", "certificate_issuer": "浙江省计量科学研究院",
        "certificate_issued_on": "2026-01-02", "certificate_valid_until": "2027-01-01",
        "test_report_number": "TR-2026-0001", "test_report_issuer": "公安部交通安全产品质量监督检测中心",
        "test_report_issued_on": "2026-01-03", "test_report_valid_until": "2028-01-02",
        "calibration_number": "CAL-2026-0001", "calibration_issuer": "浙江省计量科学研究院",
        "calibration_issued_on": "2026-01-04", "calibration_valid_until": "2026-12-31",
        "filing_number": "余公备-2026-0001", "filing_filed_on": "2026-01-05",
        "publication_where": "http://www.yuhang.gov.cn", "publication_published_on": "2026-01-05",
        "sign_number": "JT-0969-1", "sign_registered_on": "2026-01-05", "sign_place": "文一西路969号门前",
        "purpose": "违法停车取证", "location": "文一西路969号灯杆", "angle_deg": "90",
        "recording_kept_at": "路口机柜录像机", "recording_days": "30", "view_checked_on": "2026-01-05", "view_checked_by": "李雷",
    }  # fmt: skip
    text = "\ufeff" + ",".join(COLUMNS) + "\r\n" + ",".join(values[column] for column in COLUMNS) + "\r\n"
    assert read_cameras(text, "cameras.csv") == yaml


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("site,node,colour\n", "cameras.csv:1: unknown columns colour"),
        ("site,node,camera\n", "cameras.csv:1: there is no camera"),
        ("site,node,camera\nyuhang,n1\n", "cameras.csv:2: the line has another number"),
        ("site,node,camera,angle_deg\nyuhang,n1,c,400\n", "cameras.csv:2: angle_deg"),
        ("site,node,camera,filing_number\nyuhang,n1,c,7\n", "cameras.csv:2: filing.filed_on"),
    ],
)
def test_a_bad_line_is_named(text: str, finding: str) -> None:
    with pytest.raises(ConfigError, match=finding):
        read_cameras(text, "cameras.csv")


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fall_over(text: str) -> None:
    for name in ("x.csv", "x.yaml"):
        try:
            read_cameras(text, name)
        except ConfigError:
            continue


def test_the_command_enters_cameras_with_name_and_reason(tmp_path: Path) -> None:
    config = tmp_path / "central.yaml"
    config.write_text(f"data_dir: {tmp_path / 'data'}\nmqtt: {{}}\n", encoding="utf-8")
    arguments = ["import-cameras", str(EXAMPLE), "--config", str(config), "--as", "lin", "--reason", "new camera"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "1 cameras, 1 changed" in result.output
    with Database(f"sqlite:///{tmp_path / 'data' / 'central.db'}") as database, database.reader() as session:
        [row] = CameraService().history(session, CameraName(site="yuhang", node="street-1", camera="cam-1"))
    assert (row.recorded_by, row.reason) == ("lin", "new camera")


# --- warnings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "stage"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, 0), (-400, 0)]
)
def test_warnings_come_60_30_and_7_days_before(days: int, stage: int | None) -> None:
    ends = day_of(NOON) + timedelta(days=days)
    [expiry] = [one for one in expiries(papers(ends), NOON) if one.item is Item.CERTIFICATE]
    assert (expiry.days_left, expiry.stage) == (days, stage)
    found = list(camera_conditions([KnownCamera(CAMERA, papers(ends), SINCE)], NOON))
    severities = {60: Severity.NOTE, 30: Severity.WARNING, 7: Severity.URGENT, 0: Severity.ALARM}
    assert {condition.severity for condition in found} == ({severities[stage]} if stage is not None else set())


def test_the_watch_sets_the_gauges_and_warns_once(core: Core, node: KnownNode, clock: ManualClock) -> None:
    with core.database.session() as session:
        enter(session, "yuhang", "gate-1", "cam-1", papers(day_of(clock.now()) + timedelta(days=20)))
        enter(session, "yuhang", "gate-1", "cam-2", papers(publication=None))
        find_node(session, "yuhang", "gate-1").health = {"evidence_lost": 3.0}
    watch = CameraWatch(core.database, clock, CameraService(), core.metrics)
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            assert watch.run_once() == 0
            clock.advance(3600)
    assert len([line for line in logs if line["event"] == "camera_paper_expires"]) == 3
    text = generate_latest(core.metrics.registry).decode()
    assert 'yuhang_camera_paper_days{camera="yuhang/gate-1/cam-1",paper="certificate"} 20.0' in text
    assert "yuhang_cameras_not_in_order 1.0" in text
    assert 'yuhang_node_losses{kind="evidence_lost",node="yuhang/gate-1"} 3.0' in text


def test_evidence_that_a_node_has_lost_is_a_condition(database: Database, node: KnownNode) -> None:
    with database.session() as session:
        row = find_node(session, "yuhang", "gate-1")
        assert list(node_conditions([row])) == []
        row.health = {"evidence_lost": 2.0, "memory_mb": 99.0}
        [condition] = node_conditions([row])
    assert (condition.severity, condition.subject) == (Severity.ALARM, "yuhang/gate-1")
    assert condition.en == "files of evidence lost: 2 since its start"


# --- REST ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def web(core: Core) -> TestClient:
    parts = (*platform(core), Feature("devices", routers=[camera_router(CameraService())]))
    return TestClient(make_app(core, parts), raise_server_exceptions=False)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_law_17_an_administrator_enters_papers_and_everybody_can_read_who_did(web: TestClient, tokens: dict[Role, str]) -> None:
    body = {"papers": papers(signs=()).model_dump(mode="json"), "reason": "new lens"}
    assert web.put(URL, json=body, headers=bearer(tokens[Role.REVIEWER])).status_code == 403
    answer = web.put(URL, json=body, headers=bearer(tokens[Role.ADMINISTRATOR]))
    assert answer.status_code == 200, answer.text
    assert [flaw["en"] for flaw in answer.json()["flaws"]] == ["registration of the signs missing"]
    assert [duty["en"] for duty in answer.json()["duties"]] == [duty.en for duty in standing_at(papers(signs=()), NOON).duties]
    viewer = bearer(tokens[Role.VIEWER])
    [listed] = web.get("/api/v1/cameras", headers=viewer).json()
    assert (listed["camera"], listed["in_order"]) == ("cam-1", False)
    [version] = web.get(f"{URL}/history", headers=viewer).json()
    assert (version["recorded_by"], version["unit"], version["reason"]) == ("administrator", "City management", "new lens")
    [condition] = web.get("/api/v1/cameras/conditions", headers=viewer).json()
    assert (condition["code"], condition["severity"]) == ("signs_missing", "alarm")
    assert web.get("/api/v1/cameras/yuhang/n1/other/history", headers=viewer).status_code == 404


def test_a_file_is_imported_whole_or_not_at_all(web: TestClient, tokens: dict[Role, str]) -> None:
    query = {"reason": "spring", "name": "cameras.yaml"}
    headers = bearer(tokens[Role.ADMINISTRATOR]) | {"Content-Type": "text/plain"}
    good = EXAMPLE.read_text(encoding="utf-8")
    bad = web.post("/api/v1/cameras/import", params=query, content=(good + "  - {site: yuhang}\n").encode(), headers=headers)
    assert bad.status_code == 422
    assert "cameras[1]" in bad.json()["detail"]
    assert web.get("/api/v1/cameras", headers=headers).json() == []
    done = web.post("/api/v1/cameras/import", params=query, content=good.encode(), headers=headers)
    assert done.json() == {"cameras": 1, "changed": 1}


def test_a_flaw_speaks_both_languages() -> None:
    flaw = Flaw(Item.CERTIFICATE, Problem.EXPIRED, date(2026, 5, 31))
    assert (flaw.zh, flaw.en) == ("检定证书已于 2026-05-31 到期", "certificate expired on 2026-05-31")
