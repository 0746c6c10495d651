"""Photos that somebody at a desk brings to a case, taken in under the hash of their bytes."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from central.errors import Problem
from central.screens.paper import Paper
from central.screens.roles import CASE_WORKERS
from central.screens.visitor import NotAdmittedError, admit


def photo_routes(paper: Paper) -> APIRouter:
    """`POST /cases/<id>/photos`: the body is the picture; the answer names it, so that an act can."""
    router = paper.router()
    parts = paper.parts

    @router.post("/cases/{case_id}/photos")
    async def bring(case_id: str, request: Request) -> Response:
        try:
            admit(parts, request, CASE_WORKERS)
        except NotAdmittedError:
            return JSONResponse({}, status_code=403)
        try:
            sha256 = await parts.doing.bring(case_id, request.stream())
        except Problem as problem:
            return JSONResponse({"detail": str(problem)}, status_code=problem.status)
        return JSONResponse({"sha256": sha256}, status_code=201)

    return router
