"""`/c/<number>`: the case, its pictures, and the end of a visit."""

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from central.cases.public_address import PUBLIC_PATH, number_in, public_path
from central.errors import NotFound
from central.evidence.arrivals import measures_of
from central.evidence.pictures import PreviewSize
from central.evidence.previews import hiding_of, kept_preview
from central.evidence.records import records_of_file
from central.public.look_up import look_up_page
from central.public.onlooker import log_own_look
from central.public.pages import HEADERS
from central.public.reading import Deleted, PublicCase, case_by_id
from central.public.rules import Phase, last_day_of, tone_of
from central.public.sessions import PartySession
from central.public.uploads import UploadLimits, read_form
from central.public.visiting import PublicParts
from yuhang.messages import EvidenceKind

NO_PICTURES = UploadLimits(0, 0)


def add_case_pages(router: APIRouter, parts: PublicParts) -> None:
    """`GET /c/<number>`, `GET /c/<number>/picture/<kind>`, `POST /c/<number>/leave`."""

    @router.get(PUBLIC_PATH + "/{number}")
    def show_case(request: Request, number: str) -> Response:
        visit = parts.visit(request, number)
        if visit is None:
            return look_up_page(parts, request, number_in(number[:40]))
        shown = look_at(parts, visit)
        if isinstance(shown, Deleted):
            return _deleted_page(parts, request, shown)
        return parts.pages.render(
            "case.html",
            request,
            case=shown,
            path=public_path(shown.number),
            tone=tone_of(shown.phase),
            last_day=last_day_of,
            token=parts.sessions.form_token(visit),
            owed_late=shown.owed is not None and shown.owed.late_fee > 0,
            overdue=shown.phase is Phase.OVERDUE,
        )

    @router.get(PUBLIC_PATH + "/{number}/picture/{kind}")
    def show_picture(request: Request, number: str, kind: EvidenceKind, size: PreviewSize = PreviewSize.SCREEN) -> Response:
        visit = parts.visit(request, number)
        if visit is None:
            return RedirectResponse(public_path(number_in(number)), status_code=303)
        content = _picture(parts, visit, kind, size)
        return Response(content, media_type="image/jpeg", headers=HEADERS)

    @router.post(PUBLIC_PATH + "/{number}/leave")
    async def leave(request: Request, number: str) -> Response:
        visit = await to_thread.run_sync(parts.visit, request, number)
        form = await read_form(request, NO_PICTURES)
        if visit is not None and not parts.sessions.is_own_form(visit, form.field("token")):
            return parts.pages.message(request, "expired", status=403, back=public_path(visit.number))
        return parts.goodbye()


def look_at(parts: PublicParts, visit: PartySession) -> PublicCase | Deleted:
    """The case of a visit; the look is logged in the transaction that reads it."""
    with parts.core.database.session() as session:
        case = case_by_id(session, visit.case_id)
        if case is None:
            raise NotFound("the case is not there any more")
        log_own_look(session, f"case/{case.id}", parts.core.clock.now(), "public page")
        return parts.reader.case(session, case)


def _picture(parts: PublicParts, visit: PartySession, kind: EvidenceKind, size: PreviewSize) -> bytes:
    """A copy in which people and other vehicles' plates are hidden (VIDEO 22); the look is logged."""
    core = parts.core
    with core.database.session() as session:
        case = case_by_id(session, visit.case_id)
        shown = parts.reader.case(session, case) if case is not None else None
        pictures = shown.pictures if isinstance(shown, PublicCase) else ()
        chosen = next((picture for picture in pictures if picture.kind is kind and picture.here), None)
        if chosen is None:
            raise NotFound("there is no such picture")
        form = f"preview {size.value}, blurred, public page"
        log_own_look(session, f"evidence/{chosen.sha256}", core.clock.now(), form)
        measures = measures_of(session, [chosen.sha256]).get(chosen.sha256)
        hiding = hiding_of(records_of_file(session, chosen.sha256), measures, whole=False)
    return kept_preview(core.evidence, chosen.sha256, size, core.config.evidence.max_pixels, hiding)


def _deleted_page(parts: PublicParts, request: Request, deleted: Deleted) -> Response:
    rule = parts.periods.cases.get(deleted.rule)
    return parts.pages.render("deleted.html", request, deleted=deleted, rule=rule)
