"""Login and, for administrators, the list of people."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, SecretStr

from central.api.access import SESSION_COOKIE, Administrator, AnyUser, CoreDep
from central.api.problems import RESPONSES
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


class UserChange(BaseModel):
    """What an administrator can change."""

    disabled: bool | None = None
    password: SecretStr | None = Field(default=None, min_length=10, max_length=200)


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


@router.patch("/users/{name}", status_code=204, summary="Disable a person or set a password")
def patch_user(name: str, change: UserChange, core: CoreDep, _user: Administrator) -> None:
    """Either ends all sessions of the person."""
    if change.disabled is not None:
        core.users.disable(name, disabled=change.disabled)
    if change.password is not None:
        core.users.set_password(name, change.password.get_secret_value())
