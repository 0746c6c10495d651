"""From wishes to requests at one junction, pure: what is new is asked, what goes on renewed, the rest taken back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from central.dispatch.controllers.request import Ack, PriorityRequest, RequestState
from central.dispatch.escort.running.planning import Wish

LEASE_S = 5.0
AGAIN_S = 10.0  # after a refusal


@dataclass(frozen=True, slots=True)
class Ask:
    """A new request."""

    request: PriorityRequest


@dataclass(frozen=True, slots=True)
class Renew:
    """One that goes on."""

    request: PriorityRequest


@dataclass(frozen=True, slots=True)
class TakeBack:
    """One that is wished no longer."""

    request: PriorityRequest


@dataclass(slots=True)
class Asking:
    """What one junction was asked for, by task."""

    junction: str
    held: dict[str, PriorityRequest] = field(default_factory=dict)
    answers: dict[str, Ack] = field(default_factory=dict)
    _again_s: dict[str, float] = field(default_factory=dict)
    _count: int = 0

    def orders(self, wishes: Iterable[Wish], now_s: float, now: datetime) -> Iterator[Ask | Renew | TakeBack]:
        """What to do now; what is taken back comes first."""
        wanted = {wish.task_id: wish for wish in wishes}
        for task_id, request in list(self.held.items()):
            if task_id not in wanted or wanted[task_id].stage != request.stage:
                del self.held[task_id]
                yield TakeBack(request)
        self.answers = {task_id: ack for task_id, ack in self.answers.items() if task_id in wanted}
        for wish in wanted.values():
            window = (now + timedelta(seconds=wish.earliest_s), now + timedelta(seconds=wish.latest_s))
            if wish.task_id in self.held:
                self.held[wish.task_id] = self.held[wish.task_id].renewed(*window)
                yield Renew(self.held[wish.task_id])
            elif now_s >= self._again_s.get(wish.task_id, now_s):
                self._count += 1
                name = f"{wish.task_id}:{self.junction}:{self._count}"
                self.held[wish.task_id] = PriorityRequest(name, wish.task_id, wish.priority, wish.stage, *window, lease_s=LEASE_S)
                yield Ask(self.held[wish.task_id])

    def heard(self, task_id: str, ack: Ack, now_s: float) -> bool:
        """What became of a task's request; true if that is news. What has ended badly is asked again a little later."""
        request = self.held.get(task_id)
        if request is None or request.id != ack.id:
            return False
        news = self.answers.get(task_id) != ack
        self.answers[task_id] = ack
        if ack.state.ended:
            del self.held[task_id]
            self._again_s[task_id] = now_s + (0.0 if ack.reason == "lease_ran_out" else AGAIN_S)
        return news

    def refusals(self) -> Mapping[str, Ack]:
        """Answers that leave the engine without this junction."""
        bad = (RequestState.REJECTED, RequestState.MAX_PRESENCE, RequestState.WATCH_OTHER_TRAFFIC)
        return {task_id: ack for task_id, ack in self.answers.items() if ack.state in bad}
