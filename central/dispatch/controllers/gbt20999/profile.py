"""What differs from maker to maker: how a stage is asked for, and which numbers stand for which mode."""

from enum import StrEnum

from pydantic import Field

from central.dispatch.controllers.gbt20999.frame import LengthRule, ObjectId, Rules
from central.dispatch.controllers.gbt20999.objects import RunMode
from yuhang.config.section import Section


class Way(StrEnum):
    """How a stage is asked for."""

    CENTRE_MANUAL = "centre_manual"  # run mode 0x15 and the stage's number
    EMERGENCY = "emergency"  # a prepared emergency, class 8


class CentreLayout(StrEnum):
    """Where the centre's wishes are written."""

    OBJECTS = "objects"  # 17.2 stage, 17.4 run mode
    TABLE = "table"  # 17.1, attribute 2 stage, attribute 4 run mode, a row a junction


_PROGRAMME_MODES = tuple(
    int(mode)
    for mode in RunMode
    if mode not in (RunMode.CENTRE_MANUAL, RunMode.LOCAL_MANUAL, RunMode.SPECIAL, RunMode.FLASH, RunMode.ALL_RED, RunMode.OFF)
)


class VendorProfile(Section):
    """A maker's dialect. The defaults are the standard's numbers and what most public implementations do."""

    length: LengthRule = Field(default=LengthRule.WHOLE, title="What a frame's length counts: whole, payload_and_crc or payload")
    crc_polynomial: int = Field(default=0x1005, ge=0, le=0xFFFF, title="Polynomial of the checksum")
    crc_initial: int = Field(default=0x0000, ge=0, le=0xFFFF, title="Value with which the checksum starts")
    version: int = Field(default=0x0102, ge=0, le=0xFFFF, title="Protocol version in our frames")
    lamp_attribute: int = Field(default=1, ge=1, le=255, title="Attribute of 3.3 that holds what a lamp group shows; 1 or 2")
    way: Way = Field(default=Way.CENTRE_MANUAL, title="How a stage is asked for: centre_manual or emergency")
    centre: CentreLayout = Field(
        default=CentreLayout.OBJECTS, title="Where the centre writes: objects (17.2, 17.4) or table (17.1)"
    )
    centre_manual_mode: int = Field(
        default=int(RunMode.CENTRE_MANUAL), ge=0, le=255, title="Run mode in which it follows our stage"
    )
    programme_modes: tuple[int, ...] = Field(
        default=_PROGRAMME_MODES, title="Run modes of a programme of its own or of the centre; from these it may be asked"
    )
    manual_modes: tuple[int, ...] = Field(
        default=(int(RunMode.LOCAL_MANUAL),), title="Run modes in which a person steers; never overridden"
    )
    release_mode: int | None = Field(
        default=None, ge=0, le=255, title="Run mode that gives the junction back; empty: the one before our request"
    )
    emergencies: dict[int, int] = Field(
        default_factory=dict, title="Stage to number of the prepared emergency, for the way `emergency`", examples=[{1: 1, 3: 2}]
    )

    @property
    def rules(self) -> Rules:
        """The frame's rules."""
        return Rules(self.length, self.crc_polynomial, self.crc_initial, self.version)

    def wished_stage(self, junction: int) -> ObjectId:
        """Where the centre writes the stage that it wants."""
        return ObjectId(17, 2, 0, 0) if self.centre is CentreLayout.OBJECTS else ObjectId(17, 1, 2, junction)

    def wished_mode(self, junction: int) -> ObjectId:
        """Where the centre writes the run mode that it wants."""
        return ObjectId(17, 4, 0, 0) if self.centre is CentreLayout.OBJECTS else ObjectId(17, 1, 4, junction)
