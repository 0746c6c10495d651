"""Every row of the table of channels, played through the real outbox with carriers that answer as the row says."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from central.database import Database
from central.notify.tables import NoticeSending, NoticeStatus
from central.secrets import SecretKey
from central.tables import METADATA
from tests.rules.page import names, rows
from tests.unit.central.notify.office import NOW, PHONE, Office, make_office

STEP_S = 5
WHOLE_S = 660  # the notice may be under way for ten minutes
RECEIPTS: dict[str, tuple[float, str]] = {"delivers": (5, "delivered"), "away": (5, "delivered"), "late": (90, "delivered"),
                                          "fails": (5, "failed")}  # fmt: skip
REFUSALS: dict[str, list[int | BaseException]] = {"refuses": [400], "away": [503, 503], "dead": [503] * 999}


@pytest.mark.parametrize(("order", "number", "answers", "used", "result"), rows("channels"), ids=names("channels"))
def test_law_07_which_way_a_notice_takes(
    tmp_path: Path, order: list[str], number: bool, answers: list[str], used: list[str], result: str
) -> None:
    """The channels in their order, what each answers, and what becomes of the notice, as a table for officers."""
    with Database(f"sqlite:///{tmp_path / 'office.db'}") as database:
        METADATA.create_all(database.engine, tables=[METADATA.tables["notifications"], METADATA.tables["notice_sendings"]])
        office = make_office(database, SecretKey(bytes(32)), *order)
        behaves = dict(answer.split() for answer in answers)
        for name, how in behaves.items():
            office.carriers[name].answers = list(REFUSALS.get(how, []))
        notice = office.queue(phone=PHONE if number else None)
        for second in range(0, WHOLE_S, STEP_S):
            office.clock.current = NOW + timedelta(seconds=second)
            office.work()
            _receipts(office, behaves)
        assert [name for name in order if office.carriers[name].requests] == used
        assert office.notice(notice).status == NoticeStatus(result)


def _receipts(office: Office, behaves: dict[str, str]) -> None:
    with office.database.reader() as session:
        sendings = session.scalars(select(NoticeSending).where(NoticeSending.status == NoticeStatus.SENT.value)).all()
    for sending in sendings:
        after: tuple[float, Any] | None = RECEIPTS.get(behaves[sending.channel])
        if after is not None and sending.sent_at is not None:
            wait_s, status = after
            if office.clock.now() >= sending.sent_at + timedelta(seconds=wait_s):
                office.receipt(sending.id, status)
