"""Events of the detectors as a node sends them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ulid import ULID

from yuhang.messages import (
    Box,
    ChargingBasis,
    ChargingEnded,
    ChargingEndedEvent,
    ChargingSuspected,
    ChargingSuspectedEvent,
    CutReason,
    EbikeSeen,
    EbikeSeenEvent,
    FallingSeen,
    FallingSeenEvent,
    FloorRange,
    FrameClock,
    Message,
    PathPoint,
    SocketCut,
    SocketCutEvent,
    SocketStuck,
    SocketStuckEvent,
    TimeSource,
    TradingEnd,
    TradingEnded,
    TradingEndedEvent,
    TradingForm,
    TradingSeen,
    TradingSeenEvent,
)

BEGAN = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
SOURCE = "yuhang/v1/yuhang/gate-1"
_BOX = Box(left=10, top=10, right=50, bottom=40)


def new_track() -> str:
    return str(ULID())


def _common(track: str) -> dict[str, Any]:
    clock = FrameClock(source=TimeSource.CAMERA, error_s=0.1)
    return {"track": track, "camera": "cam-1", "zone": "zone-1", "zone_sha256": "0" * 64, "clock": clock}


def _wrap(kind: type[Any], data: Message, source: str = SOURCE) -> Any:
    return kind(id=str(ULID()), source=source, subject="330110-001", time=BEGAN, seq=1, data=data)


def falling(track: str) -> FallingSeenEvent:
    data = FallingSeen(
        **_common(track),
        box=_BOX,
        began_at=BEGAN,
        ended_at=BEGAN + timedelta(seconds=2),
        path=(PathPoint(after_s=0, x=1, y=1), PathPoint(after_s=1, x=1, y=5)),
        size_px=4.2,
        acceleration_m_s2=9.7,
        residual_px=0.4,
        floors=FloorRange(lowest=7, highest=9, height_m=22.4, height_error_m=1.5),
    )
    return _wrap(FallingSeenEvent, data)  # type: ignore[no-any-return]


def _trading(track: str, minutes: float) -> dict[str, Any]:
    return _common(track) | {
        "form": TradingForm.STREET,
        "began_at": BEGAN,
        "until": BEGAN + timedelta(minutes=minutes),
        "minutes": minutes,
        "attended_share": 0.9,
        "people": 2,
        "goods": (_BOX,),
    }


def trading_seen(track: str, source: str = SOURCE) -> TradingSeenEvent:
    return _wrap(TradingSeenEvent, TradingSeen(**_trading(track, 5.0)), source)  # type: ignore[no-any-return]


def trading_ended(track: str, source: str = SOURCE) -> TradingEndedEvent:
    data = TradingEnded(**_trading(track, 25.0), reason=TradingEnd.CLEARED)
    return _wrap(TradingEndedEvent, data, source)  # type: ignore[no-any-return]


def _ebike(track: str) -> dict[str, Any]:
    return _common(track) | {"lift": "lift-1", "box": _BOX, "entered_at": BEGAN, "looks": 3, "of_looks": 5}


def ebike_seen(track: str) -> EbikeSeenEvent:
    return _wrap(EbikeSeenEvent, EbikeSeen(**_ebike(track)))  # type: ignore[no-any-return]


def _charging(track: str, minutes: float) -> dict[str, Any]:
    stood = {"basis": ChargingBasis.SOCKET, "socket": "s-1", "watts": 180.4, "since": BEGAN, "stood_s": minutes * 60}
    return _common(track) | stood | {"box": _BOX}


def charging_suspected(track: str) -> ChargingSuspectedEvent:
    return _wrap(ChargingSuspectedEvent, ChargingSuspected(**_charging(track, 10)))  # type: ignore[no-any-return]


def charging_ended(track: str) -> ChargingEndedEvent:
    return _wrap(ChargingEndedEvent, ChargingEnded(**_charging(track, 42)))  # type: ignore[no-any-return]


def _socket(track: str) -> dict[str, Any]:
    return {
        "track": track,
        "socket": "shed-3-07",
        "name": "3 号车棚 07",
        "reason": CutReason.TEMPERATURE,
        "measured": 80.04,
        "limit": 65.0,
        "noticed_at": BEGAN,
    }


def socket_stuck(track: str) -> SocketStuckEvent:
    return _wrap(SocketStuckEvent, SocketStuck(**_socket(track), commands=6))  # type: ignore[no-any-return]


def socket_cut(track: str) -> SocketCutEvent:
    data = SocketCut(**_socket(track), commands=9, confirmed_at=BEGAN + timedelta(seconds=8), took_s=8.0)
    return _wrap(SocketCutEvent, data)  # type: ignore[no-any-return]
