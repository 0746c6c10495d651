"""Car parks over HTTP: their free spaces come from whoever counts them."""

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select

from central.api.access import Administrator, AnyUser, CoreDep
from central.api.problems import RESPONSES
from central.errors import NotFound, Unprocessable
from central.registry.occupancy.recording import record
from central.registry.occupancy.rules import Reading
from central.registry.service import RegistryService
from central.registry.tables import CarPark


class CarParkAnswer(BaseModel):
    """A car park; position in WGS-84 degrees, hours in Beijing time (equal: always open)."""

    code: str
    name_zh: str
    name_en: str
    latitude: float
    longitude: float
    capacity: int
    free: int | None = Field(description="null: not known, nobody has counted or written it recently enough")
    closed: bool = Field(description="by its operator, whatever the hour")
    counted_at: AwareDatetime | None = Field(description="time of the last count; null: nobody counts")
    written_at: AwareDatetime | None = Field(description="when it was written by hand")
    opens: str
    closes: str

    @classmethod
    def of(cls, row: CarPark, *, known: bool) -> "CarParkAnswer":
        """From its row; the number of free spaces only where it can be relied on."""
        answer = cls(**{name: getattr(row, name) for name in cls.model_fields})
        return answer if known else answer.model_copy(update={"free": None})


class FreeSpaces(BaseModel):
    """How many spaces are free now."""

    free: int = Field(ge=0, le=1_000_000)
    closed: bool | None = Field(default=None, description="whether the operator has closed it; left out: as before")
    at: AwareDatetime | None = Field(default=None, description="time of the count; left out: now")


def registry_router(registry: RegistryService) -> APIRouter:
    """`/api/v1/car-parks`."""
    router = APIRouter(prefix="/api/v1/car-parks", tags=["registry"], responses=RESPONSES)

    @router.get("", summary="List car parks")
    def list_car_parks(core: CoreDep, _user: AnyUser) -> list[CarParkAnswer]:
        """All car parks, full and closed ones too."""
        with core.database.reader() as session:
            rows = session.scalars(select(CarPark).order_by(CarPark.code))
            return [CarParkAnswer.of(row, known=registry.is_known(row, core.clock.now())) for row in rows]

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
            return CarParkAnswer.of(row, known=registry.is_known(row, now))

    return router
