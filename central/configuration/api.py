"""Desired configuration over HTTP, for administrators and their programs."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from central.api.access import Administrator, CoreDep
from central.api.problems import RESPONSES
from central.configuration.plan import NodePlan
from central.configuration.service import ConfigState, ConfigWish, save_config, standing, version_of, versions
from central.configuration.tables import ConfigVersion
from yuhang.messages import Slug

router = APIRouter(prefix="/api/v1/nodes/{site}/{node}/config", tags=["configuration"], responses=RESPONSES)


class VersionAnswer(BaseModel):
    """A saved version."""

    version: int
    sha256: str = Field(description="of the document as the node gets it")
    saved_by: str
    saved_at: datetime
    reason: str
    back_to: int | None = Field(description="the earlier version whose zones these are")
    ran_at: datetime | None = Field(description="when the node first said that it runs this")
    runs_sha256: str | None = Field(description="what evidence made under this version names as config_sha256")


class VersionDetails(VersionAnswer):
    """A saved version with its zones."""

    document: str
    plan: NodePlan


class ConfigAnswer(BaseModel):
    """What is wanted of a node and what it runs."""

    state: ConfigState
    wanted: VersionAnswer | None = Field(description="the latest saved version; null: the node runs its own file")
    runs: int = Field(description="version that the node says it runs; 0: its own file")
    problems: list[str] = Field(description="why the node refuses the wanted version, in its words")
    kinds: list[str] = Field(description="kinds of detector that the node knows")
    plan: NodePlan


class NewConfig(BaseModel):
    """Zones that replace those of all cameras named; made from version `after`."""

    after: int = Field(ge=0, description="latest version that you have seen; 0 if there was none")
    plan: NodePlan
    reason: str = Field(min_length=2, max_length=500)
    back_to: int | None = Field(default=None, ge=1)


@router.get("", summary="Zones wanted of a node, and what it runs")
def get_config(site: Slug, node: Slug, core: CoreDep, _user: Administrator) -> ConfigAnswer:
    """`state` is own, runs, waiting, refused or ahead."""
    with core.database.reader() as session:
        found = standing(session, site, node)
        return ConfigAnswer(
            state=found.state,
            wanted=_answer(found.wanted) if found.wanted else None,
            runs=found.runs,
            problems=list(found.problems),
            kinds=list(found.kinds),
            plan=found.plan,
        )


@router.put("", status_code=201, summary="Want other zones of a node")
def put_config(site: Slug, node: Slug, new: NewConfig, core: CoreDep, user: Administrator) -> VersionAnswer:
    """409 if somebody saved another version meanwhile. The node checks the zones itself; ask `state` what became of them."""
    wish = ConfigWish(site, node, new.after, new.plan, new.reason, new.back_to)
    with core.database.session() as session:
        return _answer(save_config(session, core.clock, user, wish))


@router.get("/versions", summary="Every version, latest first")
def get_versions(site: Slug, node: Slug, core: CoreDep, _user: Administrator) -> list[VersionAnswer]:
    """Who wanted what of the node, and why."""
    with core.database.reader() as session:
        return [_answer(row) for row in versions(session, site, node)]


@router.get("/versions/{version}", summary="One version with its zones")
def get_version(site: Slug, node: Slug, version: int, core: CoreDep, _user: Administrator) -> VersionDetails:
    """The document as the node got it."""
    with core.database.reader() as session:
        row = version_of(session, site, node, version)
        plan = NodePlan.read(row.document)
        return VersionDetails(**_answer(row).model_dump(), document=row.document, plan=plan)


def _answer(row: ConfigVersion) -> VersionAnswer:
    return VersionAnswer.model_validate(row, from_attributes=True)
