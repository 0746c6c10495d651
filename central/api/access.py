"""Who is asking: FastAPI dependencies for people (session cookie or bearer token) and for nodes (bearer credential).

An endpoint opens its own transaction (`with core.database.session() as session:`) instead of taking one as a dependency: so the
commit is done before the answer leaves, and the transaction stays in one thread.
"""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from central.core import Core
from central.errors import Forbidden, Unauthorized
from central.nodes.service import NodeIdentity, authenticate_node
from central.users.roles import Principal, Role

SESSION_COOKIE = "yuhang_session"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

_user_bearer = HTTPBearer(scheme_name="user token", description="token of a person or their program", auto_error=False)
_user_cookie = APIKeyCookie(name=SESSION_COOKIE, scheme_name="session", description="cookie set by login", auto_error=False)
_node_bearer = HTTPBearer(scheme_name="node credential", description="printed by `yuhang central add-node`", auto_error=False)


def get_core(request: Request) -> Core:
    """The parts that `bootstrap` has put together for this application."""
    core: Core = request.app.state.core
    return core


CoreDep = Annotated[Core, Depends(get_core)]


def current_account(
    request: Request,
    core: CoreDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_user_bearer)],
    cookie: Annotated[str | None, Depends(_user_cookie)],
) -> Principal:
    """The logged-in person, or `Unauthorized`. A cookie alone never authorises a request that another site has made."""
    if bearer is not None:
        return core.users.authenticate(bearer.credentials)
    if cookie is None:
        raise Unauthorized("log in first")
    if request.method not in _SAFE_METHODS:
        refuse_other_sites(request)
    return core.users.authenticate(cookie)


def current_user(user: Annotated[Principal, Depends(current_account)]) -> Principal:
    """The logged-in person; `Forbidden` for one who has to replace a one-time password first."""
    if user.must_change:
        raise Forbidden("set a password of your own first: PUT /api/v1/me/password, or the page /account")
    return user


def allow(*roles: Role) -> Callable[[Principal], Principal]:
    """Dependency: the person, if their role is one of these, else `Forbidden`."""

    def check(user: Annotated[Principal, Depends(current_user)]) -> Principal:
        if user.role not in roles:
            raise Forbidden(f"this needs the role {' or '.join(role.value for role in roles)}")
        return user

    return check


def current_node(core: CoreDep, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_node_bearer)]) -> NodeIdentity:
    """The node whose credential came with the request, or `Unauthorized`."""
    if bearer is None:
        raise Unauthorized("send the node's credential as a bearer token")
    with core.database.reader() as session:
        return authenticate_node(session, bearer.credentials)


AnyAccount = Annotated[Principal, Depends(current_account)]
AnyUser = Annotated[Principal, Depends(current_user)]
"""Anybody who is logged in."""
CaseWorker = Annotated[Principal, Depends(allow(Role.OFFICER, Role.REVIEWER))]
"""May see cases with their evidence and personal data."""
CaseReader = Annotated[Principal, Depends(allow(Role.OFFICER, Role.REVIEWER, Role.SUPERVISOR))]
"""May look at cases; the supervisor sees pictures blurred and acts on nothing."""
Supervisor = Annotated[Principal, Depends(allow(Role.SUPERVISOR))]
Decider = Annotated[Principal, Depends(allow(Role.REVIEWER))]
"""May decide: approve or void."""
Administrator = Annotated[Principal, Depends(allow(Role.ADMINISTRATOR))]
CallingNode = Annotated[NodeIdentity, Depends(current_node)]


def refuse_other_sites(request: Request) -> None:
    """Raise `Forbidden` for a writing request that another site made the browser send."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site") in {"same-origin", "none"}:
        return
    if origin is None or urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("this request did not come from central's own pages")
