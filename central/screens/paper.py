"""Server-rendered pages for phones and forms: Jinja2, no script, the same components and style sheet as the desks."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from central.screens.components.frame import demo_bar, navigation
from central.screens.components.marks import badge
from central.screens.components.times import moment
from central.screens.i18n import Language
from central.screens.once import form_name
from central.screens.parts import Parts
from central.screens.theme import Tone
from central.screens.visitor import Visitor, language_of, local_address, scene_for
from yuhang.errors import StorageError, YuhangError

log = structlog.get_logger(__name__)

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Paper:
    """Renders templates for a request."""

    parts: Parts
    environment: Environment

    @classmethod
    def of(cls, parts: Parts) -> "Paper":
        """A renderer that escapes everything and refuses unknown names."""
        loader = FileSystemLoader(_TEMPLATES)
        environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        environment.globals["form_name"] = form_name
        return cls(parts, environment)

    def router(self) -> APIRouter:
        """A router for pages: forms act once and only from these pages; where the database is away, a page says so."""
        paper = self

        class PaperRoute(APIRoute):
            def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
                handle = super().get_route_handler()

                async def answer(request: Request) -> Response:
                    try:
                        return await paper.parts.once.answer(request, handle)
                    except StorageError as error:
                        return await paper.broken(request, error)

                return answer

        return APIRouter(include_in_schema=False, route_class=PaperRoute)

    async def gone(self, request: Request, error: Exception) -> Response:
        """What stands at an address that leads nowhere."""
        return self.render_gone(request, error)

    def render_gone(self, request: Request, error: Exception) -> Response:
        """What stands where a thing that the address names does not exist."""
        log.info("page_gone", path=request.url.path, error=str(error))
        return self.render("gone.html", request, "state.gone", status=404, detail="state.gone_detail")

    async def broken(self, request: Request, error: Exception) -> Response:
        """What stands where a page could not be made; the log says why."""
        expected = isinstance(error, YuhangError)
        log.error("page_failed", path=request.url.path, error=str(error), exc_info=None if expected else error)
        return self.render("gone.html", request, "state.failed", status=500, detail="state.broken_detail")

    def part(self, template: str, language: Language, **values: object) -> str:
        """A part of a page, drawn anew while the page stays open."""
        scene = scene_for(self.parts, language)
        return self.environment.get_template(template).render(
            t=scene.t, moment=partial(moment, scene), badge=badge, tone=Tone, **values
        )

    def render(
        self,
        template: str,
        request: Request,
        title: str,
        *,
        visitor: Visitor | None = None,
        here: str = "",
        status: int = 200,
        refresh_s: int = 0,
        **values: object,
    ) -> HTMLResponse:
        """The page as a response; `title` is a key, `here` the address that a change of language leads back to."""
        scene = scene_for(self.parts, language_of(request))
        here = here or local_address(request)
        text = self.environment.get_template(template).render(
            t=scene.t,
            language=scene.t.language,
            title=scene.t(title),
            style_url=self.parts.assets.style.url,
            foot_script_url=self.parts.assets.foot_script.url,
            refresh_s=refresh_s,
            demo_bar=demo_bar(scene),
            navigation=navigation(scene, request.url.path, here, visitor.user if visitor else None),
            moment=partial(moment, scene),
            badge=badge,
            tone=Tone,
            **values,
        )
        return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})
