"""From a junction's configuration to its controller."""

from collections.abc import Callable

from central.dispatch.controllers import pipes
from central.dispatch.controllers.config import Gbt20999Config, JunctionConfig
from central.dispatch.controllers.controller import SignalController
from central.dispatch.controllers.gbt20999.adapter import Gbt20999Controller
from central.dispatch.controllers.gbt20999.session import Address, Session


def build_controller(junction: JunctionConfig, monotonic: Callable[[], float]) -> SignalController:
    """The adapter of one junction; nothing is connected yet."""
    return _gbt20999(junction, junction.controller, monotonic)


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
