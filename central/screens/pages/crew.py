"""The crew's tablet: the next turn, what is left, what the next signal does. A plain page that loads itself anew."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from central.dispatch.escort.running.picture import EscortPicture
from central.screens.components.states import empty
from central.screens.paper import Paper
from central.screens.roles import CREWS
from central.screens.scene import Scene
from central.screens.views.dispatch import Mark, answer_mark, heard_mark, left_text
from central.screens.visitor import admit, scene_for

REFRESH_S = 2


@dataclass(frozen=True, slots=True)
class CrewView:
    """What the crew needs now. `signal`: the next one and what it does; None where there is none ahead."""

    turn: str
    far: str
    left: str
    heard: Mark
    signal: tuple[str, Mark] | None


def crew_routes(paper: Paper) -> APIRouter:
    """`/crew`."""
    router = paper.router()
    parts = paper.parts

    @router.get("/crew")
    def show(request: Request) -> Response:
        visitor = admit(parts, request, CREWS)
        scene = scene_for(parts, visitor.language)
        mine = parts.dispatch.crew(visitor.user)
        task, escort = mine if mine is not None else (None, None)
        return paper.render(
            "crew.html",
            request,
            "dispatch.crew.title",
            visitor=visitor,
            refresh_s=REFRESH_S,
            task=task,
            view=None if escort is None else _view(paper, scene, escort),
            nothing=empty(scene.t("dispatch.crew.none.title"), scene.t("dispatch.crew.none.detail")),
        )

    @router.post("/crew/arrived")
    def arrived(request: Request, task: Annotated[str, Form(max_length=40)]) -> Response:
        parts.dispatch.crew_arrived(admit(parts, request, CREWS).user, task)
        return RedirectResponse("/crew", status_code=303)

    return router


def _view(paper: Paper, scene: Scene, escort: EscortPicture) -> CrewView:
    step = next((step for step in escort.track.steps if step.at_m > escort.at_m), None)
    light = next((light for light in escort.track.lights if light.line.at_m >= escort.at_m), None)
    junctions = {one.junction: one for one in paper.parts.dispatch.showcase.look().junctions}
    if step is None:
        turn, at_m = scene.t("dispatch.crew.to_end"), escort.track.length_m
    else:
        road = scene.t("dispatch.crew.into", road=step.road) if step.road else ""
        turn, at_m = f"{scene.t(f'dispatch.crew.turn.{step.direction.value}')} {road}", step.at_m
    far_m = max(0, round((at_m - escort.at_m) / 10) * 10)
    signal = None
    if light is not None:
        signal = (light.line.junction, answer_mark(scene, junctions.get(light.line.junction), escort.task_id))
    return CrewView(
        turn, scene.t("dispatch.crew.in_metres", n=far_m), left_text(scene, escort), heard_mark(scene, escort), signal
    )
