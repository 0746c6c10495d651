"""Login and, for administrators, the list of people."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, SecretStr

from central.api.access import SESSION_COOKIE, Administrator, AnyAccount, AnyUser, CoreDep
from central.api.problems import RESPONSES
from central.users.changes import What
from central.users.roles import Role

router = APIRouter(prefix="/api/v1", tags=["users"], responses=RESPONSES)


class LoginRequest(BaseModel):
    """Name and password."""

    name: str = Field(max_length=64)
    password: SecretStr = Field(max_length=200)


class LoginAnswer(BaseModel):
    """The token that the cookie carries too; programs send it as `Authorization: Bearer`."""

    token: str


class PersonAnswer(BaseModel):
    """A person."""

    name: str
    display_name: str
    unit: str
    certificate: str
    role: Role


class UserAnswer(PersonAnswer):
    """A person as administrators see them."""

    disabled: bool
    created_at: datetime


class NewUser(BaseModel):
    """A person to be added."""

    name: str = Field(min_length=1, max_length=64)
    password: SecretStr = Field(min_length=10, max_length=200)
    role: Role
    display_name: str = Field(default="", max_length=100)
    unit: str = Field(default="", max_length=100)
    certificate: str = Field(default="", max_length=64, description="law enforcement certificate")


class ChangeBody(BaseModel):
    """What an administrator can change; nobody changes their own account."""

    disabled: bool | None = None
    role: Role | None = None


class OneTimePassword(BaseModel):
    """Shown once: it opens the page where the person sets one of their own, and nothing else."""

    password: str


class OwnPassword(BaseModel):
    """The present password and the new one."""

    old: SecretStr = Field(max_length=200)
    new: SecretStr = Field(min_length=10, max_length=200)


class ChangeLine(BaseModel):
    """What was changed about a person."""

    user_name: str
    by: str
    at: datetime
    what: What
    before: str
    after: str


@router.post("/login", summary="Log in")
def log_in(body: LoginRequest, response: Response, core: CoreDep) -> LoginAnswer:
    """Check name and password; sets the session cookie. After several failures the name is locked for some minutes (429)."""
    token = core.users.log_in(body.name, body.password.get_secret_value())
    config = core.config
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(config.users.session_hours * 3600),
        httponly=True,
        samesite="lax",
        secure=config.http.secure_cookies,
    )
    return LoginAnswer(token=token)


@router.post("/logout", status_code=204, summary="Log out")
def log_out(request: Request, response: Response, core: CoreDep, _user: AnyUser) -> None:
    """Ends this session or token."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer if scheme.lower() == "bearer" else request.cookies.get(SESSION_COOKIE, "")
    core.users.log_out(token)
    response.delete_cookie(SESSION_COOKIE)


@router.get("/me", summary="Who am I")
def get_me(user: AnyUser) -> PersonAnswer:
    """The person whose session or token this is."""
    return PersonAnswer.model_validate(user, from_attributes=True)


@router.get("/users", summary="All people")
def get_users(core: CoreDep, _user: Administrator) -> list[UserAnswer]:
    """By name, the disabled included."""
    return [UserAnswer.model_validate(row, from_attributes=True) for row in core.users.people()]


@router.post("/users", status_code=201, summary="Add a person")
def post_user(new: NewUser, core: CoreDep, _user: Administrator) -> None:
    """Names are unique (409)."""
    core.users.add(
        new.name,
        new.password.get_secret_value(),
        new.role,
        display_name=new.display_name,
        unit=new.unit,
        certificate=new.certificate,
    )


@router.patch("/users/{name}", status_code=204, summary="Lock a person out or give another role")
def patch_user(name: str, change: ChangeBody, core: CoreDep, user: Administrator) -> None:
    """Either ends all sessions of the person and is on record with your name."""
    if change.disabled is not None:
        core.users.changes.lock(name, user.name, out=change.disabled)
    if change.role is not None:
        core.users.changes.set_role(name, change.role, user.name)


@router.post("/users/{name}/password", summary="Give a one-time password")
def reset_password(name: str, core: CoreDep, user: Administrator) -> OneTimePassword:
    """Shown once; the person logs in with it and sets one of their own before anything else."""
    return OneTimePassword(password=core.users.changes.reset_password(name, user.name))


@router.get("/users/changes", summary="What was changed about people")
def get_changes(core: CoreDep, _user: Administrator) -> list[ChangeLine]:
    """Latest first."""
    return [ChangeLine.model_validate(row, from_attributes=True) for row in core.users.changes.latest()]


@router.put("/me/password", status_code=204, summary="Set a password of one's own")
def put_own_password(body: OwnPassword, core: CoreDep, user: AnyAccount) -> None:
    """Ends all sessions: log in with the new one."""
    core.users.changes.change_own_password(user.name, body.old.get_secret_value(), body.new.get_secret_value())
