"""Profiles and competences as the administrator's pages read and write them."""

from collections.abc import Sequence
from dataclasses import dataclass

from central.authority.profile import AuthorityProfile, Confirmation, ProfileKey, confirmation
from central.authority.service import Place
from central.authority.tables import Competence, ProfileVersion
from central.cases.calendar import BEIJING
from central.cases.playbook import Playbook
from central.core import Core
from central.matters import Matters
from central.nodes.service import list_nodes
from central.parking.parts import KIND
from central.screens.i18n import Language
from central.screens.views.cameras import known_cameras
from central.users.roles import Principal


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A profile in one version, with the latest version there is and the playbook that follows from it."""

    profile: AuthorityProfile
    version: int
    latest: int
    playbook: Playbook
    versions: Sequence[ProfileVersion]

    @property
    def confirmation(self) -> Confirmation:
        """Whether a legal officer stands behind this version."""
        row = next((row for row in self.versions if row.version == self.version and row.written_by), None)
        return confirmation(self.profile, row.written_at.astimezone(BEIJING).date() if row else None)


@dataclass(frozen=True, slots=True)
class Competent:
    """A place and who enforces there now."""

    place: Place
    name: str
    profile: str


@dataclass(frozen=True, slots=True)
class AuthorityDesk:
    """Reads and writes authorities for the screens."""

    core: Core
    matters: Matters

    def all(self) -> list[StoredProfile]:
        """Every profile as it holds for new cases, by name."""
        with self.core.database.reader() as session:
            names = sorted(self.matters.authorities.names(session))
        return [self.stored(name) for name in names]

    def stored(self, name: str, version: int | None = None) -> StoredProfile:
        """A profile as it holds now or was in a version; `NotFound` where there is none."""
        authorities = self.matters.authorities
        with self.core.database.reader() as session:
            latest = authorities.latest(session, name)
            key = latest if version is None else ProfileKey(name, version)
            profile = authorities.profile(session, key)
            versions = authorities.versions(session, name)
        playbook = authorities.compose(KIND, profile.model_copy(update={"limits": {}}))
        return StoredProfile(profile, key.version, latest.version, playbook, versions)

    def check(self, profile: AuthorityProfile) -> None:
        """`Unprocessable` names the key of what the playbook does not allow; nothing is written."""
        with self.core.database.reader() as session:
            self.matters.authorities.check(session, profile)

    def write(self, user: Principal, profile: AuthorityProfile, reason: str, *, after: int) -> ProfileKey:
        """Store a new version; `Conflict` if somebody was faster."""
        with self.core.database.session() as session:
            return self.matters.authorities.write(session, user, profile, reason, after=after)

    def places(self, language: Language) -> list[Competent]:
        """Everywhere, every site, node and zone that nodes have described, with who enforces there."""
        with self.core.database.reader() as session:
            cameras = known_cameras(list_nodes(session))
            named: dict[Place, str] = {Place(): ""}
            for camera in cameras:
                site, node = camera.key.site, camera.key.node
                named |= {Place(site): site, Place(site, node): f"{site}/{node}"}
                named |= {Place(site, node, zone): name for zone, name in camera.zone_names(language).items()}
            competent = self.matters.authorities.competent
            return [Competent(place, name, competent(session, place)) for place, name in named.items()]

    def laid_down(self) -> Sequence[Competence]:
        """What was laid down about places, latest first."""
        with self.core.database.reader() as session:
            return self.matters.authorities.competences(session)

    def assign(self, user: Principal, place: Place, profile: str, reason: str) -> None:
        """Lay down who enforces at a place from now on."""
        with self.core.database.session() as session:
            self.matters.authorities.assign(session, user, place, profile, reason)
