"""Car parks over HTTP: their free spaces come from whoever counts them."""

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select

from central.api.access import Administrator, AnyUser, CoreDep
from central.api.problems import RESPONSES
from central.errors import NotFound, Unprocessable
from central.registry.occupancy.recording import record
from central.registry.occupancy.rules import Reading
from central.registry.tables import CarPark

router = APIRouter(prefix="/api/v1/car-parks", tags=["registry"], responses=RESPONSES)


class CarParkAnswer(BaseModel):
    """A car park; position in WGS-84 degrees, hours in Beijing time (equal: always open)."""

    code: str
    name_zh: str
    name_en: str
    latitude: float
    longitude: float
    capacity: int
    free: int
    closed: bool = Field(description="by its operator, whatever the hour")
    counted_at: AwareDatetime | None = Field(description="time of the last count; null: written by hand")
    opens: str
    closes: str

    @classmethod
    def of(cls, row: CarPark) -> "CarParkAnswer":
        """From its row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class FreeSpaces(BaseModel):
    """How many spaces are free now."""

    free: int = Field(ge=0, le=1_000_000)
    closed: bool | None = Field(default=None, description="whether the operator has closed it; left out: as before")
    at: AwareDatetime | None = Field(default=None, description="time of the count; left out: now")


@router.get("", summary="List car parks")
def list_car_parks(core: CoreDep, _user: AnyUser) -> list[CarParkAnswer]:
    """All car parks, full and closed ones too."""
    with core.database.reader() as session:
        return [CarParkAnswer.of(row) for row in session.scalars(select(CarPark).order_by(CarPark.code))]


@router.put("/{code}/free", summary="Report free spaces")
def report_free(core: CoreDep, _user: Administrator, code: str, body: FreeSpaces) -> CarParkAnswer:
    """For the system that counts them, with a token of an administrator's account. An older count changes nothing."""
    now = core.clock.now()
    with core.database.session() as session:
        row = session.scalar(select(CarPark).where(CarPark.code == code).with_for_update())
        if row is None:
            raise NotFound("there is no such car park")
        if body.free > row.capacity:
            raise Unprocessable(f"this car park has {row.capacity} spaces")
        record(session, Reading(code, body.at or now, body.free, body.closed), now)
        return CarParkAnswer.of(row)
