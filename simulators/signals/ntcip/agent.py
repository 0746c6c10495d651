"""The SNMP agent: pysnmp's own engine without its sockets, in front of the objects of `objects.py`.

Whoever knows the reading community may read, the writing one may also write; the user of version 3 may do both, at the level that
his keys allow and no lower. What cannot be parsed is dropped, as RFC 3412 asks.
"""

from dataclasses import dataclass
from typing import Any

from pyasn1.error import PyAsn1Error
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import cmdrsp, context
from pysnmp.error import PySnmpError
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.smi import error as smi_error
from pysnmp.smi.instrum import AbstractMibInstrumController

from simulators.signals.device import Outgoing
from simulators.signals.kernel.controller import Controller
from simulators.signals.ntcip.objects import NtcipObjects, Oid, Refusal, RefusedError, Value

SUBTREE = (1, 3, 6, 1)
NOTHING_OF_OURS = (1, 3, 6, 1, 6)
"""A subtree without any object of ours. pysnmp 7.1 lets everything pass where a user has no view at all."""
V1, V2C, USM = 1, 2, 3

UNREADABLE = (PySnmpError, PyAsn1Error, TypeError, ValueError, LookupError, AttributeError)
"""What pysnmp and the decoder of pyasn1 raise over a message that is none; the last four are theirs by accident."""

REFUSALS = {
    Refusal.WRONG_VALUE: smi_error.WrongValueError,
    Refusal.NOT_WRITABLE: smi_error.NotWritableError,
    Refusal.GENERAL: smi_error.GenError,
}


@dataclass(frozen=True, slots=True)
class SnmpAccess:
    """Who may do what; a user without keys uses version 3 without protection."""

    read_community: str = "public"
    write_community: str = "private"
    user: str | None = None
    auth_key: str | None = None
    """For HMAC-SHA-96 (usmHMACSHAAuthProtocol), at least eight characters."""
    privacy_key: str | None = None
    """For AES-128 in CFB mode, at least eight characters."""

    @property
    def level(self) -> str:
        """The security level of the user's messages."""
        if self.privacy_key:
            return "authPriv"
        return "authNoPriv" if self.auth_key else "noAuthNoPriv"


class Objects(AbstractMibInstrumController):  # type: ignore[misc]  # pysnmp has no types
    """pysnmp's view of our objects."""

    def __init__(self, objects: NtcipObjects) -> None:
        self._objects = objects

    def read_variables(self, *asked: Any, **request: Any) -> list[Any]:
        return [(name, self._read(tuple(name), index, request)) for index, (name, _) in enumerate(asked)]

    def read_next_variables(self, *asked: Any, **request: Any) -> list[Any]:
        found = []
        for index, (name, _) in enumerate(asked):
            after = self._objects.after(tuple(name))
            if after is None:
                found.append((name, rfc1905.endOfMibView))
            else:
                found.append((rfc1902.ObjectName(after), self._read(after, index, request)))
        return found

    def write_variables(self, *asked: Any, **request: Any) -> list[Any]:
        """All or nothing: everything is checked before anything is written (RFC 3416, 4.2.5)."""
        values = [(tuple(name), plain(value)) for name, value in asked]
        for act in (self._objects.check, self._objects.write):
            for index, (oid, value) in enumerate(values):
                if not may(request, "write", oid, index):
                    raise smi_error.NoAccessError(name=oid, idx=index)
                try:
                    act(oid, value)
                except RefusedError as error:
                    raise REFUSALS[error.refusal](name=oid, idx=index) from error
        return list(asked)

    def _read(self, oid: Oid, index: int, request: dict[str, Any]) -> Any:
        managed = self._objects.table.get(oid) if may(request, "read", oid, index) else None
        return rfc1905.noSuchInstance if managed is None else encoded(managed.read())


class Outbox:
    """Stands where pysnmp expects its sockets: keeps what the engine sends."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send_message(self, message: bytes, _domain: object, _address: object) -> None:
        """The engine's answer."""
        self.sent.append(bytes(message))

    def get_timer_ticks(self) -> int:
        """Timers are for those who ask; an agent only answers."""
        return 0

    def get_timer_resolution(self) -> float:
        """Seconds a tick."""
        return 0.1


class NtcipController:
    """A simulated NTCIP 1202 controller as a `Device`; peers need no connection."""

    def __init__(self, controller: Controller, access: SnmpAccess | None = None) -> None:
        self.controller = controller
        self._outbox = Outbox()
        self._engine = SnmpEngine()
        self._engine.transport_dispatcher = self._outbox  # only what an agent needs of it
        self._let_in(access or SnmpAccess())
        answers = context.SnmpContext(self._engine)
        answers.unregister_context_name(b"")
        answers.register_context_name(b"", Objects(NtcipObjects(controller)))
        for responder in (
            cmdrsp.GetCommandResponder,
            cmdrsp.SetCommandResponder,
            cmdrsp.NextCommandResponder,
            cmdrsp.BulkCommandResponder,
        ):
            responder(self._engine, answers)

    def receive(self, peer: str, data: bytes) -> list[bytes]:
        """One SNMP message; what cannot be read is not answered."""
        self._outbox.sent = []
        address = udp.UdpTransportAddress((peer, 0)).set_local_address(("127.0.0.1", 0))
        try:
            self._engine.message_dispatcher.receive_message(self._engine, udp.DOMAIN_NAME, address, data)
        except UNREADABLE:
            return []
        return self._outbox.sent

    def advance(self, ticks: int) -> list[Outgoing]:
        """NTCIP controllers wait to be asked."""
        self.controller.advance(ticks)
        return []

    def disconnected(self, peer: str) -> None:
        """Datagrams have no end."""

    def _let_in(self, access: SnmpAccess) -> None:
        communities = (("reader", access.read_community, NOTHING_OF_OURS), ("writer", access.write_community, SUBTREE))
        for name, community, writable in communities:
            config.add_v1_system(self._engine, name, community)
            for model in (V1, V2C):
                config.add_vacm_user(self._engine, model, name, "noAuthNoPriv", SUBTREE, writable)
        if access.user is None:
            return
        config.add_v3_user(
            self._engine,
            access.user,
            config.USM_AUTH_HMAC96_SHA if access.auth_key else config.USM_AUTH_NONE,
            access.auth_key,
            config.USM_PRIV_CFB128_AES if access.privacy_key else config.USM_PRIV_NONE,
            access.privacy_key,
        )
        config.add_vacm_user(self._engine, USM, access.user, access.level, SUBTREE, SUBTREE)


def may(request: dict[str, Any], kind: str, oid: Oid, index: int) -> bool:
    """Whether the sender of a request may read or write an object; pysnmp's check answers true for one outside his view."""
    hidden = request["acFun"](kind, (rfc1902.ObjectName(oid), None), **{**request, "idx": index})
    return not hidden


def encoded(value: Value) -> Any:
    """A number or octets as SNMP carries them."""
    return rfc1902.Integer32(value) if isinstance(value, int) and value < 2**31 else _unsigned_or_octets(value)


def plain(value: Any) -> object:
    """What came in a SET: a number, or something that no object of ours takes."""
    return int(value) if isinstance(value, rfc1902.Integer32 | rfc1902.Gauge32 | rfc1902.Unsigned32) else bytes(value)


def _unsigned_or_octets(value: Value) -> Any:
    return rfc1902.Unsigned32(value) if isinstance(value, int) else rfc1902.OctetString(value)
