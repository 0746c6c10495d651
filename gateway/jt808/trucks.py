"""What trucks tell, as telemetry of the site; and the codes with which their terminals authenticate."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Protocol

from gateway.jt808.bodies import Fix
from gateway.jt808.config import Jt808Config, TruckConfig
from yuhang.coordinates import Datum, Position, convert
from yuhang.errors import StorageError
from yuhang.messages import TruckReport

_CODE_DIGITS = 16
_KMH = 3.6


class Publisher(Protocol):
    """What is needed of the MQTT session."""

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool: ...


class TruckTeller:
    """Publishes `telemetry/truck`; a position without a fix says nothing about where the truck is and is left out."""

    def __init__(self, publisher: Publisher, topic: str, config: Jt808Config) -> None:
        self._publisher = publisher
        self._topic = topic
        self._config = config

    def hear(self, truck: TruckConfig, fixes: list[Fix]) -> None:
        """Positions of a truck, the oldest first."""
        for one in fixes:
            if one.located:
                self._publisher.publish(self._topic, self._report(truck, one).model_dump_json().encode(), 1)

    def _report(self, truck: TruckConfig, one: Fix) -> TruckReport:
        place = convert(Position(one.latitude, one.longitude), self._config.datum, Datum.WGS84)
        item = one.extras.get(self._config.bed_item) if self._config.bed_item is not None else None
        return TruckReport(
            plate=truck.plate,
            time=one.at,
            latitude=place.latitude,
            longitude=place.longitude,
            speed_m_s=min(one.speed_kmh / _KMH, 100.0),
            bed_raised=bool(item[-1] & 1) if item else None,
        )


class Codes:
    """A code for each terminal, made from a secret of this gateway: nothing is kept for each, a restart changes none."""

    def __init__(self, path: Path) -> None:
        """Read the secret at `path` or make one; `StorageError` if that is not possible."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(secrets.token_bytes(32))
            self._secret = path.read_bytes()
        except OSError as error:
            raise StorageError(f"{path}: the secret of the terminals' codes cannot be kept: {error.strerror}") from error
        if len(self._secret) < 16:
            raise StorageError(f"{path} is too short to be a secret; remove it, then every terminal has to register again")

    def of(self, phone: str) -> str:
        """The code of a terminal's number."""
        return hmac.new(self._secret, phone.encode(), hashlib.sha256).hexdigest()[:_CODE_DIGITS]
