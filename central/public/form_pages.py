"""`/c/<number>/<form>`: a statement or objection, the actual driver, a waiver; and the receipt of what was sent."""

import secrets
from dataclasses import dataclass, replace
from enum import StrEnum

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from central.cases.acts import NamedDriver
from central.cases.public_address import PUBLIC_PATH, number_in, public_path
from central.cases.tables import profile_key
from central.errors import Conflict, NotFound, TooLarge, Unprocessable
from central.public.case_pages import NO_PICTURES, look_at
from central.public.look_up import look_up_page
from central.public.reading import Deleted, PublicCase, case_by_id, stand_of
from central.public.receipts import receipt_by_serial, receipt_of_form, reference
from central.public.rules import last_day_of
from central.public.sessions import PartySession
from central.public.submitting import Submission
from central.public.uploads import SentForm, UploadLimits, read_form
from central.public.visiting import PublicParts

LONGEST_TEXT = 2000
_MEBIBYTE = 1024 * 1024
_FORM_NAME = 22  # characters, 128 bits


class FormName(StrEnum):
    """Forms by the act that they send in; the name stands in the address."""

    STATE = "state"
    OBJECT = "object"
    NAME_DRIVER = "name_driver"
    WAIVE = "waive"
    AGREE_ELECTRONIC = "agree_electronic"

    @property
    def template(self) -> str:
        """The template that draws it."""
        match self:
            case FormName.STATE | FormName.OBJECT:
                return "say.html"
            case FormName.NAME_DRIVER:
                return "name_driver.html"
            case FormName.WAIVE | FormName.AGREE_ELECTRONIC:
                return "confirm.html"


@dataclass(frozen=True, slots=True)
class Filling:
    """A form as it stands before the visitor: what was entered, what is wrong (`public.form.problem`), in which picture."""

    visit: PartySession
    name: FormName
    form: SentForm
    problem: str = ""
    place: int = 0


def add_form_pages(router: APIRouter, parts: PublicParts) -> None:
    """`GET` and `POST /c/<number>/<form>`, `GET /c/<number>/receipt/<serial>`."""
    limits = UploadLimits(parts.config.pictures, parts.config.picture_mb * _MEBIBYTE)

    @router.get(PUBLIC_PATH + "/{number}/receipt/{serial}")
    def show_receipt(request: Request, number: str, serial: int) -> Response:
        visit = parts.visit(request, number)
        return look_up_page(parts, request, number_in(number)) if visit is None else _receipt_page(parts, request, visit, serial)

    @router.get(PUBLIC_PATH + "/{number}/{name}")
    def show_form(request: Request, number: str, name: FormName) -> Response:
        visit = parts.visit(request, number)
        if visit is None:
            return look_up_page(parts, request, number_in(number))
        shown = look_at(parts, visit)
        if isinstance(shown, Deleted) or name.value not in shown.forms:
            return parts.pages.message(request, "not_now", status=409, back=public_path(visit.number))
        return _form_page(parts, request, Filling(visit, name, SentForm({})))

    @router.post(PUBLIC_PATH + "/{number}/{name}")
    async def take_form(request: Request, number: str, name: FormName) -> Response:
        here = public_path(number_in(number))
        says = name in {FormName.STATE, FormName.OBJECT}
        try:
            form = await read_form(request, limits if says else NO_PICTURES)
        except TooLarge:
            mb, count = parts.config.picture_mb, parts.config.pictures
            back = f"{here}/{name.value}"
            return parts.pages.message(request, "pictures_too_large", status=413, back=back, mb=mb, count=count)
        visit = await to_thread.run_sync(parts.visit, request, number)
        if visit is None or not parts.sessions.is_own_form(visit, form.field("token")):
            return parts.pages.message(request, "expired", status=403, back=here, text=form.field("text"))
        filling = Filling(visit, name, form, _problem_of(name, form))
        if filling.problem:
            return await to_thread.run_sync(_form_page, parts, request, filling)
        return await _send(parts, request, filling)


async def _send(parts: PublicParts, request: Request, filling: Filling) -> Response:
    form, here = filling.form, public_path(filling.visit.number)
    serial = await to_thread.run_sync(_sent_before, parts, filling)
    if serial is None:
        files: list[str] = []
        for place, content in enumerate(form.pictures, start=1):
            try:
                files.append(await parts.submissions.keep_picture(content))
            except Unprocessable:
                refused = replace(filling, problem="not_a_picture", place=place)
                return await to_thread.run_sync(_form_page, parts, request, refused)
        submission = Submission(
            case_id=filling.visit.case_id,
            act=filling.name.value,
            form=form.field("form"),
            text=form.field("text"),
            driver=_driver(form) if filling.name is FormName.NAME_DRIVER else None,
            files=tuple(dict.fromkeys(files)),
        )
        try:
            serial = await to_thread.run_sync(parts.submissions.send, submission)
        except Conflict:
            return parts.pages.message(request, "not_now", status=409, back=here, text=form.field("text"))
    return RedirectResponse(f"{here}/receipt/{serial}", status_code=303)


def _sent_before(parts: PublicParts, filling: Filling) -> int | None:
    """The receipt of a form that was sent twice, before its pictures are looked at again."""
    with parts.core.database.reader() as session:
        known = receipt_of_form(session, filling.visit.case_id, filling.form.field("form"))
        return known.serial if known is not None else None


def _form_page(parts: PublicParts, request: Request, filling: Filling) -> Response:
    """The form, empty or as it was sent with what is wrong in it."""
    path = public_path(filling.visit.number)
    with parts.core.database.reader() as session:
        case = case_by_id(session, filling.visit.case_id)
        shown = parts.reader.case(session, case) if case is not None else None
    if not isinstance(shown, PublicCase):
        return parts.pages.message(request, "not_now", status=409, back=path)
    return parts.pages.render(
        filling.name.template,
        request,
        status=422 if filling.problem else 200,
        case=shown,
        path=path,
        name=filling.name.value,
        token=parts.sessions.form_token(filling.visit),
        form_name=filling.form.field("form") or secrets.token_urlsafe(16),
        sent=filling.form.field,
        problem=filling.problem,
        place=filling.place,
        longest=LONGEST_TEXT,
        most_pictures=parts.config.pictures,
        picture_mb=parts.config.picture_mb,
    )


def _problem_of(name: FormName, form: SentForm) -> str:
    """What is wrong in a form, as a key of `public.form.problem`; empty: nothing."""
    if len(form.field("form")) != _FORM_NAME:
        return "stale"
    text = form.field("text")
    if name in {FormName.STATE, FormName.OBJECT}:
        return "too_long" if len(text) > LONGEST_TEXT else "" if text else "no_text"
    if name in {FormName.WAIVE, FormName.AGREE_ELECTRONIC}:
        return "" if form.field("sure") else "not_sure"
    return "" if _driver(form) is not None else "no_driver"


def _driver(form: SentForm) -> NamedDriver | None:
    try:
        return NamedDriver(name=form.field("driver"), licence=form.field("licence"), phone=form.field("phone"))
    except ValidationError:
        return None


def _receipt_page(parts: PublicParts, request: Request, visit: PartySession, serial: int) -> Response:
    """Reference, time, and what happens next by when."""
    with parts.core.database.reader() as session:
        case = case_by_id(session, visit.case_id)
        receipt = receipt_by_serial(session, visit.case_id, serial)
        if case is None or receipt is None:
            raise NotFound("there is no such receipt")
        return parts.pages.render(
            "receipt.html",
            request,
            path=public_path(visit.number),
            receipt=receipt,
            reference=reference(case, receipt),
            limit=parts.reader.limit(session, case, stand_of(case).phase),
            last_day=last_day_of,
            profile=parts.reader.matters.authorities.profile(session, profile_key(case)),
        )
