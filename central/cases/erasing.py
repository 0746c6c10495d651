"""Takes out of a case whose time is over what says who it was about; states, moments, grounds and who acted stay for figures."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from central.cases.tables import Case, CaseDriver, CaseStatement, CaseTimeline
from central.erasure import EndedCase


def erase_case(session: Session, ended: EndedCase) -> None:
    """Plate, statements, named drivers, and all free text. The lines of the history stay, without their words.

    The history is never changed by anything else: this bypasses its guard, and the deletion record says that it did.
    """
    session.execute(update(Case).where(Case.id == ended.id).values(plate=ended.pseudonym or None, plate_colour=None))
    session.execute(update(CaseTimeline).where(CaseTimeline.case_id == ended.id).values(reason="", data={}))
    session.execute(update(CaseStatement).where(CaseStatement.case_id == ended.id).values(text_protected="", answer_reason=None))
    session.execute(delete(CaseDriver).where(CaseDriver.case_id == ended.id))
