"""`/administration/cameras`: the papers of each camera, what is missing to prove anything, and the import of a file."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from central.devices.papers import CameraName, CameraPapers
from central.errors import Problem, Unprocessable
from central.screens.pages.office.forms import Sent, administrator, refusal
from central.screens.paper import Paper
from central.screens.reading.office import CameraFile, OfficeDesk
from central.screens.visitor import Visitor, words_for
from yuhang.messages import first_error

HERE = "/administration/cameras"
DATED = ("certificate", "test_report", "calibration")
DATED_PARTS = ("number", "issuer", "issued_on", "valid_until")
SIGN_PARTS = ("number", "registered_on", "place")
GROUPS = {
    "filing": ("number", "filed_on"),
    "publication": ("where", "published_on"),
    "recording": ("kept_at", "days"),
    "view": ("checked_on", "checked_by"),
}
PLAIN = ("purpose", "location", "angle_deg")
LARGEST_FILE = 1_000_000
SPARE_SIGNS = 1


def camera_routes(paper: Paper, desk: OfficeDesk) -> APIRouter:
    """List, import and the papers of one camera."""
    router = paper.router()
    pages = CameraPages(paper, desk)
    router.add_api_route(HERE, pages.list_all, methods=["GET"])
    router.add_api_route(f"{HERE}/import", pages.take_file, methods=["POST"])
    router.add_api_route(f"{HERE}/{{site}}/{{node}}/{{camera}}", pages.show, methods=["GET"])
    router.add_api_route(f"{HERE}/{{site}}/{{node}}/{{camera}}", pages.take, methods=["POST"])
    return router


class CameraPages:
    """The pages."""

    def __init__(self, paper: Paper, desk: OfficeDesk) -> None:
        self._paper = paper
        self._parts = paper.parts
        self._desk = desk

    def list_all(self, request: Request) -> Response:
        """Every camera with what is missing."""
        return self._list(request, administrator(self._parts, request))

    def take_file(
        self,
        request: Request,
        file: Annotated[UploadFile, File()],
        reason: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        """Enter the cameras of a CSV or YAML file."""
        visitor = administrator(self._parts, request)
        try:
            content = file.file.read(LARGEST_FILE + 1)
            if len(content) > LARGEST_FILE:
                raise Unprocessable("file: it is larger than one megabyte; split it")
            changed = self._desk.import_papers(visitor.user, content.decode("utf-8"), file.filename or "", reason)
        except UnicodeDecodeError:
            return self._list(request, visitor, problem="file: it is not UTF-8 text; save it as CSV UTF-8 or YAML", status=422)
        except Problem as error:
            return self._list(request, visitor, problem=refusal(words_for(self._parts, request), error), status=int(error.status))
        return RedirectResponse(f"{HERE}?changed={changed}", status_code=303)

    def show(self, request: Request, site: str, node: str, camera: str) -> Response:
        """The papers of a camera as a form."""
        visitor = administrator(self._parts, request)
        try:
            found = self._desk.camera(CameraName(site=site, node=node, camera=camera))
        except ValidationError as error:
            return self._paper.render_gone(request, error)
        return self._form(request, visitor, found, values_of(found.papers))

    def take(self, request: Request, site: str, node: str, camera: str, sent: Sent) -> Response:
        """Enter new papers."""
        visitor = administrator(self._parts, request)
        name = CameraName(site=site, node=node, camera=camera)
        seen = sent.get("seen", "")
        try:
            papers = papers_of(sent)
            self._desk.enter_papers(visitor.user, name, papers, sent.get("reason", ""), seen=int(seen) if seen.isdecimal() else 0)
        except Problem as error:
            found = self._desk.camera(name)
            return self._form(
                request,
                visitor,
                found,
                dict(sent),
                problem=refusal(words_for(self._parts, request), error),
                status=int(error.status),
            )
        return RedirectResponse(f"{HERE}/{name}?saved=1", status_code=303)

    def _list(self, request: Request, visitor: Visitor, problem: str = "", status: int = 200) -> Response:
        changed = request.query_params.get("changed", "")
        return self._paper.render(
            "office/cameras.html",
            request,
            "office.cameras",
            visitor=visitor,
            status=status,
            here=HERE,
            cameras=self._desk.cameras(visitor.language),
            changed=changed if changed.isdecimal() else "",
            problem=problem,
        )

    def _form(
        self,
        request: Request,
        visitor: Visitor,
        found: CameraFile,
        values: dict[str, str],
        *,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        signs = sum(1 for key in values if key.startswith("signs.") and key.endswith(".number"))
        return self._paper.render(
            "office/camera.html",
            request,
            "office.camera",
            visitor=visitor,
            status=status,
            here=f"{HERE}/{found.name}",
            camera=found,
            values=values,
            dated=DATED,
            signs=signs + (0 if problem else SPARE_SIGNS),
            saved=bool(request.query_params.get("saved")),
            problem=problem,
        )


def values_of(papers: CameraPapers) -> dict[str, str]:
    """The papers as texts of the form; `certificate.number` is the number of the certificate."""
    document = papers.model_dump(mode="json")
    found = {name: "" if document[name] is None else str(document[name]) for name in PLAIN}
    for group in (*DATED, *GROUPS):
        found |= {f"{group}.{part}": str(value) for part, value in (document[group] or {}).items()}
    for index, sign in enumerate(document["signs"]):
        found |= {f"signs.{index}.{part}": str(value) for part, value in sign.items()}
    return found


def papers_of(sent: Any) -> CameraPapers:
    """Papers from the texts of the form; what is left empty is missing. `Unprocessable` names the key."""
    document: dict[str, Any] = {name: sent.get(name, "").strip() or None for name in PLAIN}
    groups: list[tuple[str, tuple[str, ...]]] = [(group, DATED_PARTS) for group in DATED]
    for group, parts in (*groups, *GROUPS.items()):
        document[group] = _group(sent, group, parts)
    signs = (_group(sent, f"signs.{index}", SIGN_PARTS) for index in range(50))
    document["signs"] = [sign for sign in signs if sign is not None]
    try:
        return CameraPapers.model_validate(document)
    except ValidationError as error:
        raise Unprocessable(first_error(error)) from error


def _group(sent: Any, group: str, parts: tuple[str, ...]) -> dict[str, str] | None:
    found = {part: text for part in parts if (text := sent.get(f"{group}.{part}", "").strip())}
    return found or None
