"""Desired configurations: saved by an administrator, wanted until the next, reported by the node."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.configuration.plan import NodePlan, check_plan
from central.configuration.tables import ConfigVersion
from central.errors import Conflict, NotFound, Unprocessable
from central.nodes.service import described, find_node
from central.nodes.tables import Node
from central.users.roles import Principal
from yuhang.clock import Clock
from yuhang.messages import DesiredConfig, NodeDescription

log = structlog.get_logger(__name__)

SHORTEST_REASON = 2
LARGEST_DOCUMENT = 200_000


class ConfigState(StrEnum):
    """How what is wanted of a node and what it runs go together."""

    OWN = "own"  # nothing was saved; the node runs its file
    RUNS = "runs"
    WAITING = "waiting"  # the node has not taken it up: it is offline, or slow
    REFUSED = "refused"  # the node has said why
    AHEAD = "ahead"  # the node runs a version that central does not know: its file names it, or central was restored


@dataclass(frozen=True, slots=True)
class ConfigStanding:
    """A node's configuration now: `wanted` is the latest saved version, `plan` its zones or, without one, those that run."""

    state: ConfigState
    wanted: ConfigVersion | None
    runs: int
    plan: NodePlan
    kinds: tuple[str, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfigWish:
    """Zones that somebody wants of a node: made from version `after` (0: from the node's own file), with the reason."""

    site: str
    node: str
    after: int
    plan: NodePlan
    reason: str
    back_to: int | None = None


def save_config(session: Session, clock: Clock, user: Principal, wish: ConfigWish) -> ConfigVersion:
    """Keep a new version, which the node is told of.

    Raises `NotFound`, `Conflict` (another version was saved meanwhile, the node has not described itself, or nothing changes) and
    `Unprocessable` (what the node could never run, or no reason).
    """
    site, node = wish.site, wish.node
    row = session.get(Node, (site, node), with_for_update=True)
    if row is None:
        raise NotFound(f"there is no node {site}/{node}")
    description = described(row)
    if description is None:
        raise Conflict(f"node {site}/{node} has not said yet which cameras it has; start it first")
    if len(wish.reason.strip()) < SHORTEST_REASON:
        raise Unprocessable("reason: say why; it is kept with your name")
    latest = latest_version(session, site, node)
    if wish.after != (latest.version if latest else 0):
        by = f"version {latest.version} was saved by {latest.saved_by}" if latest else "nothing was saved before"
        raise Conflict(f"{by} meanwhile; look at it and make your change again")
    check_plan(wish.plan, description)
    document = wish.plan.document()
    if len(document) > LARGEST_DOCUMENT:
        raise Unprocessable(f"the zones take {len(document)} characters; at most {LARGEST_DOCUMENT} are sent")
    if latest is not None and document == latest.document:
        raise Conflict(f"nothing differs from version {latest.version}")
    saved = ConfigVersion(
        site=site,
        node=node,
        version=max(latest.version if latest else 0, description.config_version) + 1,
        document=document,
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        saved_by=user.name,
        saved_at=clock.now(),
        reason=wish.reason.strip(),
        back_to=wish.back_to,
    )
    session.add(saved)
    session.flush()
    log.info("config_saved", site=site, node=node, version=saved.version, by=user.name)
    return saved


def standing(session: Session, site: str, node: str) -> ConfigStanding:
    """What is wanted of a node and what it runs; `NotFound` if there is no such node."""
    description = described(find_node(session, site, node))
    latest = latest_version(session, site, node)
    runs = description.config_version if description else 0
    refused = description.config_refused if description else None
    own = NodePlan.running(description) if description else NodePlan()
    plan = NodePlan.read(latest.document) if latest else own
    kinds = description.detectors if description else ()
    if refused is not None and latest is not None and (refused.version, refused.sha256) == (latest.version, latest.sha256):
        return ConfigStanding(ConfigState.REFUSED, latest, runs, plan, kinds, refused.problems)
    return ConfigStanding(_state(latest, runs), latest, runs, plan, kinds)


def versions(session: Session, site: str, node: str) -> Sequence[ConfigVersion]:
    """Everything that was ever wanted of a node, latest first."""
    chosen = select(ConfigVersion).where(ConfigVersion.site == site, ConfigVersion.node == node)
    return session.scalars(chosen.order_by(ConfigVersion.version.desc())).all()


def version_of(session: Session, site: str, node: str, version: int) -> ConfigVersion:
    """One version, or `NotFound`."""
    row = session.get(ConfigVersion, (site, node, version))
    if row is None:
        raise NotFound(f"there is no version {version} of the zones of {site}/{node}")
    return row


def latest_version(session: Session, site: str, node: str) -> ConfigVersion | None:
    """What is wanted of a node now, if anything was ever saved."""
    return next(iter(versions(session, site, node)), None)


def wanted_of_all(session: Session) -> Sequence[ConfigVersion]:
    """The latest version of every node."""
    newest = (
        select(ConfigVersion.site, ConfigVersion.node, func.max(ConfigVersion.version).label("version"))
        .group_by(ConfigVersion.site, ConfigVersion.node)
        .subquery()
    )
    same = (
        (ConfigVersion.site == newest.c.site)
        & (ConfigVersion.node == newest.c.node)
        & (ConfigVersion.version == newest.c.version)
    )
    return session.scalars(select(ConfigVersion).join(newest, same)).all()


def note_running(session: Session, site: str, node: str, description: NodeDescription, clock: Clock) -> None:
    """Remember when a version first ran and which hash evidence made under it names."""
    row = session.get(ConfigVersion, (site, node, description.config_version))
    if row is not None and (row.ran_at is None or row.runs_sha256 != description.config_sha256):
        row.ran_at = row.ran_at or clock.now()
        row.runs_sha256 = description.config_sha256


def message_of(row: ConfigVersion) -> DesiredConfig:
    """The version as the node gets it."""
    return DesiredConfig(version=row.version, sha256=row.sha256, document=row.document)


def _state(latest: ConfigVersion | None, runs: int) -> ConfigState:
    wanted = latest.version if latest else 0
    if runs > wanted:
        return ConfigState.AHEAD
    if latest is None:
        return ConfigState.OWN
    return ConfigState.RUNS if runs == wanted else ConfigState.WAITING
