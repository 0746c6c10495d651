"""Authorities over HTTP: profiles with their versions, and who enforces where. Writing is an administrator's, with a reason."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from central.api.access import Administrator, AnyUser, CoreDep
from central.api.problems import RESPONSES
from central.authority.profile import AuthorityProfile, ProfileKey
from central.authority.service import AuthorityService, Place, parse_profile
from central.authority.tables import Competence
from central.errors import Unprocessable

Reason = Annotated[str, Field(min_length=2, max_length=500, description="kept with your name")]


class ProfileAnswer(BaseModel):
    """A profile in one version."""

    name: str
    version: int
    profile: AuthorityProfile


class VersionLine(BaseModel):
    """One version in the history of a profile."""

    version: int
    written_by: str = Field(description="empty: came with Yuhang")
    written_at: datetime
    reason: str


class ProfileBody(BaseModel):
    """A new version of a profile."""

    profile: dict[str, Any] = Field(description="the whole profile, as GET returns it under `profile`")
    after: int = Field(ge=0, description="the version that you have seen; 0 for a new profile")
    reason: Reason


class CompetenceLine(BaseModel):
    """Which profile holds at a place, and who laid that down."""

    site: str
    node: str
    zone: str
    profile: str
    set_by: str
    set_at: datetime
    reason: str

    @classmethod
    def of(cls, row: Competence) -> "CompetenceLine":
        """From its row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class CompetenceBody(BaseModel):
    """Who enforces at a place from now on."""

    site: str = Field(default="", max_length=63, description="empty: everywhere that is not named otherwise")
    node: str = Field(default="", max_length=63, description="empty: the whole site")
    zone: str = Field(default="", max_length=63, description="empty: the whole node")
    profile: str = Field(max_length=40)
    reason: Reason


def authority_router(authorities: AuthorityService) -> APIRouter:
    """`/api/v1/authorities`."""
    router = APIRouter(prefix="/api/v1/authorities", tags=["authorities"], responses=RESPONSES)

    @router.get("", summary="List profiles")
    def list_profiles(core: CoreDep, _user: AnyUser) -> list[ProfileAnswer]:
        """Each in the version that holds for new cases."""
        with core.database.reader() as session:
            keys = [authorities.latest(session, name) for name in sorted(authorities.names(session))]
            return [ProfileAnswer(name=key.name, version=key.version, profile=authorities.profile(session, key)) for key in keys]

    @router.get("/competences", summary="Who enforces where")
    def list_competences(core: CoreDep, _user: AnyUser) -> list[CompetenceLine]:
        """All that was laid down, latest first; the latest for the narrowest place holds."""
        with core.database.reader() as session:
            return [CompetenceLine.of(row) for row in authorities.competences(session)]

    @router.post("/competences", status_code=201, summary="Lay down who enforces at a place")
    def assign(core: CoreDep, user: Administrator, body: CompetenceBody) -> CompetenceLine:
        """For cases opened from now on."""
        with core.database.session() as session:
            place = Place(body.site, body.node, body.zone)
            return CompetenceLine.of(authorities.assign(session, user, place, body.profile, body.reason))

    @router.get("/{name}", summary="Read a profile")
    def get_profile(
        core: CoreDep, _user: AnyUser, name: str, version: Annotated[int | None, Query(ge=1)] = None
    ) -> ProfileAnswer:
        """As it holds now, or as it was in a version."""
        with core.database.reader() as session:
            key = ProfileKey(name, version) if version is not None else authorities.latest(session, name)
            return ProfileAnswer(name=key.name, version=key.version, profile=authorities.profile(session, key))

    @router.get("/{name}/versions", summary="The history of a profile")
    def list_versions(core: CoreDep, _user: AnyUser, name: str) -> list[VersionLine]:
        """Who changed it when and why, latest first; nothing is ever overwritten."""
        with core.database.reader() as session:
            authorities.latest(session, name)
            return [VersionLine.model_validate(row, from_attributes=True) for row in authorities.versions(session, name)]

    @router.put("/{name}", summary="Write a new version of a profile")
    def put_profile(core: CoreDep, user: Administrator, name: str, body: ProfileBody) -> ProfileAnswer:
        """Checked as a whole; a refusal names the key and says what to do. Cases that are open keep the version they have."""
        profile = parse_profile(body.profile)
        if profile.name != name:
            raise Unprocessable(f"name: the profile calls itself {profile.name!r}, the address {name!r}; make them the same")
        with core.database.session() as session:
            key = authorities.write(session, user, profile, body.reason, after=body.after)
            return ProfileAnswer(name=key.name, version=key.version, profile=profile)

    return router
