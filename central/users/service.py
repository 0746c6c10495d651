"""Logins: who comes in, for how long, and who has to wait because of too many wrong passwords."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from central.config import UsersConfig
from central.database import Database
from central.errors import Conflict, NotFound, TooMany, Unauthorized
from central.ids import new_id
from central.users.changes import PeopleChanges
from central.users.passwords import Passwords
from central.users.roles import Principal, Role
from central.users.tables import LoginFailures, User, UserToken
from yuhang.clock import Clock
from yuhang.errors import ConfigError

log = structlog.get_logger(__name__)


class UserService:
    """People and their logins. Its clock is real time: a login does not end sooner because a demo runs fast."""

    def __init__(self, database: Database, config: UsersConfig, clock: Clock, passwords: Passwords | None = None) -> None:
        self._database = database
        self._config = config
        self._clock = clock
        self._passwords = passwords or Passwords()
        self.changes = PeopleChanges(database, clock, self._passwords)

    def add(self, name: str, password: str, role: Role, *, display_name: str = "", unit: str = "", certificate: str = "") -> str:
        """Add a person and return their id; `Conflict` if the name is taken."""
        name = name.strip()
        if not name or len(name) > 64:
            raise ConfigError("a user's name has 1 to 64 characters")
        user = User(
            id=new_id(self._clock),
            name=name,
            display_name=display_name or name,
            unit=unit,
            certificate=certificate,
            role=role.value,
            password_hash=self._passwords.hash(password),
            created_at=self._clock.now(),
        )
        with self._database.session() as session:
            if session.scalar(select(User.id).where(User.name == name)):
                raise Conflict(f"there is already a user {name!r}", "name_taken", name=name)
            session.add(user)
        log.info("user_added", user=user.id, role=role.value)
        return user.id

    def log_in(self, name: str, password: str) -> str:
        """Check name and password and return a new session token; `Unauthorized` or, after too many failures, `TooMany`."""
        now = self._clock.now()
        name = name.strip()[:64]
        with self._database.reader() as session:
            failures = session.get(LoginFailures, name)
            user = session.scalar(select(User).where(User.name == name, User.disabled.is_(False)))
        if failures is not None and self._locked(failures, now):
            raise TooMany("too many wrong passwords for this name; try again in a few minutes")
        if not self._passwords.matches(user.password_hash if user else None, password) or user is None:
            with self._database.session() as session:
                self._count_failure(session, name, now)
            log.warning("login_failed", known_name=user is not None)
            raise Unauthorized("name or password is wrong")
        with self._database.session() as session:
            session.execute(delete(LoginFailures).where(LoginFailures.name == name))
            session.execute(delete(UserToken).where(UserToken.expires_at < now))
            token = self._give(session, user.id, "session", "", now + timedelta(hours=self._config.session_hours))
        log.info("login", user=user.id)
        return token

    def give_token(self, name: str, label: str, days: float) -> str:
        """A bearer token for a program that acts for this person."""
        with self._database.session() as session:
            user = _by_name(session, name)
            return self._give(session, user.id, "api", label, self._clock.now() + timedelta(days=days))

    def authenticate(self, token: str) -> Principal:
        """Whose session or program this is; `Unauthorized` if the token is unknown, expired or its user disabled."""
        with self._database.reader() as session:
            found = session.get(UserToken, _digest(token))
            if found is None or found.expires_at <= self._clock.now() or found.user.disabled:
                raise Unauthorized("log in first")
            return principal(found.user)

    def log_out(self, token: str) -> None:
        with self._database.session() as session:
            session.execute(delete(UserToken).where(UserToken.token_sha256 == _digest(token)))

    def people(self) -> list[User]:
        with self._database.reader() as session:
            return list(session.scalars(select(User).order_by(User.name)))

    def _locked(self, failures: LoginFailures, now: datetime) -> bool:
        until = failures.last_at + timedelta(minutes=self._config.lock_minutes)
        return failures.failures >= self._config.failures_allowed and now < until

    def _count_failure(self, session: Session, name: str, now: datetime) -> None:
        row = session.get(LoginFailures, name, with_for_update=True)
        if row is None:
            session.add(LoginFailures(name=name, failures=1, last_at=now))
            return
        stale = now >= row.last_at + timedelta(minutes=self._config.lock_minutes)
        row.failures = 1 if stale else row.failures + 1
        row.last_at = now

    def _give(self, session: Session, user_id: str, kind: str, label: str, expires_at: datetime) -> str:
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        session.add(
            UserToken(token_sha256=_digest(token), user_id=user_id, kind=kind, label=label, created_at=now, expires_at=expires_at)
        )
        return token


def display_names(session: Session, names: Iterable[str]) -> dict[str, str]:
    """Names of people as papers say them, by account; accounts that are not known are left out."""
    found = session.execute(select(User.name, User.display_name).where(User.name.in_(list(names))))
    return {name: display_name or name for name, display_name in found}


def principal(user: User) -> Principal:
    """The person as requests know them."""
    return Principal(user.id, user.name, user.display_name, user.unit, user.certificate, Role(user.role), user.must_change)


def _by_name(session: Session, name: str) -> User:
    user = session.scalar(select(User).where(User.name == name))
    if user is None:
        raise NotFound(f"there is no user {name!r}")
    return user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
