"""What people bring to a case beside the evidence of nodes: statements, named drivers, files; personal words encrypted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from central.cases.acts import ActData, NamedDriver
from central.cases.engine import Act
from central.cases.tables import Case, CaseDriver, CaseFile, CaseStatement
from central.database import insert_missing
from central.secrets import SecretKey

STATEMENT_PURPOSE = "statement of a party"
DRIVER_PURPOSE = "named driver"
_STATEMENTS = frozenset({"state", "object", "decide"})
_ANSWERS = frozenset({"uphold", "dismiss", "void", "reconsider"})
_DRIVER_ANSWERS = {"confirm_driver": True, "reject_driver": False}


class CaseRecords:
    """Keeps and reads them, always in the caller's transaction."""

    def __init__(self, secret: SecretKey) -> None:
        self._secret = secret

    def keep(self, session: Session, case: Case, act: Act, data: ActData, at: datetime) -> None:
        """Keep what an act that was carried out has brought, and note what it answers."""
        if act.trigger in _STATEMENTS and data.statement.strip():
            session.add(
                CaseStatement(
                    case_id=case.id,
                    trigger=act.trigger,
                    actor=act.actor,
                    received_at=at,
                    text_protected=self._secret.encrypt(data.statement.strip(), STATEMENT_PURPOSE),
                )
            )
        if data.driver is not None and act.trigger == "name_driver":
            protected = self._secret.encrypt(data.driver.model_dump_json(), DRIVER_PURPOSE)
            session.add(CaseDriver(case_id=case.id, driver_protected=protected, named_at=at))
        rows = [
            {"case_id": case.id, "sha256": sha256, "trigger": act.trigger, "actor": act.actor, "added_at": at}
            for sha256 in dict.fromkeys(data.files)
        ]
        insert_missing(session, CaseFile, rows)
        if act.trigger in _ANSWERS:
            self._answer(session, case, act, at)
        if (confirmed := _DRIVER_ANSWERS.get(act.trigger)) is not None:
            for row in session.scalars(_named(case.id).where(CaseDriver.confirmed.is_(None))):
                row.confirmed, row.answered_at, row.answered_by = confirmed, at, act.actor

    def statements(self, session: Session, case_id: str) -> Sequence[CaseStatement]:
        """What was said about a case, in the order in which it came."""
        return session.scalars(select(CaseStatement).where(CaseStatement.case_id == case_id).order_by(CaseStatement.id)).all()

    def text_of(self, statement: CaseStatement) -> str:
        """The words of a statement: personal data, so the look is logged by whoever shows it."""
        if not statement.text_protected:
            return ""  # its time was over
        return self._secret.decrypt(statement.text_protected, STATEMENT_PURPOSE)

    def drivers(self, session: Session, case_id: str) -> Sequence[CaseDriver]:
        """Drivers that were named for a case, in the order in which they were."""
        return session.scalars(_named(case_id).order_by(CaseDriver.id)).all()

    def driver_of(self, row: CaseDriver) -> NamedDriver:
        """Who was named: personal data, so the look is logged by whoever shows it."""
        return NamedDriver.model_validate_json(self._secret.decrypt(row.driver_protected, DRIVER_PURPOSE))

    def files(self, session: Session, case_id: str) -> Sequence[CaseFile]:
        """Files that people have brought to a case."""
        statement = select(CaseFile).where(CaseFile.case_id == case_id)
        return session.scalars(statement.order_by(CaseFile.added_at, CaseFile.sha256)).all()

    def _answer(self, session: Session, case: Case, act: Act, at: datetime) -> None:
        open_ones = select(CaseStatement).where(CaseStatement.case_id == case.id, CaseStatement.answered_at.is_(None))
        for row in session.scalars(open_ones):
            row.answer, row.answered_at, row.answered_by, row.answer_reason = act.trigger, at, act.actor, act.reason


def _named(case_id: str) -> Select[CaseDriver]:
    return select(CaseDriver).where(CaseDriver.case_id == case_id)
