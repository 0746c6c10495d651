"""The office after the street: a test says in one line who does what when, and reads where the case stands.

A line is `day action arguments -> state`; days count from Monday 1 June 2026, each act is at ten in the morning in Beijing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from central.authority.profile import AuthorityProfile, shipped_profiles
from central.authority.service import Place
from central.cases.acts import NamedDriver
from central.cases.calendar import BEIJING
from central.deadlines.service import deadlines_of
from central.documents.papers import PaperKind
from central.errors import Problem
from central.payment.service import PaymentReport
from tests.unit.central.parking.street import ADMINISTRATOR, FIRST, NINE, OFFICER, SECOND, STRANGER, Street

TRACK = "01JWN0000000000000000000TA"
PEOPLE = {"first": FIRST, "second": SECOND, "stranger": STRANGER, "officer": OFFICER}
DRIVER = {"name": "周某", "licence": "330110199001010000", "phone": "13900000000"}


def on(day: int, hour: int = 10) -> datetime:
    """Ten o'clock in Beijing on the `day`-th day after 1 June 2026 (0: that Monday itself)."""
    return datetime(2026, 6, 1, hour, tzinfo=BEIJING).astimezone(UTC) + timedelta(days=day)


def drafted(street: Street, profile: AuthorityProfile | None = None, track: str = TRACK) -> None:
    """The vehicle has stayed: the draft waits, under a profile where one is given."""
    if profile is not None:
        with street.database.session() as session:
            key = street.authorities.latest(session, profile.name)
            street.authorities.write(session, ADMINISTRATOR, profile, "for the test", after=key.version)
            street.authorities.assign(session, ADMINISTRATOR, Place(), profile.name, "for the test")
    street.to(NINE + timedelta(minutes=1))
    street.take(street.stopped(track, NINE + timedelta(minutes=1)))
    street.to(NINE + timedelta(minutes=1, seconds=5))
    street.receipt(track, NINE + timedelta(minutes=1, seconds=5))
    street.to(NINE + timedelta(minutes=11, seconds=6))
    street.take(street.present(track, NINE + timedelta(minutes=11, seconds=6)))
    assert street.state(track) == "draft"


def profile(name: str, **changes: Any) -> AuthorityProfile:
    """A shipped profile with changes."""
    return AuthorityProfile.model_validate(shipped_profiles()[name].model_dump() | changes)


@dataclass
class Office:
    """Plays the lines of a story."""

    street: Street
    track: str = TRACK

    def play(self, line: str) -> str:
        """Carry out one line; returns the state, or `refused` with the reason."""
        day, who, action, *arguments = line.split()
        self.street.to(on(int(day)))
        try:
            self._act(who, action, dict(argument.split("=", 1) for argument in arguments))
        except Problem as error:
            return f"refused: {error}"
        self.street.work()
        return self.street.state(self.track)

    def due(self, name: str) -> date:
        """The last day of a running limit, in Beijing."""
        with self.street.database.reader() as session:
            running = [
                row
                for row in deadlines_of(session, self.street.case(self.track).id)
                if row.name == name and row.fired_at is None and row.cancelled_at is None
            ]
        (row,) = running
        return (row.due_at.astimezone(BEIJING) - timedelta(microseconds=1)).date()

    def running(self) -> set[str]:
        """Names of the limits that run."""
        with self.street.database.reader() as session:
            rows = deadlines_of(session, self.street.case(self.track).id)
            return {row.name for row in rows if row.fired_at is None and row.cancelled_at is None}

    def _act(self, who: str, action: str, arguments: dict[str, str]) -> None:
        if who == "party":
            self._party(action, arguments)
        elif who == "bank":
            self.pay(int(arguments["fen"]), arguments.get("reference", "R-1"))
        elif who == "time":
            return
        elif action == "issue":
            self.street.issue(self.track, PaperKind(arguments["kind"]), PEOPLE[who], int(arguments.get("fine", "150")))
        else:
            if arguments.pop("paper", "issued") == "issued":
                self._issue_before(action, arguments)
            self.street.do(self.track, action, PEOPLE[who], arguments.pop("reason", "looked-into"), **self._data(arguments))

    def _issue_before(self, action: str, arguments: dict[str, str]) -> None:
        """The paper on which an act rests, unless the line says `paper=none`: most stories are about something else."""
        state, amount = self.street.state(self.track), int(arguments.get("amount", "150"))
        if state == "entered" and action in {"inform", "decide"}:
            self.street.issue(self.track, PaperKind.INFORMING, fine=amount)
        elif action == "serve":
            self.street.issue(self.track, PaperKind.DECISION)

    def pay(self, fen: int, reference: str) -> str:
        """The bank reports a payment; what it meant."""
        number, now = self.street.case(self.track).number, self.street.clock.now()
        with self.street.database.session() as session:
            recorded = self.street.payments.report(session, PaymentReport(reference, number, fen, now, "bank"))
            return recorded.payment.outcome

    def _party(self, action: str, arguments: dict[str, str]) -> None:
        case_id = self.street.case(self.track).id
        party = self.street.party
        with self.street.database.session() as session:
            match action:
                case "state":
                    party.state(session, case_id, arguments.get("text", "I was loading"))
                case "object":
                    party.object(session, case_id, arguments.get("text", "that is not my car"))
                case "waive":
                    party.waive(session, case_id)
                case "name_driver":
                    party.name_driver(session, case_id, NamedDriver.model_validate(DRIVER))
                case _:
                    raise AssertionError(f"the party does not {action}")

    def _data(self, arguments: dict[str, str]) -> dict[str, Any]:
        now = self.street.clock.now()
        data: dict[str, Any] = dict(arguments)
        if served := data.pop("served", None):
            at = now if served == "now" else on(int(served))
            data["service"] = {"way": data.pop("way", "post"), "at": at, "proof": "EMS-1"}
        if until := data.pop("until_day", None):
            data["until"] = on(int(until)).astimezone(BEIJING).date()
        if "amount" in data:
            data["amount"] = int(data["amount"])
        if data.pop("driver", None):
            data["driver"] = DRIVER
        return data
