"""From a junction's configuration to its controller."""

from collections.abc import Callable
from pathlib import Path

from pysnmp.hlapi.v3arch.asyncio import CommunityData, UsmUserData

from central.dispatch.controllers import pipes
from central.dispatch.controllers.config import Gat1049Config, Gbt20999Config, JunctionConfig, Ntcip1202Config
from central.dispatch.controllers.controller import SignalController
from central.dispatch.controllers.gat1049.adapter import Gat1049Controller
from central.dispatch.controllers.gat1049.session import Login
from central.dispatch.controllers.gat1049.session import Session as PlatformSession
from central.dispatch.controllers.gbt20999.adapter import Gbt20999Controller
from central.dispatch.controllers.gbt20999.session import Address, Session
from central.dispatch.controllers.ntcip1202.adapter import Ntcip1202Controller
from central.dispatch.controllers.ntcip1202.snmp import PysnmpClient, community, user
from yuhang.clock import Clock
from yuhang.errors import ConfigError


class Platforms:
    """One login for each platform and user, made when its first junction is built."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float]) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._sessions: dict[tuple[str, int, str], PlatformSession] = {}

    def session(self, config: Gat1049Config, answer_s: float) -> PlatformSession:
        """The session that this junction shares."""
        place = (config.host, config.port, config.user)
        if place not in self._sessions:
            login = Login(config.user, _secret(config.password_file), config.sender, config.receiver, config.version)
            self._sessions[place] = PlatformSession(
                pipes.tcp(config.host, config.port),
                login,
                answer_s=answer_s,
                heartbeat_s=config.heartbeat_s,
                clock=self._clock,
                monotonic=self._monotonic,
            )
        return self._sessions[place]


def build_controller(junction: JunctionConfig, platforms: Platforms, monotonic: Callable[[], float]) -> SignalController:
    """The adapter of one junction; nothing is connected yet. `ConfigError` where a key or password cannot be read."""
    match junction.controller:
        case Gbt20999Config() as config:
            return _gbt20999(junction, config, monotonic)
        case Ntcip1202Config() as config:
            return _ntcip1202(junction, config, monotonic)
        case Gat1049Config() as config:
            return _gat1049(junction, config, platforms, monotonic)


def _gbt20999(junction: JunctionConfig, config: Gbt20999Config, monotonic: Callable[[], float]) -> SignalController:
    datagrams = config.transport == "udp"
    open_pipe = (pipes.udp if datagrams else pipes.tcp)(config.host, config.port)
    session = Session(
        open_pipe,
        config.profile.rules,
        Address(config.host_id, config.controller_id, config.junction),
        datagrams=datagrams,
        answer_s=junction.answer_s,
        heartbeat_s=config.heartbeat_s,
    )
    return Gbt20999Controller(
        junction.model(),
        config.profile,
        session,
        junction=config.junction,
        phases=junction.phases,
        gives_back_s=config.gives_back_s,
        monotonic=monotonic,
    )


def _ntcip1202(junction: JunctionConfig, config: Ntcip1202Config, monotonic: Callable[[], float]) -> SignalController:
    if config.version == "v3":
        identity: CommunityData | UsmUserData = user(
            config.user, _secret(config.auth_key_file), _secret(config.priv_key_file), config.auth
        )
    else:
        identity = community(_secret(config.community_file), config.version)
    return Ntcip1202Controller(
        junction.model(),
        PysnmpClient(config.host, config.port, identity, junction.answer_s),
        phases=junction.phases,
        longest_backup_s=config.longest_backup_s,
        monotonic=monotonic,
    )


def _gat1049(
    junction: JunctionConfig, config: Gat1049Config, platforms: Platforms, monotonic: Callable[[], float]
) -> SignalController:
    return Gat1049Controller(
        junction.model(),
        platforms.session(config, junction.answer_s),
        config.crossing,
        flows={stage: flow.flow() for stage, flow in config.flows.items()},
        slack_s=config.slack_s,
        monotonic=monotonic,
    )


def _secret(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"no key or password can be read from {path}") from error
