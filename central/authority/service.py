"""Reading and writing profiles, finding out who enforces where, and the playbook that follows from a profile."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.authority.findings import Finding, ProfileRefused, findings_of, limit_findings
from central.authority.profile import DEFAULT_PROFILE, AuthorityProfile, ProfileKey, shipped_profiles
from central.authority.tables import Competence, ProfileVersion
from central.cases.composition import Procedure, compose, load_chapter
from central.cases.playbook import Playbook, Words
from central.database import insert_missing
from central.errors import Conflict, NotFound, Unprocessable
from central.users.roles import Principal
from yuhang.clock import Clock
from yuhang.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happens; empty parts stand for "everywhere there"."""

    site: str = ""
    node: str = ""
    zone: str = ""

    @property
    def wider(self) -> "tuple[Place, ...]":
        """This place and those around it, the narrowest first."""
        return (self, Place(self.site, self.node), Place(self.site), Place())


class AuthorityService:
    """Profiles by name and version. Versions never change, so what was read once is kept."""

    def __init__(self, clock: Clock, fronts: Sequence[Playbook]) -> None:
        self._clock = clock
        self._fronts = {front.kind: front for front in fronts}
        self._common = load_chapter("common")
        self._chapters = {procedure: load_chapter(procedure.value) for procedure in Procedure}
        self._profiles: dict[ProfileKey, AuthorityProfile] = {}
        self._playbooks: dict[tuple[str, ProfileKey], Playbook] = {}
        self._outlines: dict[str, Playbook] = {}
        self._lock = threading.Lock()

    # --- reading ---

    def profile(self, session: Session, key: ProfileKey) -> AuthorityProfile:
        """A profile as it was in this version, or `NotFound`."""
        if (known := self._profiles.get(key)) is not None:
            return known
        row = session.get(ProfileVersion, (key.name, key.version))
        if row is None:
            shipped = shipped_profiles().get(key.name)
            if shipped is None or key.version != 1:
                raise NotFound(f"there is no version {key.version} of the profile {key.name!r}")
            return shipped
        found = AuthorityProfile.model_validate(row.document)
        with self._lock:
            self._profiles[key] = found
        return found

    def latest(self, session: Session, name: str) -> ProfileKey:
        """The version of a profile that holds for new cases; `NotFound` if there is no such profile."""
        version = session.scalar(select(func.max(ProfileVersion.version)).where(ProfileVersion.name == name))
        if version is None and name not in shipped_profiles():
            known = ", ".join(sorted(self.names(session)))
            raise NotFound(f"there is no profile {name!r}; known: {known}")
        return ProfileKey(name, version or 1)

    def names(self, session: Session) -> set[str]:
        """Names of all profiles."""
        return set(session.scalars(select(ProfileVersion.name).distinct())) | set(shipped_profiles())

    def employing(self, session: Session, user: str) -> set[str]:
        """Names of the authorities whose present profile names this account among its officers."""
        present = {name: self.profile(session, self.latest(session, name)) for name in self.names(session)}
        return {name for name, profile in present.items() if profile.certificate_of(user) is not None}

    def titles(self, session: Session) -> dict[str, Words]:
        """Short names of all authorities by profile, as they are called at present."""
        return {name: self.profile(session, self.latest(session, name)).title for name in sorted(self.names(session))}

    def versions(self, session: Session, name: str) -> Sequence[ProfileVersion]:
        """All stored versions of a profile, latest first."""
        statement = select(ProfileVersion).where(ProfileVersion.name == name)
        return session.scalars(statement.order_by(ProfileVersion.version.desc())).all()

    def competent(self, session: Session, place: Place) -> str:
        """Name of the profile that holds at a place: the zone's, else the node's, the site's, the default."""
        for around in place.wider:
            same = (Competence.site == around.site, Competence.node == around.node, Competence.zone == around.zone)
            found = session.scalar(select(Competence.profile).where(*same).order_by(Competence.id.desc()).limit(1))
            if found is not None:
                return found
        return DEFAULT_PROFILE

    def competences(self, session: Session) -> Sequence[Competence]:
        """What was laid down about places, latest first."""
        return session.scalars(select(Competence).order_by(Competence.id.desc())).all()

    def for_new_case(self, session: Session, place: Place) -> ProfileKey:
        """The version under which a case is opened; a profile that came with Yuhang is stored with its first case."""
        return self.pinned(session, self.competent(session, place))

    def pinned(self, session: Session, name: str) -> ProfileKey:
        """The latest version of a profile, stored for good: a later Yuhang does not change what a case was opened under."""
        key = self.latest(session, name)
        if session.get(ProfileVersion, (key.name, key.version)) is None:
            row = {
                "name": key.name,
                "version": 1,
                "document": shipped_profiles()[key.name].model_dump(mode="json"),
                "written_by": "",
                "written_at": self._clock.now(),
                "reason": "shipped with Yuhang",
            }
            insert_missing(session, ProfileVersion, [row])
        return key

    def playbook(self, session: Session, kind: str, key: ProfileKey) -> Playbook:
        """How a case of this kind runs under this version of a profile."""
        wanted = (kind, key)
        if (known := self._playbooks.get(wanted)) is not None:
            return known
        found = self.compose(kind, self.profile(session, key))
        if key in self._profiles:
            with self._lock:
                self._playbooks[wanted] = found
        return found

    def compose(self, kind: str, profile: AuthorityProfile) -> Playbook:
        """The playbook of a kind of case under a profile; `ConfigError` names a limit that cannot be."""
        return compose(self._fronts[kind], (self._common, self._chapters[profile.procedure]), profile.limits)

    def outline(self, kind: str) -> Playbook:
        """All states, triggers and texts of a kind of case, whoever enforces: the same under every profile."""
        if kind not in self._fronts:
            raise NotFound(f"there is no kind of case {kind!r}")
        if kind not in self._outlines:
            self._outlines[kind] = self.compose(kind, shipped_profiles()[DEFAULT_PROFILE])
        return self._outlines[kind]

    # --- writing ---

    def write(self, session: Session, user: Principal, profile: AuthorityProfile, reason: str, *, after: int) -> ProfileKey:
        """Store a new version; `after` is the version that the writer had seen (0: a new profile).

        `Conflict` if somebody else was faster, `Unprocessable` with the key of what is wrong.
        """
        reason = _given(reason)
        present = self._version(session, profile.name)
        if present != after:
            raise Conflict(
                f"the profile {profile.name!r} is at version {present} by now; look at it again",
                "profile_changed",
                name=profile.name,
                version=present,
            )
        self.check(session, profile)
        if present == 1:
            self.pinned(session, profile.name)
        row = ProfileVersion(
            name=profile.name,
            version=present + 1,
            document=profile.model_dump(mode="json"),
            written_by=user.name,
            written_at=self._clock.now(),
            reason=reason,
        )
        session.add(row)
        session.flush()
        return ProfileKey(profile.name, row.version)

    def assign(self, session: Session, user: Principal, place: Place, profile: str, reason: str) -> Competence:
        """Lay down which authority enforces at a place from now on; cases that are open keep theirs."""
        if (place.zone and not place.node) or (place.node and not place.site):
            raise Unprocessable("site, node: a zone is named with its node and site, a node with its site")
        self.latest(session, profile)
        row = Competence(
            site=place.site,
            node=place.node,
            zone=place.zone,
            profile=profile,
            set_by=user.name,
            set_at=self._clock.now(),
            reason=_given(reason),
        )
        session.add(row)
        session.flush()
        return row

    def _version(self, session: Session, name: str) -> int:
        try:
            return self.latest(session, name).version
        except NotFound:
            return 0

    def check(self, session: Session, profile: AuthorityProfile) -> None:
        """`Unprocessable` names the key of what the playbook or the other profiles do not allow; nothing is written."""
        found = [
            finding
            for kind in self._fronts
            for finding in limit_findings(profile, self.compose(kind, profile.model_copy(update={"limits": {}})).parameters)
        ]
        found += [
            Finding(
                "hand_over_to", "hand_over_unknown", f"there is no profile {name!r}; write that profile first", {"name": name}
            )
            for name in sorted(set(profile.hand_over_to) - self.names(session))
        ]
        if found:
            raise ProfileRefused(found)
        try:
            for kind in self._fronts:
                self.compose(kind, profile)
        except ConfigError as error:
            raise Unprocessable(str(error)) from error


def parse_profile(document: object) -> AuthorityProfile:
    """A profile from plain data; `ProfileRefused` names each key that is wrong and what it takes."""
    try:
        return AuthorityProfile.model_validate(document)
    except ValidationError as error:
        raise ProfileRefused(list(findings_of(error))) from error


def _given(reason: str) -> str:
    reason = reason.strip()
    if len(reason) < 2:
        raise Unprocessable("reason: say why; it is kept with your name", "reason_missing")
    return reason
