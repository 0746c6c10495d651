"""The settings of any detector, chosen by `kind`; a new detector is added here and in `edge/detectors/build.py`."""

from typing import Annotated, get_args

from pydantic import Field

from edge.detectors.ebike_charging.config import EbikeChargingConfig
from edge.detectors.ebike_lift.config import EbikeLiftConfig
from edge.detectors.face_entry.config import FaceEntryConfig
from edge.detectors.falling_object.config import FallingObjectConfig
from edge.detectors.parking.config import ParkingConfig
from edge.detectors.plate_entry.config import PlateEntryConfig
from edge.detectors.tipping.config import TippingConfig
from edge.detectors.trading.config import TradingConfig

DetectorSettings = Annotated[
    ParkingConfig
    | FallingObjectConfig
    | TippingConfig
    | TradingConfig
    | EbikeLiftConfig
    | EbikeChargingConfig
    | FaceEntryConfig
    | PlateEntryConfig,
    Field(discriminator="kind"),
]


def detector_kinds() -> tuple[str, ...]:
    """The kinds that a zone may name."""
    return tuple(sorted(get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(DetectorSettings)[0])))
