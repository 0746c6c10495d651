"""Who stands in front of the screen, in which language, and why they look."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from central.api.access import SESSION_COOKIE
from central.audit.service import LookPurpose
from central.errors import Unauthorized
from central.screens.components.filters import address
from central.screens.i18n import Language, Translator, choose_language
from central.screens.parts import Parts
from central.screens.reading.looks import Why
from central.screens.roles import EVERYBODY
from central.screens.scene import Scene
from central.users.roles import Principal, Role
from yuhang.errors import YuhangError

LANGUAGE_COOKIE = "yuhang_language"
REASON_COOKIE = "yuhang_reason"
PURPOSE_COOKIE = "yuhang_purpose"
ACCOUNT = "/account"
"""Where a person changes their password; with a one-time password nothing else opens."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A logged-in person at a screen; `reason` is empty until they have said why they look at evidence."""

    user: Principal
    token: str
    language: Language
    why: Why

    @property
    def reason(self) -> str:
        """Why they look, in words."""
        return self.why.reason


def language_of(request: Request) -> Language:
    """The visitor's language; `?lang=` has become a cookie before a page sees it (see `switch`)."""
    return choose_language(
        request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language")
    )


def words_for(parts: Parts, request: Request) -> Translator:
    """The catalogue of the visitor's language."""
    return parts.catalogues[language_of(request)]


def scene_for(parts: Parts, language: Language, *, ticking: bool = False) -> Scene:
    """The scene of this moment."""
    return Scene(parts.catalogues[language], parts.clock.now(), parts.clock.speed, ticking)


def visit(parts: Parts, request: Request) -> Visitor | None:
    """The person behind the session cookie; None where nobody is logged in. Reads the database."""
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    try:
        user = parts.logins.authenticate(token)
    except Unauthorized:
        return None
    return Visitor(user, token, language_of(request), _why(request))


def _why(request: Request) -> Why:
    purpose = request.cookies.get(PURPOSE_COOKIE, "")
    known = LookPurpose(purpose) if purpose in set(LookPurpose) else LookPurpose.CASE_WORK
    return Why(unquote(request.cookies.get(REASON_COOKIE, "")), known)


class NotAdmittedError(YuhangError):
    """Another page comes before the one that was asked for; the visitor is sent there."""

    def __init__(self, location: str) -> None:
        super().__init__(f"first go to {location}")
        self.location = location


async def send_elsewhere(_request: Request, error: Exception) -> Response:
    """Answer `NotAdmittedError`."""
    if not isinstance(error, NotAdmittedError):
        raise error
    return RedirectResponse(error.location, status_code=303)


def admit(parts: Parts, request: Request, roles: Collection[Role] = EVERYBODY, *, reason_needed: bool = False) -> Visitor:
    """The visitor; `NotAdmittedError` where they must log in, say why they look, or may not come in (back to the start page)."""
    visitor = visit(parts, request)
    here = local_address(request)
    if visitor is None:
        raise NotAdmittedError(address("/login", {"next": here}))
    if visitor.user.must_change and request.url.path != ACCOUNT:
        raise NotAdmittedError(ACCOUNT)
    if visitor.user.role not in roles:
        raise NotAdmittedError("/?denied=1")
    if reason_needed and not visitor.reason:
        raise NotAdmittedError(address("/reason", {"next": here}))
    return visitor


def local_address(request: Request) -> str:
    """Path and query of the request."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def safe_next(wish: str | None) -> str:
    """An address on this site to go on to; anything else becomes the start page."""
    if not wish or not wish.startswith("/") or wish.startswith(("//", "/\\")) or any(sign in wish for sign in "\r\n"):
        return "/"
    return wish


def language_address(path: str, wish: str) -> str:
    """The address of a form that was answered by an error, for a change of language."""
    return address(path, {"next": wish})


def cookie_text(text: str) -> str:
    """Text that may stand in a cookie."""
    return quote(text[:300])
