"""What people do on the page of a case: acts, papers, payments entered at a desk, photos brought along."""

from collections.abc import AsyncIterable
from dataclasses import dataclass

from anyio import to_thread

from central.cases.people import Wish
from central.cases.queries import find_case
from central.core import Core
from central.documents.api import IssueBody
from central.errors import Forbidden
from central.evidence.protected import bring_file
from central.matters import Matters
from central.payment.rules import FEN
from central.payment.service import PaymentReport
from central.screens.roles import CASE_WORKERS
from central.screens.views.payments import PaymentEntry
from central.users.roles import Principal


@dataclass(frozen=True, slots=True)
class Doing:
    """Carries out what people have confirmed, each in a transaction of its own. Raises a `Problem` where it cannot be."""

    core: Core
    matters: Matters

    def act(self, user: Principal, wish: Wish) -> None:
        """An act on a case, in the user's name."""
        with self.core.database.session() as session:
            self.matters.people.act(session, user, wish)

    def issue(self, user: Principal, case_id: str, body: IssueBody) -> None:
        """A paper under a new number, or the one that was issued before."""
        with self.core.database.session() as session:
            self.matters.documents.issue(session, user, body.wish(case_id))

    def enter_payment(self, user: Principal, case_id: str, entry: PaymentEntry) -> str:
        """A receipt as somebody read it off; what the payment meant. Who entered it stands in its source."""
        if user.role not in CASE_WORKERS:
            raise Forbidden("payments are entered by officers and reviewers")
        with self.core.database.session() as session:
            number = find_case(session, case_id).number
            told = PaymentReport(entry.reference, number, entry.amount_yuan * FEN, entry.paid_at, f"desk {user.name}"[:64])
            return self.matters.payments.report(session, told).payment.outcome

    async def bring(self, case_id: str, body: AsyncIterable[bytes]) -> str:
        """Take in a photo for a case; its SHA-256. `TooLarge` or `Unprocessable` where it cannot be."""
        await to_thread.run_sync(self._check_case, case_id)
        sha256, _ = await bring_file(self.core, body)
        return sha256

    def _check_case(self, case_id: str) -> None:
        with self.core.database.reader() as session:
            find_case(session, case_id)
