"""`/payments` and `/undelivered`: what has come to nothing, and what a person does about it. Plain forms without a script."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from central.api.access import refuse_other_sites
from central.cases.acts import Service, ServiceWay
from central.cases.calendar import BEIJING
from central.errors import Problem, Unprocessable
from central.screens.pages.office.forms import Sent, refusal
from central.screens.paper import Paper
from central.screens.reading.waiting import WaitingDesk
from central.screens.roles import CASE_WORKERS
from central.screens.visitor import Visitor, admit, words_for
from central.users.roles import Role

PAYMENTS = "/payments"
UNDELIVERED = "/undelivered"
DECIDERS = frozenset({Role.REVIEWER})
WAYS = (ServiceWay.IN_PERSON, ServiceWay.LEFT, ServiceWay.POST, ServiceWay.ENTRUSTED)


def waiting_routes(paper: Paper) -> APIRouter:
    """Both lists with their forms."""
    router = paper.router()
    payments, messages = PaymentPages(paper), MessagePages(paper)
    router.add_api_route(PAYMENTS, payments.show, methods=["GET"])
    router.add_api_route(PAYMENTS, payments.act, methods=["POST"])
    router.add_api_route(UNDELIVERED, messages.show, methods=["GET"])
    router.add_api_route(UNDELIVERED, messages.act, methods=["POST"])
    return router


class PaymentPages:
    """Payments that settled nothing: officers read them, reviewers clear them up."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._desk: WaitingDesk = paper.parts.waiting

    def show(self, request: Request) -> Response:
        """The list."""
        return self._page(request, admit(self._paper.parts, request, CASE_WORKERS))

    def act(self, request: Request, sent: Sent) -> Response:
        """Match a payment or put down that it was paid back."""
        refuse_other_sites(request)
        visitor = admit(self._paper.parts, request, DECIDERS)
        user, reference, reason = visitor.user, sent.get("reference", ""), sent.get("reason", "")
        try:
            if sent.get("act") == "match":
                self._desk.match(user, reference, sent.get("number", ""), reason)
            else:
                self._desk.refunded(user, reference, reason)
        except Problem as error:
            return self._page(request, visitor, refusal(words_for(self._paper.parts, request), error), int(error.status))
        return RedirectResponse(f"{PAYMENTS}?saved=1", status_code=303)

    def _page(self, request: Request, visitor: Visitor, problem: str = "", status: int = 200) -> Response:
        return self._paper.render(
            "waiting/payments.html",
            request,
            "waiting.payments.title",
            visitor=visitor,
            status=status,
            here=PAYMENTS,
            payments=self._desk.payments(),
            acts=self._desk.payment_acts(),
            may_act=visitor.user.role in DECIDERS,
            saved=bool(request.query_params.get("saved")),
            problem=problem,
        )


class MessagePages:
    """Messages that did not arrive."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._desk: WaitingDesk = paper.parts.waiting

    def show(self, request: Request) -> Response:
        """The list."""
        return self._page(request, admit(self._paper.parts, request, CASE_WORKERS))

    def act(self, request: Request, sent: Sent) -> Response:
        """Send a message again, or put down how the person was told."""
        refuse_other_sites(request)
        visitor = admit(self._paper.parts, request, CASE_WORKERS)
        try:
            if sent.get("act") == "again":
                self._desk.send_again(visitor.user, sent.get("message", ""))
            else:
                self._desk.told(visitor.user, sent.get("message", ""), service_of(sent), sent.get("reason", ""))
        except Problem as error:
            return self._page(request, visitor, refusal(words_for(self._paper.parts, request), error), int(error.status))
        return RedirectResponse(f"{UNDELIVERED}?saved=1", status_code=303)

    def _page(self, request: Request, visitor: Visitor, problem: str = "", status: int = 200) -> Response:
        return self._paper.render(
            "waiting/undelivered.html",
            request,
            "waiting.undelivered.title",
            visitor=visitor,
            status=status,
            here=UNDELIVERED,
            messages=self._desk.messages(),
            ways=WAYS,
            now=f"{self._paper.parts.clock.now().astimezone(BEIJING):%Y-%m-%dT%H:%M}",
            saved=bool(request.query_params.get("saved")),
            problem=problem,
        )


def service_of(sent: Sent) -> Service:
    """Way, time (Beijing) and proof as the form has them; `Unprocessable` where one is missing."""
    try:
        at = datetime.fromisoformat(sent.get("at", ""))
        return Service(way=ServiceWay(sent.get("way", "")), at=at.replace(tzinfo=BEIJING), proof=sent.get("proof", "").strip())
    except (ValueError, ValidationError) as error:
        raise Unprocessable("say in which way, when and by what proof the person was told", "service_missing") from error
