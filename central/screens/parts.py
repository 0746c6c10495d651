"""Everything that the pages are built from, handed in once."""

from dataclasses import dataclass
from typing import Protocol

from central.screens.assets import Assets
from central.screens.i18n import Catalogues
from central.screens.reading.cases import CaseReader
from central.screens.reading.looks import LookLog
from central.screens.reading.messages import MessageReader
from central.screens.reading.street import StreetReader
from central.screens.views.case import Verdict
from central.users.roles import Principal
from central.users.service import UserService
from yuhang.clock import Clock


class Decisions(Protocol):
    """Carries out what a person has decided."""

    def decide(self, case_id: str, user: Principal, verdict: Verdict) -> None:
        """Act on the case in the user's name; a `YuhangError` says why the case does not allow it."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the pages are built from."""

    cases: CaseReader
    street: StreetReader
    messages: MessageReader
    looks: LookLog
    decisions: Decisions
    logins: UserService
    clock: Clock
    catalogues: Catalogues
    assets: Assets
    secure_cookies: bool = False
