"""What the person concerned sends in: done once, in one transaction with its receipt."""

import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from anyio import to_thread
from sqlalchemy.orm import Session

from central.cases.acts import NamedDriver
from central.core import Core
from central.errors import Unprocessable
from central.evidence.pictures import clean_copy
from central.evidence.protected import bring_file
from central.matters import Matters
from central.public.receipts import Sent, give_receipt, latest_serial, receipt_of_form

LONGEST_SIDE = 2560  # pixels of a picture that was brought: a plate is readable across a street


@dataclass(frozen=True, slots=True)
class Submission:
    """One form as it was sent; which of the fields count depends on the act."""

    case_id: str
    act: str
    form: str
    text: str = ""
    driver: NamedDriver | None = None
    files: tuple[str, ...] = ()


class Submissions:
    """Keeps pictures and carries out acts."""

    def __init__(self, core: Core, matters: Matters) -> None:
        self._core = core
        self._matters = matters
        self._one_at_a_time = threading.Lock()  # a decoded picture takes a hundred times the memory of its file

    async def keep_picture(self, content: bytes) -> str:
        """Store a clean copy of a picture, encrypted, and return its SHA-256; `Unprocessable` if it is none that can be shown."""
        copy = await to_thread.run_sync(self._clean, content)
        sha256, _ = await bring_file(self._core, _pieces(copy))
        return sha256

    def send(self, submission: Submission) -> int:
        """Carry out the act and return the serial of its receipt; the same form sent again returns the same.

        So do the same words with the same pictures, while they wait for an answer: after the browser's "back" a form is a new
        one, and what it says is not.

        Raises `Conflict` (not with the case as it stands) or `Unprocessable` (something is missing).
        """
        with self._core.database.session() as session:
            case = self._matters.cases.locked(session, submission.case_id)
            known = receipt_of_form(session, case.id, submission.form)
            if known is not None:
                return known.serial
            if (twin := self._twin(session, submission)) is not None:
                return twin
            self._do(session, submission)
            sent = Sent(submission.form, submission.act, len(submission.files))
            return give_receipt(session, case, sent, self._core.clock.now()).serial

    def _twin(self, session: Session, wish: Submission) -> int | None:
        """The receipt of a statement that says the same and has not been answered."""
        records = self._matters.records
        brought = records.files(session, wish.case_id)
        for row in records.statements(session, wish.case_id):
            pictures = {file.sha256 for file in brought if (file.trigger, file.added_at) == (row.trigger, row.received_at)}
            waits = row.answered_at is None and row.trigger == wish.act
            if waits and records.text_of(row) == wish.text.strip() and pictures == set(wish.files):
                return latest_serial(session, wish.case_id, wish.act)
        return None

    def _do(self, session: Session, wish: Submission) -> None:
        party = self._matters.party
        acts: dict[str, Callable[[], object]] = {
            "state": lambda: party.state(session, wish.case_id, wish.text, wish.files),
            "object": lambda: party.object(session, wish.case_id, wish.text, wish.files),
            "agree_electronic": lambda: party.agree_electronic(session, wish.case_id),
            "waive": lambda: party.waive(session, wish.case_id),
            "name_driver": lambda: party.name_driver(session, wish.case_id, _given(wish.driver)),
        }
        acts[wish.act]()

    def _clean(self, content: bytes) -> bytes:
        with self._one_at_a_time:
            return clean_copy(content, LONGEST_SIDE, self._core.config.evidence.max_pixels)


def _given(driver: NamedDriver | None) -> NamedDriver:
    if driver is None:
        raise Unprocessable("name the driver")
    return driver


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content
