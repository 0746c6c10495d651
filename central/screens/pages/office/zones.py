"""`/administration/zones/SITE/NODE`: zones drawn on the camera's picture, differences before saving, earlier versions."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field

from central.configuration.plan import NodePlan
from central.configuration.service import ConfigStanding, ConfigState, ConfigWish
from central.configuration.tables import ConfigVersion
from central.errors import NotFound
from central.screens.i18n import Language
from central.screens.pages.office.forms import administrator
from central.screens.paper import Paper
from central.screens.reading.zones import ZoneDesk, ZoneFile
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.zones import ChangeLine, change_lines
from central.screens.visitor import Visitor, scene_for
from yuhang.messages import CameraDescription, Slug, VehicleClass

HERE = "/administration/zones"
DEFAULT_SIZE = (1600, 900)  # of a camera that has not shown a picture yet
KEYS = (
    ("draw", "N"),
    ("close", "Enter"),
    ("step_back", "Backspace"),
    ("leave", "Esc"),
    ("move", "← ↑ → ↓"),
    ("far", "Shift"),
    ("drop", "Del"),
    ("undo", "Ctrl Z / Ctrl Y"),
)
_TONES = {
    ConfigState.RUNS: Tone.DONE,
    ConfigState.WAITING: Tone.WATCH,
    ConfigState.REFUSED: Tone.ALARM,
    ConfigState.AHEAD: Tone.WARNING,
}


class Draft(BaseModel):
    """What the editor sends: zones made from version `after`."""

    after: int = Field(ge=0)
    plan: NodePlan


class Wish(Draft):
    """... to be saved."""

    reason: str = Field(default="", max_length=500)
    back_to: int | None = None


def zone_routes(paper: Paper, desk: ZoneDesk) -> APIRouter:
    """The editor, its status line, its review and its saving."""
    router = paper.router()
    pages = ZonePages(paper, desk)
    here = f"{HERE}/{{site}}/{{node}}"
    router.add_api_route(here, pages.show, methods=["GET"])
    router.add_api_route(f"{here}/status", pages.status, methods=["GET"])
    router.add_api_route(f"{here}/review", pages.review, methods=["POST"])
    router.add_api_route(f"{here}/save", pages.save, methods=["POST"])
    return router


class ZonePages:
    """The pages."""

    def __init__(self, paper: Paper, desk: ZoneDesk) -> None:
        self._paper = paper
        self._parts = paper.parts
        self._desk = desk

    def show(self, request: Request, site: str, node: str) -> Response:
        """The editor, beginning with what is wanted or, with `?from=`, with an earlier version."""
        visitor = administrator(self._parts, request)
        asked = request.query_params.get("from", "")
        back_to = int(asked) if asked.isdecimal() and len(asked) < 9 else None
        try:
            file = self._desk.file(site, node, back_to)
        except NotFound as error:
            return self._paper.render_gone(request, error)
        scene = self._scene(visitor)
        here = f"{HERE}/{site}/{node}"
        return self._paper.render(
            "office/zones.html",
            request,
            "zones.title",
            visitor=visitor,
            here=here,
            site=site,
            node=node,
            cameras=[_camera(site, node, camera, scene.t.language) for camera in file.cameras],
            kinds=_kinds(scene, file),
            vehicles=[vehicle.value for vehicle in VehicleClass],
            keys=KEYS,
            back_to=back_to,
            history=[_Line(kept.row, change_lines(scene, kept.changes)) for kept in file.history],
            data=_data(scene, file, here, site, node) | {"back_to": back_to},
            zones_script_url=self._parts.assets.zones_script.url,
            pictured=self._desk.pictured(site, node),
            **_status(scene, file.standing),
        )

    def status(self, request: Request, site: Slug, node: Slug) -> Response:
        """What the node makes of what is wanted, as a part of the page."""
        visitor = administrator(self._parts, request)
        values = _status(self._scene(visitor), self._desk.standing(site, node))
        return self._part("office/zones_status.html", visitor, pictured=self._desk.pictured(site, node), **values)

    def review(self, request: Request, site: Slug, node: Slug, draft: Annotated[Draft, Body()]) -> Response:
        """The differences, as a part of the page."""
        visitor = self._writer(request)
        found = self._desk.review(site, node, draft.after, draft.plan)
        part = self._part("office/zones_differences.html", visitor, changes=change_lines(self._scene(visitor), found))
        return JSONResponse({"html": bytes(part.body).decode()})

    def save(self, request: Request, site: Slug, node: Slug, wish: Annotated[Wish, Body()]) -> Response:
        """Save a version."""
        visitor = self._writer(request)
        number = self._desk.save(visitor.user, ConfigWish(site, node, wish.after, wish.plan, wish.reason, wish.back_to))
        return JSONResponse({"version": number})

    def _writer(self, request: Request) -> Visitor:
        return administrator(self._parts, request)

    def _scene(self, visitor: Visitor) -> Scene:
        return scene_for(self._parts, visitor.language)

    def _part(self, template: str, visitor: Visitor, **values: object) -> HTMLResponse:
        return HTMLResponse(self._paper.part(template, visitor.language, **values), headers={"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class _Line:
    """A version with its changes in words."""

    row: ConfigVersion
    changes: tuple[ChangeLine, ...]


def _camera(site: str, node: str, camera: CameraDescription, language: Language) -> dict[str, Any]:
    width, height = (camera.width, camera.height) if camera.width and camera.height else DEFAULT_SIZE
    picture = f"/api/v1/live/{site}/{node}/{camera.camera}.jpg"
    return {
        "camera": camera.camera,
        "name": camera.called(english=language is Language.ENGLISH),
        "width": width,
        "height": height,
        "picture": picture,
    }


def _kinds(scene: Scene, file: ZoneFile) -> list[tuple[str, str]]:
    used = {zone.kind for zone in file.plan.zones().values()}
    names = sorted({*file.standing.kinds, *used}, key=lambda kind: (kind != "parking", kind)) or ["parking"]
    return [(kind, scene.t.word("zones.kind", kind)) for kind in names]


def _data(scene: Scene, file: ZoneFile, here: str, site: str, node: str) -> dict[str, Any]:
    kinds = _kinds(scene, file)
    words = ("corner", "crossing", "drawing", "choose", "none", "away", "saved_as")
    return {
        "here": here,
        "after": file.after,
        "plan": file.plan.model_dump(mode="json"),
        "saved": file.standing.plan.model_dump(mode="json"),
        "cameras": [_camera(site, node, camera, scene.t.language) for camera in file.cameras],
        "camera": file.cameras[0].camera if file.cameras else "",
        "kinds": [kind for kind, _ in kinds],
        "words": {
            **{name: scene.t(f"zones.say.{name}", n="{n}") for name in words},
            "refused": scene.t("office.refused"),
            "kinds": dict(kinds),
        },
    }


def _status(scene: Scene, found: ConfigStanding) -> dict[str, Any]:
    wanted = found.wanted
    own = found.runs == 0
    return {
        "state_tone": _TONES.get(found.state, Tone.NORMAL),
        "state_word": scene.t(f"zones.state.{found.state.value}"),
        "runs_text": scene.t("zones.runs_own") if own else scene.t("zones.runs_version", n=found.runs),
        "wanted": scene.t("zones.wanted", n=wanted.version, by=wanted.saved_by) if wanted else "",
        "problems": found.problems,
    }
