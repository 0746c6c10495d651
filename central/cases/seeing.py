"""Whether the pictures of a case were shown to somebody: nobody approves what they have not looked at."""

from sqlalchemy.orm import Session

from central.audit.service import viewed
from central.cases.playbook import Playbook
from central.cases.queries import evidence_of
from central.cases.tables import Case
from central.users.roles import Principal


def saw_pictures(session: Session, user: Principal, case: Case, playbook: Playbook) -> bool:
    """True once this person was shown, as captured, a picture of each kind that a decision rests on (see the log of looks)."""
    needed = {kind.value for kind in playbook.evidence.to_close}
    files = [row for row in evidence_of(session, case.id) if row.kind in needed]
    seen = viewed(session, user, [f"evidence/{row.sha256}" for row in files])
    # One picture may serve twice: that of the notice is also the first that shows the vehicle present.
    return needed <= {row.kind for row in files if f"evidence/{row.sha256}" in seen}
