"""`/administration/authorities`: who enforces where, and each authority's profile as a form with its versions."""

import json
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter

from central.authority.findings import ProfileRefused
from central.authority.profile import AuthorityProfile
from central.authority.service import Place, parse_profile
from central.errors import Conflict, NotFound, Problem
from central.screens.components.filters import Choice, address
from central.screens.pages.office.forms import Sent, administrator, refusal
from central.screens.paper import Paper
from central.screens.reading.authorities import AuthorityDesk, StoredProfile
from central.screens.scene import Scene
from central.screens.views.naming import say
from central.screens.views.profile_form import (
    SPARE_OFFICERS,
    changes,
    document_of,
    findings,
    limit_fields,
    officer_lines,
    sections,
    values_of,
)
from central.screens.visitor import Visitor, scene_for, words_for

HERE = "/administration/authorities"


def authority_routes(paper: Paper, desk: AuthorityDesk) -> APIRouter:
    """List, form and competences."""
    router = paper.router()
    pages = AuthorityPages(paper, desk)
    router.add_api_route(HERE, pages.list_all, methods=["GET"])
    router.add_api_route(f"{HERE}/competences", pages.assign, methods=["POST"])
    router.add_api_route(f"{HERE}/{{name}}", pages.show, methods=["GET"])
    router.add_api_route(f"{HERE}/{{name}}", pages.take, methods=["POST"])
    return router


class AuthorityPages:
    """The pages; every write is checked by the same services as the REST interface."""

    def __init__(self, paper: Paper, desk: AuthorityDesk) -> None:
        self._paper = paper
        self._parts = paper.parts
        self._desk = desk

    def list_all(self, request: Request) -> Response:
        """All authorities, and who enforces where."""
        return self._list(request, administrator(self._parts, request))

    def assign(self, request: Request, sent: Sent) -> Response:
        """Lay down who enforces at a place."""
        visitor = administrator(self._parts, request)
        site, node, zone = (*sent.get("place", "").split("/"), "", "", "")[:3]
        try:
            self._desk.assign(visitor.user, Place(site, node, zone), sent.get("profile", ""), sent.get("reason", ""))
        except Problem as error:
            return self._list(request, visitor, problem=refusal(words_for(self._parts, request), error), status=error.status)
        return RedirectResponse(f"{HERE}?saved=1", status_code=303)

    def show(self, request: Request, name: str, version: int | None = None) -> Response:
        """A profile as a form, or an older version to be read."""
        visitor = administrator(self._parts, request)
        try:
            stored = self._desk.stored(name, version)
        except NotFound as error:
            return self._paper.render_gone(request, error)
        return self._form(request, visitor, stored, values_of(stored.profile), after=stored.latest)

    def take(self, request: Request, name: str, sent: Sent) -> Response:
        """Say what would change, or save what was said."""
        visitor = administrator(self._parts, request)
        after = int(sent["after"]) if sent.get("after", "").isdecimal() else 0
        try:
            values = _kept(sent["values"]) if sent.get("step") == "save" else dict(sent)
            stored = self._desk.stored(name)
            seen = self._desk.stored(name, after)
        except (NotFound, KeyError, ValueError) as error:
            return self._paper.render_gone(request, error)
        try:
            profile = parse_profile(document_of(name, values))
            self._desk.check(profile)
            if sent.get("step") == "save" and after == stored.latest:
                key = self._desk.write(visitor.user, profile, sent.get("reason", ""), after=after)
                return RedirectResponse(address(f"{HERE}/{name}", {"saved": str(key.version)}), status_code=303)
        except Problem as error:
            if not isinstance(error, Conflict):
                return self._form(
                    request,
                    visitor,
                    stored,
                    values,
                    after=after,
                    problem=self._problem(request, visitor, stored, error),
                    status=error.status,
                )
            stored = self._desk.stored(name)
            profile = parse_profile(document_of(name, values))
        return self._review(request, visitor, stored, seen=seen, profile=profile, values=values)

    def _problem(self, request: Request, visitor: Visitor, stored: StoredProfile, error: Problem) -> str:
        if isinstance(error, ProfileRefused):
            return findings(scene_for(self._parts, visitor.language), stored.playbook, error)
        return refusal(words_for(self._parts, request), error)

    def _list(self, request: Request, visitor: Visitor, problem: str = "", status: int = 200) -> Response:
        return self._paper.render(
            "office/authorities.html",
            request,
            "office.authorities",
            visitor=visitor,
            status=status,
            here=HERE,
            profiles=self._desk.all(),
            places=self._desk.places(visitor.language),
            laid_down=self._desk.laid_down(),
            saved=bool(request.query_params.get("saved")),
            problem=problem,
        )

    def _form(
        self,
        request: Request,
        visitor: Visitor,
        stored: StoredProfile,
        values: Mapping[str, str],
        *,
        after: int,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        scene = scene_for(self._parts, visitor.language)
        older = stored.version != stored.latest
        lines = officer_lines(values) + (0 if older else SPARE_OFFICERS)
        return self._paper.render(
            "office/authority.html",
            request,
            "office.authority",
            visitor=visitor,
            status=status,
            here=f"{HERE}/{stored.profile.name}",
            stored=stored,
            sections=sections(scene, values, self._others(scene, stored.profile.name)),
            limits=limit_fields(scene, stored.playbook, values),
            officers=[{part: values.get(f"officers.{n}.{part}", "") for part in OFFICER_PARTS} for n in range(lines)],
            after=after,
            older=older,
            saved=request.query_params.get("saved", ""),
            problem=problem,
        )

    def _others(self, scene: Scene, name: str) -> tuple[Choice, ...]:
        profiles = (stored.profile for stored in self._desk.all())
        return tuple(Choice(each.name, say(scene, each.title)) for each in profiles if each.name != name)

    def _review(
        self,
        request: Request,
        visitor: Visitor,
        stored: StoredProfile,
        *,
        seen: StoredProfile,
        profile: AuthorityProfile,
        values: Mapping[str, str],
    ) -> Response:
        """What would change; where somebody was faster, also what they have changed."""
        scene: Scene = scene_for(self._parts, visitor.language)
        wanted = changes(scene, stored.playbook, stored.profile, profile)
        meanwhile = changes(scene, stored.playbook, seen.profile, stored.profile) if seen.version != stored.latest else ()
        return self._paper.render(
            "office/authority_review.html",
            request,
            "office.review_title",
            visitor=visitor,
            status=409 if seen.version != stored.latest else 200,
            here=f"{HERE}/{stored.profile.name}",
            stored=stored,
            changes=wanted,
            meanwhile=meanwhile,
            conflict=seen.version != stored.latest,
            values=json.dumps(dict(values), ensure_ascii=False),
        )


def _kept(text: str) -> dict[str, str]:
    """The texts of the form as the page before carried them along; `ValueError` where they are not."""
    return _VALUES.validate_json(text)


_VALUES = TypeAdapter(dict[str, str])
OFFICER_PARTS = ("user", "certificate", "valid_until")
