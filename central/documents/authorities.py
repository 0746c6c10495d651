"""Who issues the papers of a case: from the authority's profile and the limits of the case's own playbook."""

from typing import Protocol

from sqlalchemy.orm import Session

from central.authority.service import AuthorityService
from central.cases.composition import Procedure
from central.cases.limits import limit_text
from central.cases.service import CaseService
from central.cases.tables import Case, profile_key
from central.documents.papers import PaperAuthority


class Authorities(Protocol):
    """Finds the authority of a case."""

    def authority_of(self, session: Session, case: Case) -> PaperAuthority:
        """The authority under whose profile a case stands."""

    def certificates_of(self, session: Session, case: Case) -> dict[str, str]:
        """Certificate numbers of the authority's officers by account."""


class ProfileAuthorities:
    """Reads profiles."""

    def __init__(self, authorities: AuthorityService, cases: CaseService) -> None:
        self._authorities = authorities
        self._cases = cases

    def authority_of(self, session: Session, case: Case) -> PaperAuthority:
        """As the profile was when the case was opened."""
        profile = self._authorities.profile(session, profile_key(case))
        parameters = self._cases.playbook_of(session, case).parameters
        account = profile.account
        return PaperAuthority(
            name=profile.authority,
            short=profile.number_prefix,
            address=profile.address,
            telephone=profile.contact,
            office_hours=profile.hours,
            template_set=profile.templates,
            legal_basis=profile.legal_basis,
            violation_code=profile.violation_code,
            fine_yuan=profile.fine,
            payment_way=f"{account.bank}，户名{account.name}，账号{account.number}",
            reconsideration_organ=profile.reconsideration_organ,
            court=profile.court,
            statement_limit=limit_text(parameters["statement_limit"]),
            payment_limit=limit_text(parameters["payment_limit"]),
            reconsideration_limit=limit_text(parameters["remedy_limit"]),
            simple=profile.procedure is Procedure.SIMPLE,
            reconsideration_first=profile.goes_to_reconsideration_first,
            late_fee_percent=f"{profile.late_fee.percent_a_day:g}",
        )

    def certificates_of(self, session: Session, case: Case) -> dict[str, str]:
        """As the profile names them."""
        profile = self._authorities.profile(session, profile_key(case))
        return {officer.user: officer.certificate for officer in profile.officers}
