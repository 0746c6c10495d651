"""`?lang=` in any address: remember the language in a cookie and show the page at its own address."""

from urllib.parse import parse_qsl, quote, urlencode

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from central.screens.i18n import Language
from central.screens.visitor import LANGUAGE_COOKIE

A_YEAR_S = 365 * 86400


class LanguageSwitch:
    """ASGI middleware; leaves everything but a GET with a known `lang` alone."""

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._answer(scope)
        await (response or self._app)(scope, receive, send)

    def _answer(self, scope: Scope) -> RedirectResponse | None:
        query = scope.get("query_string", b"")
        if scope["type"] != "http" or scope["method"] != "GET" or b"lang=" not in query:
            return None
        pairs = parse_qsl(query.decode("latin-1"))
        asked = dict(pairs).get("lang")
        if asked not in set(Language) or scope["path"].startswith(("/api/", "/_nicegui")):
            return None
        rest = urlencode([(name, value) for name, value in pairs if name != "lang"])
        path = quote("/" + scope["path"].lstrip("/"))
        response = RedirectResponse(f"{path}?{rest}" if rest else path, status_code=303)
        response.set_cookie(LANGUAGE_COOKIE, asked, max_age=A_YEAR_S, httponly=True, samesite="lax", secure=self._secure)
        return response
