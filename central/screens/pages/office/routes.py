"""`/administration` and everything below it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from central.screens.pages.office.authorities import authority_routes
from central.screens.pages.office.cameras import camera_routes
from central.screens.pages.office.forms import administrator
from central.screens.pages.office.holidays import holiday_routes
from central.screens.pages.office.node import node_routes
from central.screens.pages.office.people import people_routes
from central.screens.pages.office.records import record_routes
from central.screens.pages.office.zones import zone_routes
from central.screens.paper import Paper

HERE = "/administration"


def office_routes(paper: Paper) -> APIRouter:
    """The administrator's pages."""
    authorities, office = paper.parts.authorities, paper.parts.office
    router = paper.router()

    @router.get(HERE)
    def overview(request: Request) -> Response:
        visitor = administrator(paper.parts, request)
        cameras = office.cameras(visitor.language)
        return paper.render(
            "office/overview.html",
            request,
            "office.title",
            visitor=visitor,
            profiles=len(authorities.all()),
            cameras=len(cameras),
            without=sum(not camera.standing.in_order for camera in cameras),
            due=[year.year for year in office.years() if year.due],
            people=sum(not person.disabled for person in paper.parts.logins.people()),
            holds=sum(line.hold.lifted_at is None for line in office.holds()),
        )

    for part in (
        authority_routes(paper, authorities),
        holiday_routes(paper, office),
        camera_routes(paper, office),
        people_routes(paper),
        record_routes(paper, office),
        zone_routes(paper, paper.parts.zones),
        node_routes(paper, paper.parts.node),
    ):
        router.include_router(part)
    return router
