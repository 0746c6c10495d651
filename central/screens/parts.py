"""Everything that the pages are built from, handed in once."""

from dataclasses import dataclass

from central.screens.assets import Assets
from central.screens.i18n import Catalogues
from central.screens.once import Once
from central.screens.reading.alarms import AlarmDesk
from central.screens.reading.authorities import AuthorityDesk
from central.screens.reading.cases import CaseReader
from central.screens.reading.dispatch import DispatchReader
from central.screens.reading.doing import Doing
from central.screens.reading.foot import FootDesk
from central.screens.reading.looks import LookLog
from central.screens.reading.messages import MessageReader
from central.screens.reading.node import NodeDesk
from central.screens.reading.office import OfficeDesk
from central.screens.reading.street import StreetReader
from central.screens.reading.supervision import SupervisionReader
from central.screens.reading.waiting import WaitingDesk
from central.screens.reading.zones import ZoneDesk
from central.users.service import UserService
from yuhang.clock import Clock


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the pages are built from."""

    cases: CaseReader
    street: StreetReader
    supervision: SupervisionReader
    authorities: AuthorityDesk
    office: OfficeDesk
    zones: ZoneDesk
    node: NodeDesk
    messages: MessageReader
    foot: FootDesk
    alarms: AlarmDesk
    dispatch: DispatchReader
    looks: LookLog
    doing: Doing
    waiting: WaitingDesk
    logins: UserService
    once: Once
    clock: Clock
    catalogues: Catalogues
    assets: Assets
    secure_cookies: bool = False
