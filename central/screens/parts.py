"""Everything that the pages are built from, handed in once."""

from dataclasses import dataclass
from typing import Protocol

from central.screens.assets import Assets
from central.screens.i18n import Catalogues
from central.screens.source import ScreenSource
from central.users.roles import Principal
from yuhang.clock import Clock


class Logins(Protocol):
    """The part of `central.users` that the screens use."""

    def log_in(self, name: str, password: str) -> str:
        """A session token."""

    def authenticate(self, token: str) -> Principal:
        """Whose session this is, or `Unauthorized`."""

    def log_out(self, token: str) -> None:
        """End the session."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the pages are built from."""

    source: ScreenSource
    logins: Logins
    clock: Clock
    catalogues: Catalogues
    assets: Assets
    secure_cookies: bool = False
