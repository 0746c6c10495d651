"""Errors of the API, each one `application/problem+json` (RFC 9457); no answer repeats what the caller sent."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from central.errors import Problem
from yuhang.errors import ConfigError, EvidenceError, MessageError, StorageError, YuhangError

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


class ProblemDocument(BaseModel):
    """An error as the API answers it (RFC 9457)."""

    type: str = Field(default="about:blank", description="kind of problem, as a URI")
    title: str = Field(description="the kind of problem in a few words")
    status: int = Field(description="HTTP status")
    detail: str = Field(default="", description="what was wrong this time and what to do")


_STATUS: dict[type[YuhangError], HTTPStatus] = {
    MessageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    EvidenceError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ConfigError: HTTPStatus.UNPROCESSABLE_ENTITY,
    StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
}

RESPONSES: dict[int | str, dict[str, object]] = {
    "default": {"model": ProblemDocument, "description": "Error (RFC 9457)", "content": {MEDIA_TYPE: {}}}
}
"""The answer that every operation may give instead of its own; for `APIRouter(responses=...)`."""


def install_problems(app: FastAPI) -> None:
    """Turn every error that leaves a handler into a problem document."""
    app.add_exception_handler(YuhangError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


def problem_response(status: int, detail: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem document as a response."""
    document = ProblemDocument(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(document.model_dump(), status_code=status, media_type=MEDIA_TYPE, headers=headers)


async def _known(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Problem):
        status = error.status
    else:
        kinds = (status for kind, status in _STATUS.items() if isinstance(error, kind))
        status = next(kinds, HTTPStatus.BAD_REQUEST)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request_failed", method=request.method, path=request.url.path, status=int(status), error=str(error))
        return problem_response(status, "central cannot keep or read its records now; try again")
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return problem_response(status, str(error), headers)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    findings = [f"{'.'.join(str(part) for part in finding['loc'])}: {finding['msg']}" for finding in error.errors()]
    return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(findings)[:500])


async def _http(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    detail = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    return problem_response(error.status_code, detail, dict(error.headers) if error.headers else None)


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    log.error("request_crashed", method=request.method, path=request.url.path, exc_info=error)
    return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, "an error in central; it has been logged")
