"""The settings of any detector, chosen by `kind`; a new detector is added here and in `edge/detectors/build.py`."""

from typing import Annotated

from pydantic import Field

from edge.detectors.falling_object.config import FallingObjectConfig
from edge.detectors.parking.config import ParkingConfig

DetectorSettings = Annotated[ParkingConfig | FallingObjectConfig, Field(discriminator="kind")]
