"""The web application: routers of all features, errors as problem documents, limits; no state but `core`."""

from collections.abc import Sequence
from importlib.metadata import version

from fastapi import FastAPI

from central.api.limits import BodyLimit, SafeHeaders
from central.api.problems import install_problems
from central.core import Core
from central.errors import NotFound
from central.feature import Feature

_DESCRIPTION = """REST interface of Yuhang's central service.

People log in at `/api/v1/login` and send the token as `Authorization: Bearer` (browsers: a cookie). Nodes send their credential
the same way. Errors are `application/problem+json` (RFC 9457). Times are UTC. Looking at evidence needs a `reason`; it is logged.
"""
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def make_app(core: Core, features: Sequence[Feature]) -> FastAPI:
    """Put the application together; nothing is started."""
    app = FastAPI(
        title="Yuhang central",
        version=version("yuhang"),
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page would load scripts from another site
        redoc_url=None,
    )
    app.state.core = core
    install_problems(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SafeHeaders)
    for feature in features:
        for router in feature.routers:
            app.include_router(router)
    app.add_api_route(
        "/api/{rest:path}", _no_such_thing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False
    )
    for feature in features:
        if feature.pages is not None:
            feature.pages(app)
    return app


def _no_such_thing(rest: str) -> None:
    raise NotFound("there is nothing at this address")
