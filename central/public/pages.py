"""Renders the public pages: no script, nothing from elsewhere, nothing kept by browsers or found by search engines."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from central.cases.playbook import Words
from central.errors import Problem
from central.screens.assets import Asset
from central.screens.components.frame import demo_bar, language_links
from central.screens.components.marks import badge
from central.screens.components.plate import plate
from central.screens.components.times import moment
from central.screens.i18n import LOCALE_FOLDER, Catalogues, Language
from central.screens.scene import Scene
from central.screens.theme import DARK, LIGHT
from central.screens.visitor import language_of
from yuhang.clock import Clock
from yuhang.errors import YuhangError

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def stylesheet() -> Asset:
    """The style sheet with the theme's colours, light or dark as the device asks for."""
    rules = (FOLDER / "static" / "public.css").read_text(encoding="utf-8")
    colours = f":root{{color-scheme:light;{LIGHT.variables()}}}\n"
    colours += f"@media (prefers-color-scheme:dark){{:root{{color-scheme:dark;{DARK.variables()}}}}}\n"
    return Asset.named("public.css", "text/css", colours + rules)


def public_catalogues() -> Catalogues:
    """The words of the public page, and those of the components that it shares with the screens."""
    return Catalogues.load(LOCALE_FOLDER, FOLDER / "locale")


@dataclass(frozen=True, slots=True)
class PublicPages:
    """Renders templates for a request."""

    clock: Clock
    catalogues: Catalogues
    style: Asset
    environment: Environment

    @classmethod
    def make(cls, clock: Clock) -> "PublicPages":
        """A renderer that escapes everything and refuses unknown names."""
        loader = FileSystemLoader(FOLDER / "templates")
        environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        return cls(clock, public_catalogues(), stylesheet(), environment)

    def scene(self, request: Request) -> Scene:
        """The visitor's language and the time."""
        return Scene(self.catalogues[language_of(request)], self.clock.now(), self.clock.speed)

    def render(self, template: str, request: Request, *, here: str = "", status: int = 200, **values: object) -> HTMLResponse:
        """The page; `here` is the address that a change of language leads to, where it is not that of the request."""
        scene = self.scene(request)
        text = self.environment.get_template(template).render(
            t=scene.t,
            language=scene.t.language,
            style_url=self.style.url,
            demo_bar=demo_bar(scene),
            languages=language_links(scene, here or request.url.path),
            moment=partial(moment, scene),
            day=partial(day_text, scene),
            plate=partial(plate, scene),
            say=partial(say, scene),
            badge=badge,
            **values,
        )
        return HTMLResponse(text, status_code=status, headers=HEADERS)

    def message(self, request: Request, name: str, *, status: int, back: str = "/c", **values: object) -> HTMLResponse:
        """A page that says what went wrong and what to do: `public.problem.<name>`."""
        return self.render("message.html", request, here=back, status=status, name=name, back=back, **{"text": "", **values})

    def router(self) -> APIRouter:
        """A router whose errors are pages for people, not documents for programs."""
        pages = self

        class PublicRoute(APIRoute):
            def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
                handle = super().get_route_handler()

                async def answer(request: Request) -> Response:
                    try:
                        return await handle(request)
                    except (YuhangError, RequestValidationError) as error:
                        return pages.failed(request, error)

                return answer

        return APIRouter(include_in_schema=False, route_class=PublicRoute)

    def failed(self, request: Request, error: Exception) -> HTMLResponse:
        """The page for an error that nobody has answered before."""
        if isinstance(error, RequestValidationError):
            return self.message(request, "gone", status=404)
        if isinstance(error, Problem):
            return self.message(request, {404: "gone", 413: "too_large"}.get(error.status, "refused"), status=error.status)
        log.error("public_page_failed", path=request.url.path, error=str(error))
        return self.message(request, "broken", status=503)


def say(scene: Scene, words: Words) -> str:
    """The words in the visitor's language."""
    return words.zh if scene.t.language is Language.CHINESE else words.en


def day_text(scene: Scene, at: datetime) -> str:
    """The day in Hangzhou on which a moment falls, in full."""
    local = at.astimezone(scene.zone)
    return scene.t("public.day", year=local.year, month=local.month, day=local.day)
