"""From a junction's configuration to its controller."""

from collections.abc import Callable
from pathlib import Path

from pysnmp.hlapi.v3arch.asyncio import CommunityData, UsmUserData

from central.dispatch.controllers import pipes
from central.dispatch.controllers.config import Gbt20999Config, JunctionConfig, Ntcip1202Config
from central.dispatch.controllers.controller import SignalController
from central.dispatch.controllers.gbt20999.adapter import Gbt20999Controller
from central.dispatch.controllers.gbt20999.session import Address, Session
from central.dispatch.controllers.ntcip1202.adapter import Ntcip1202Controller
from central.dispatch.controllers.ntcip1202.snmp import PysnmpClient, community, user
from yuhang.errors import ConfigError


def build_controller(junction: JunctionConfig, monotonic: Callable[[], float]) -> SignalController:
    """The adapter of one junction; nothing is connected yet."""
    match junction.controller:
        case Gbt20999Config() as config:
            return _gbt20999(junction, config, monotonic)
        case Ntcip1202Config() as config:
            return _ntcip1202(junction, config, monotonic)


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


def _secret(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"no key or password can be read from {path}") from error
