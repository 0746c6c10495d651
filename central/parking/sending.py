"""Messages of a case on their way to the owner: the first asks to leave, the others belong to the procedure.

The first one must go out, or the case does not begin so. One of the procedure that cannot be written or has nobody to go to stops
nothing: it stands among the undelivered ones, and a person tells in another way.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from central.cases.procedure import Standing
from central.cases.public_code import shown_code
from central.cases.tables import Case
from central.notify.service import NewNotice
from central.notify.tables import Notification
from central.notify.templates import NoticeError, TemplateSet, WrittenNotice
from central.parking.messages import FIRST, MessageFacts, message_words
from central.parking.notice import NoticeFacts, write_notice
from central.parking.parts import KIND, ParkingParts
from central.registry.service import NearCarPark, Owner
from central.registry.tables import Address
from yuhang.coordinates import Position
from yuhang.errors import YuhangError

NOBODY = "no number and no channel that goes by the plate"
ANOTHER = "another driver is confirmed: the owner is told no more, the driver by letter"


@dataclass(frozen=True, slots=True)
class NoticeSender:
    """Writes and queues what a playbook asks to be sent."""

    parts: ParkingParts

    def send(self, session: Session, case: Case, standing: Standing, template: str) -> None:
        """Queue the message; `YuhangError` where the first one has nobody to go to."""
        if template == FIRST:
            self._first(session, case, standing)
        else:
            self._later(session, case, standing, template, str(case.version))

    def again(self, session: Session, case: Case, standing: Standing, template: str, occasion: str) -> Notification:
        """Write a message of the procedure anew and queue it; one that cannot be sent is put down with what is wrong."""
        return self._later(session, case, standing, template, occasion)

    def _first(self, session: Session, case: Case, standing: Standing) -> None:
        now, owner = self.parts.clock.now(), self._owner(session, case)
        if case.plate is None or (owner is None and not self.parts.notify.without_number):
            raise YuhangError(f"case {case.number} has nobody to send a notice to")
        address = self._address(session, case)
        facts = NoticeFacts(
            plate=case.plate,
            place=case.place_words.zh,
            stopped_at=case.moment_times()["stopped_at"],
            sent_at=now,
            grace_s=standing.playbook.parameter("grace"),
            car_parks=self._car_parks(session, address),
        )
        written = write_notice(self._templates(standing), FIRST, facts)
        self.parts.notify.queue(session, self._new(case, owner, written, standing.playbook.parameter("delivery_limit")))

    def _later(self, session: Session, case: Case, standing: Standing, template: str, occasion: str) -> Notification:
        owner = self._owner(session, case)
        written, why = self._written(session, case, standing, template)
        if "driver_confirmed_at" in standing.moments:
            owner, why = None, ANOTHER
        elif owner is None and not self.parts.notify.without_number:
            why = why or NOBODY
        new = self._new(case, owner, written, standing.playbook.parameter("message_wait"), occasion=occasion)
        if why:
            return self.parts.notify.cannot_send(session, new, why)
        return self.parts.notify.queue(session, new)

    def _written(self, session: Session, case: Case, standing: Standing, template: str) -> tuple[WrittenNotice, str]:
        """The message, or an empty one with what is wrong."""
        facts = MessageFacts(case.plate or "", case.place_words.zh, case.number, shown_code(case.public_code), standing)
        templates = self._templates(standing)
        try:
            return templates.write(template, message_words(template, facts)), ""
        except NoticeError as error:
            return WrittenNotice(template, "", None, templates.signature, "", {}, 0), str(error)

    def _new(self, case: Case, owner: Owner | None, written: WrittenNotice, wait_s: float, *, occasion: str = "") -> NewNotice:
        plate = case.plate or ""
        return NewNotice(
            kind=KIND,
            case_id=case.id,
            plate=plate,
            phone=owner.phone if owner else None,
            masked=owner.masked if owner else f"{plate[:2]}****",
            written=written,
            expires_at=self.parts.clock.now() + timedelta(seconds=wait_s),
            occasion=occasion,
        )

    def _templates(self, standing: Standing) -> TemplateSet:
        return self.parts.templates.of_authority(standing.profile.templates)

    def _owner(self, session: Session, case: Case) -> Owner | None:
        return self.parts.registry.owner(session, case.plate or "")

    def _address(self, session: Session, case: Case) -> Address | None:
        return self.parts.registry.address(session, case.address)

    def _car_parks(self, session: Session, address: Address | None) -> tuple[NearCarPark, ...]:
        if address is None:
            return ()
        place = Position(address.latitude, address.longitude)
        return self.parts.registry.nearest_car_parks(session, place, self.parts.clock.now())
