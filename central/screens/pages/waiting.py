"""`/payments` and `/undelivered`: what has come to nothing, and what a person does about it. Plain forms without a script."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from central.cases.acts import Service, ServiceWay
from central.cases.calendar import BEIJING
from central.errors import Problem, Unprocessable
from central.screens.pages.office.forms import Sent, refusal
from central.screens.paper import Paper
from central.screens.roles import CASE_WORKERS
from central.screens.visitor import Visitor, admit, words_for
from central.users.roles import Principal, Role
from yuhang.clock import Clock

PAYMENTS = "/payments"
UNDELIVERED = "/undelivered"
DECIDERS = frozenset({Role.REVIEWER})
WAYS = (ServiceWay.IN_PERSON, ServiceWay.LEFT, ServiceWay.POST, ServiceWay.ENTRUSTED)
_TIME = "%Y-%m-%dT%H:%M"


def waiting_routes(paper: Paper) -> APIRouter:
    """Both lists with their forms."""
    router = paper.router()
    for page in (_payments(paper), _messages(paper)):
        router.add_api_route(page.here, page.show, methods=["GET"])
        router.add_api_route(page.here, page.act, methods=["POST"])
    return router


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A list of what waits with its forms: officers read it, `actors` act on it; a refusal is said above the list."""

    paper: Paper
    here: str
    template: str
    title: str
    actors: frozenset[Role]
    shown: Callable[[], Mapping[str, Any]]
    carry_out: Callable[[Principal, Sent], None]

    def show(self, request: Request) -> Response:
        """The list."""
        return self._page(request, admit(self.paper.parts, request, CASE_WORKERS))

    def act(self, request: Request, sent: Sent) -> Response:
        """Carry out what a form says."""
        visitor = admit(self.paper.parts, request, self.actors)
        try:
            self.carry_out(visitor.user, sent)
        except Problem as error:
            return self._page(request, visitor, refusal(words_for(self.paper.parts, request), error), int(error.status))
        return RedirectResponse(f"{self.here}?saved=1", status_code=303)

    def _page(self, request: Request, visitor: Visitor, problem: str = "", status: int = 200) -> Response:
        return self.paper.render(
            self.template,
            request,
            self.title,
            visitor=visitor,
            status=status,
            here=self.here,
            may_act=visitor.user.role in self.actors,
            saved=bool(request.query_params.get("saved")),
            problem=problem,
            **self.shown(),
        )


def _payments(paper: Paper) -> WaitingPage:
    """Payments that settled nothing: reviewers clear them up."""
    desk = paper.parts.waiting

    def carry_out(user: Principal, sent: Sent) -> None:
        reference, reason = sent.get("reference", ""), sent.get("reason", "")
        if sent.get("act") == "match":
            desk.match(user, reference, sent.get("number", ""), reason)
        else:
            desk.refunded(user, reference, reason)

    def shown() -> Mapping[str, Any]:
        return {"payments": desk.payments(), "acts": desk.payment_acts()}

    return WaitingPage(paper, PAYMENTS, "waiting/payments.html", "waiting.payments.title", DECIDERS, shown, carry_out)


def _messages(paper: Paper) -> WaitingPage:
    """Messages that did not arrive: sent again, told by an officer who is asked to go, or told otherwise."""
    desk, clock = paper.parts.waiting, paper.parts.clock

    def carry_out(user: Principal, sent: Sent) -> None:
        message, reason = sent.get("message", ""), sent.get("reason", "")
        match sent.get("act"):
            case "again":
                desk.send_again(user, message)
            case "officer":
                desk.send_officer(user, message, reason)
            case _:
                desk.told(user, message, service_of(sent), reason)

    def shown() -> Mapping[str, Any]:
        return {"messages": desk.messages(), "ways": WAYS, "now": now_at_the_place(clock)}

    return WaitingPage(
        paper, UNDELIVERED, "waiting/undelivered.html", "waiting.undelivered.title", CASE_WORKERS, shown, carry_out
    )


def now_at_the_place(clock: Clock) -> str:
    """This minute in Beijing, as a form's field of a time takes it."""
    return f"{clock.now().astimezone(BEIJING):{_TIME}}"


def service_of(sent: Sent) -> Service:
    """Way, time (Beijing) and proof as the form has them; `Unprocessable` where one is missing."""
    try:
        at = datetime.fromisoformat(sent.get("at", ""))
        return Service(way=ServiceWay(sent.get("way", "")), at=at.replace(tzinfo=BEIJING), proof=sent.get("proof", "").strip())
    except (ValueError, ValidationError) as error:
        raise Unprocessable("say in which way, when and by what proof the person was told", "service_missing") from error
