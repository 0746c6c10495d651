"""SNMP v1, v2c and v3 through pysnmp: numbers read and written by object identifier."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from pysnmp.hlapi.v3arch.asyncio import (
    USM_AUTH_HMAC96_SHA,
    USM_AUTH_HMAC192_SHA256,
    USM_PRIV_CFB128_AES,
    CommunityData,
    ContextData,
    Integer32,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    UsmUserData,
    get_cmd,
    set_cmd,
)
from pysnmp.proto.errind import ErrorIndication
from pysnmp.proto.rfc1905 import EndOfMibView, NoSuchInstance, NoSuchObject

from central.dispatch.controllers.errors import ControllerAway, ControllerRefused, FrameError
from central.dispatch.controllers.ntcip1202.objects import Oid

_ABSENT = (NoSuchInstance, NoSuchObject, EndOfMibView)
_NO_SUCH_NAME = 2
_MOST_AT_ONCE = 20  # objects in one question, so that the answer fits a datagram


class Snmp(Protocol):
    """Reads and writes numbers. `ControllerAway` without an answer, `ControllerRefused` where it says no."""

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, int]:
        """The numbers there are; objects that the controller does not have are left out."""

    async def set(self, oid: Oid, number: int) -> None:
        """Write one number."""

    def close(self) -> None:
        """End it."""


def community(name: str, version: Literal["v1", "v2c"]) -> CommunityData:
    """Identity for v1 and v2c: a word in clear; the line must be the police's own or a VPN."""
    return CommunityData(name, mpModel=0 if version == "v1" else 1)


def user(name: str, auth_key: str, priv_key: str, auth: Literal["sha", "sha256"]) -> UsmUserData:
    """Identity for v3, signed, and encrypted (AES-128) where there is a `priv_key`."""
    protocol = USM_AUTH_HMAC96_SHA if auth == "sha" else USM_AUTH_HMAC192_SHA256
    if not priv_key:
        return UsmUserData(name, auth_key, authProtocol=protocol)
    return UsmUserData(name, auth_key, priv_key, authProtocol=protocol, privProtocol=USM_PRIV_CFB128_AES)


class PysnmpClient:
    """One controller's agent. A lost datagram is asked for again once, within `answer_s` in all."""

    def __init__(self, host: str, port: int, identity: CommunityData | UsmUserData, answer_s: float) -> None:
        self._address = (host, port)
        self._identity = identity
        self._answer_s = answer_s
        self._engine: SnmpEngine | None = None
        self._target: UdpTransportTarget | None = None

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, int]:
        told: dict[Oid, int] = {}
        for at in range(0, len(oids), _MOST_AT_ONCE):
            told |= await self._get(list(oids[at : at + _MOST_AT_ONCE]))
        return told

    async def set(self, oid: Oid, number: int) -> None:
        engine, target = await self._opened()
        answer = await set_cmd(
            engine, self._identity, target, ContextData(), ObjectType(ObjectIdentity(oid), Integer32(number)), lookupMib=False
        )
        indication, status, _, _ = answer
        self._check(indication)
        if status:
            raise ControllerRefused(f"SET {_dotted(oid)}: {_status(status)}")

    def close(self) -> None:
        if self._engine is not None:
            self._engine.close_dispatcher()
            self._engine = self._target = None

    async def _get(self, oids: list[Oid]) -> dict[Oid, int]:
        """A v1 agent answers a question with one unknown object by naming it: it is asked again without."""
        while oids:
            engine, target = await self._opened()
            objects = [ObjectType(ObjectIdentity(oid)) for oid in oids]
            indication, status, index, bindings = await get_cmd(
                engine, self._identity, target, ContextData(), *objects, lookupMib=False
            )
            self._check(indication)
            if not status:
                return _numbers(bindings)
            if int(status) != _NO_SUCH_NAME or not 1 <= int(index) <= len(oids):
                raise ControllerRefused(f"GET: {_status(status)}")
            del oids[int(index) - 1]
        return {}

    async def _opened(self) -> tuple[SnmpEngine, UdpTransportTarget]:
        if self._engine is None or self._target is None:
            self._engine = SnmpEngine()
            self._target = await UdpTransportTarget.create(self._address, timeout=self._answer_s / 2, retries=1)
        return self._engine, self._target

    def _check(self, indication: ErrorIndication | None) -> None:
        if indication:
            raise ControllerAway(f"{self._address[0]}:{self._address[1]}: {indication}")


def _numbers(bindings: Sequence[Any]) -> dict[Oid, int]:
    told: dict[Oid, int] = {}
    for name, value in bindings:
        if isinstance(value, _ABSENT):
            continue
        oid = tuple(name)
        try:
            told[oid] = int(value)
        except (TypeError, ValueError) as error:
            raise FrameError(f"{_dotted(oid)} is no number") from error
    return told


def _status(status: Any) -> str:
    return str(status.prettyPrint()) if hasattr(status, "prettyPrint") else str(status)


def _dotted(oid: Oid) -> str:
    return ".".join(map(str, oid))
