"""What each event of a detector says about its alarm. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from yuhang.messages import (
    ChargingEndedEvent,
    ChargingSuspectedEvent,
    DetectedData,
    EbikeLeftEvent,
    EbikeSeenEvent,
    FallingSeenEvent,
    NodeEvent,
    SocketCut,
    SocketCutEvent,
    SocketStuck,
    SocketStuckEvent,
    TippingEndedEvent,
    TippingSuspectedEvent,
    TradingEndedEvent,
    TradingSeenEvent,
    event_type,
)


class AlarmKind(StrEnum):
    """What a camera suspects, or a gateway has done about a socket."""

    FALLING = "falling"
    TIPPING = "tipping"
    TRADING = "trading"
    EBIKE = "ebike"
    CHARGING = "charging"
    SOCKET = "socket"

    @property
    def learns(self) -> bool:
        """Whether the node learns from what people answer."""
        return self in {AlarmKind.EBIKE, AlarmKind.CHARGING}


@dataclass(frozen=True, slots=True)
class Spot:
    """The matter, and the place it is about: a camera's zone, or, without a camera, a socket."""

    track: str
    camera: str
    zone: str


@dataclass(frozen=True, slots=True)
class News:
    """What an event adds to its alarm; `ended_at` is None while it goes on. `facts` are shown, by the names of the catalogues."""

    kind: AlarmKind
    began_at: datetime
    ended_at: datetime | None = None
    facts: Mapping[str, str | int | float] = field(default_factory=dict)


def news_of(event: NodeEvent) -> News | None:
    """What the event says; None where it is no alarm's."""
    make = _NEWS.get(type(event))
    return None if make is None else make(event)


def spot_of(event: NodeEvent) -> Spot | None:
    """Which matter it is and where; None where the event is no alarm's."""
    match event.data:
        case DetectedData() as data:
            return Spot(data.track, data.camera, data.zone)
        case SocketCut() | SocketStuck() as data:
            return Spot(data.track, "", data.socket)
        case _:
            return None


def _socket(event: SocketCutEvent | SocketStuckEvent) -> News:
    data = event.data
    facts: dict[str, str | int | float] = {"socket": data.name or data.socket, "reason": data.reason.value}
    if data.measured is not None:
        facts["measured"] = round(data.measured, 1)
    if data.limit is not None:
        facts["limit"] = round(data.limit, 1)
    facts["told"] = data.commands
    if isinstance(event, SocketStuckEvent):
        return News(AlarmKind.SOCKET, data.noticed_at, None, facts | {"outcome": "stuck"})
    facts |= {"outcome": "is_off", "took_s": round(event.data.took_s, 2)}
    return News(AlarmKind.SOCKET, data.noticed_at, event.data.confirmed_at, facts)


def _falling(event: FallingSeenEvent) -> News:
    data, floors = event.data, event.data.floors
    facts: dict[str, str | int | float] = {"lowest_floor": floors.lowest, "height_m": round(floors.height_m, 1)}
    if floors.highest is not None:
        facts["highest_floor"] = floors.highest
    facts["size_px"] = round(data.size_px, 1)
    return News(AlarmKind.FALLING, data.began_at, data.ended_at, facts)


def _tipping(event: TippingSuspectedEvent | TippingEndedEvent) -> News:
    data = event.data
    facts: dict[str, str | int | float] = {"signs": ",".join(data.signs)}
    if plate := data.plate.text or (data.reported.plate if data.reported else ""):
        facts["plate"] = plate
    if data.heap is not None:
        facts["heap_m2"] = round(data.heap.area_m2, 1)
    ended_at = (event.data.left_at or event.time) if isinstance(event, TippingEndedEvent) else None
    return News(AlarmKind.TIPPING, data.stopped_at, ended_at, facts)


def _trading(event: TradingSeenEvent | TradingEndedEvent) -> News:
    data = event.data
    facts: dict[str, str | int | float] = {"form": data.form.value, "minutes": round(data.minutes, 1), "people": data.people}
    ended_at = data.until if isinstance(event, TradingEndedEvent) else None
    return News(AlarmKind.TRADING, data.began_at, ended_at, facts)


def _ebike(event: EbikeSeenEvent | EbikeLeftEvent) -> News:
    data = event.data
    facts: dict[str, str | int | float] = {"lift": data.lift, "looks": data.looks, "of_looks": data.of_looks}
    if data.second_stage is not None:
        facts["score"] = round(data.second_stage.score, 2)
    ended_at = None
    if isinstance(event, EbikeLeftEvent):
        ended_at = event.data.left_at
    elif event.data.door:
        facts["door"] = event.data.door
    return News(AlarmKind.EBIKE, data.entered_at, ended_at, facts)


def _charging(event: ChargingSuspectedEvent | ChargingEndedEvent) -> News:
    data = event.data
    facts: dict[str, str | int | float] = {"basis": data.basis.value, "minutes": round(data.stood_s / 60, 1)}
    if data.socket is not None:
        facts["socket"] = data.socket
    if data.watts is not None:
        facts["watts"] = round(data.watts)
    if data.second_stage is not None:
        facts["score"] = round(data.second_stage.score, 2)
    return News(AlarmKind.CHARGING, data.since, event.time if isinstance(event, ChargingEndedEvent) else None, facts)


_NEWS: dict[type[NodeEvent], Callable[[Any], News]] = {
    FallingSeenEvent: _falling,
    TippingSuspectedEvent: _tipping,
    TippingEndedEvent: _tipping,
    TradingSeenEvent: _trading,
    TradingEndedEvent: _trading,
    EbikeSeenEvent: _ebike,
    EbikeLeftEvent: _ebike,
    ChargingSuspectedEvent: _charging,
    ChargingEndedEvent: _charging,
    SocketCutEvent: _socket,
    SocketStuckEvent: _socket,
}
ALARM_TYPES = tuple(event_type(event) for event in _NEWS)
