"""What is changed about people once they are there: role, password, locked out. Every change is on record with who made it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from central.database import Database
from central.errors import Conflict, NotFound, Unprocessable
from central.users.passwords import LONGEST, SHORTEST, Passwords
from central.users.roles import Role
from central.users.tables import LoginFailures, User, UserChange, UserToken
from yuhang.clock import Clock

COMMAND_LINE = "(command line)"
"""Who changes an account from the machine itself, where nobody is logged in."""
_GROUPS, _LENGTH = 4, 4
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another; 4 groups of 4 are 79 bits


class What(StrEnum):
    """Kinds of changes."""

    ROLE = "role"
    LOCKED_OUT = "locked_out"
    LET_IN = "let_in"
    RESET = "reset"  # an administrator gave a one-time password
    OWN_PASSWORD = "own_password"  # noqa: S105 - the person set one of their own


@dataclass(frozen=True, slots=True)
class PeopleChanges:
    """Changes people's accounts; every method is one transaction, and all but the own password end the person's sessions."""

    database: Database
    clock: Clock
    passwords: Passwords

    def set_role(self, name: str, role: Role, by: str) -> None:
        """Give a person another role. `Conflict` for oneself and for the last administrator."""
        with self.database.session() as session:
            user = self._other(session, name, by)
            if user.role == role.value:
                return
            if user.role == Role.ADMINISTRATOR.value:
                _check_not_last(session, user)
            self._note(session, user, by, What.ROLE, before=user.role, after=role.value)
            user.role = role.value
            _end_sessions(session, user)

    def lock(self, name: str, by: str, *, out: bool) -> None:
        """Lock a person out, or let them in again; what they did stays under their name."""
        with self.database.session() as session:
            user = self._other(session, name, by)
            if user.disabled == out:
                return
            if out and user.role == Role.ADMINISTRATOR.value:
                _check_not_last(session, user)
            self._note(session, user, by, What.LOCKED_OUT if out else What.LET_IN)
            user.disabled = out
            _end_sessions(session, user)

    def reset_password(self, name: str, by: str) -> str:
        """Give a person a one-time password and return it; it opens the page for setting one of their own, and nothing else."""
        password = "-".join("".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)) for _ in range(_GROUPS))
        with self.database.session() as session:
            user = self._other(session, name, by)
            self._note(session, user, by, What.RESET)
            user.password_hash, user.must_change = self.passwords.hash(password), True
            session.execute(delete(LoginFailures).where(LoginFailures.name == user.name))
            _end_sessions(session, user)
        return password

    def change_own_password(self, name: str, old: str, new: str) -> None:
        """Set a password of one's own. `Unprocessable` where the old one is wrong or the new one cannot be."""
        if not SHORTEST <= len(new) <= LONGEST:
            raise Unprocessable(
                f"a password has {SHORTEST} to {LONGEST} characters", "password_length", shortest=SHORTEST, longest=LONGEST
            )
        with self.database.session() as session:
            user = _locked(session, name)
            if not self.passwords.matches(user.password_hash, old):
                raise Unprocessable("the present password is wrong", "password_wrong")
            if old == new:
                raise Unprocessable("the new password is the old one", "password_same")
            self._note(session, user, name, What.OWN_PASSWORD)
            user.password_hash, user.must_change = self.passwords.hash(new), False
            _end_sessions(session, user)

    def latest(self, limit: int = 100) -> Sequence[UserChange]:
        """What was changed last, latest first."""
        with self.database.reader() as session:
            return session.scalars(select(UserChange).order_by(UserChange.id.desc()).limit(limit)).all()

    def _other(self, session: Session, name: str, by: str) -> User:
        if name == by:
            raise Conflict("another administrator changes your own account", "own_account")
        return _locked(session, name)

    def _note(self, session: Session, user: User, by: str, what: What, *, before: str = "", after: str = "") -> None:
        session.add(UserChange(user_name=user.name, by=by, at=self.clock.now(), what=what.value, before=before, after=after))


def _locked(session: Session, name: str) -> User:
    user = session.scalar(select(User).where(User.name == name).with_for_update())
    if user is None:
        raise NotFound(f"there is no user {name!r}", "no_person", name=name)
    return user


def _check_not_last(session: Session, user: User) -> None:
    others = User.role == Role.ADMINISTRATOR.value, User.disabled.is_(False), User.id != user.id
    if not session.scalar(select(func.count()).select_from(User).where(*others)):
        raise Conflict("this is the last administrator; name another one first", "last_administrator")


def _end_sessions(session: Session, user: User) -> None:
    session.execute(delete(UserToken).where(UserToken.user_id == user.id))
