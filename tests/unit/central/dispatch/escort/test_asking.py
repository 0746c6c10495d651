"""From wishes to requests: whatever is wished and answered in whatever order, nothing outlives its wish."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from central.dispatch.controllers.request import Ack, PriorityClass, RequestState
from central.dispatch.escort.running.asking import AGAIN_S, Ask, Asking, Renew, TakeBack
from central.dispatch.escort.running.live import BELIEVED_S, LiveTasks
from central.dispatch.escort.running.planning import Wish

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


def wish(task: str = "t1", stage: int = 1) -> Wish:
    return Wish(task, PriorityClass.FIRE, "j1", stage, 10.0, 20.0)


def orders(asking: Asking, *wishes: Wish, now_s: float = 0.0) -> list[str]:
    return [f"{type(order).__name__} {order.request.id} {order.request.renewal}" for order in asking.orders(wishes, now_s, NOON)]


def test_asked_once_renewed_and_taken_back() -> None:
    asking = Asking("j1")
    assert orders(asking, wish()) == ["Ask t1:j1:1 0"]
    assert orders(asking, wish()) == ["Renew t1:j1:1 1"]
    assert orders(asking, wish(stage=2)) == ["TakeBack t1:j1:1 1", "Ask t1:j1:2 0"]
    assert orders(asking) == ["TakeBack t1:j1:2 0"]
    assert orders(asking) == []


def test_a_refusal_is_asked_again_only_later() -> None:
    asking = Asking("j1")
    orders(asking, wish())
    assert asking.heard("t1", Ack("t1:j1:1", RequestState.REJECTED, "silent"), 1.0)
    assert not asking.heard("t1", Ack("t1:j1:1", RequestState.REJECTED, "silent"), 1.0)
    assert list(asking.refusals()) == ["t1"]
    assert orders(asking, wish(), now_s=AGAIN_S) == []
    assert orders(asking, wish(), now_s=1.0 + AGAIN_S) == ["Ask t1:j1:2 0"]


ROUNDS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(["t1", "t2"]), st.integers(1, 2)), max_size=2, unique_by=lambda one: one[0]),
        st.sampled_from([None, *RequestState]),
        st.integers(0, 20),
    ),
    max_size=40,
)


@given(ROUNDS)
def test_nothing_is_held_that_is_not_wished(rounds: list[tuple[list[tuple[str, int]], RequestState | None, int]]) -> None:
    asking, alive, now_s = Asking("j1"), {}, 0.0
    for wished, answer, waits in rounds:
        now_s += waits
        for order in list(asking.orders([wish(*one) for one in wished], now_s, NOON)):
            match order:
                case Ask(request):
                    assert request.id not in alive
                    assert request.task_id not in {one.task_id for one in alive.values()}
                    alive[request.id] = request
                case Renew(request):
                    assert request.renewal > alive[request.id].renewal
                    alive[request.id] = request
                case TakeBack(request):
                    del alive[request.id]
        assert set(asking.held.items()) == {(one.task_id, one) for one in alive.values()}
        assert {(one.task_id, one.stage) for one in alive.values()} <= set(wished)
        for request in list(alive.values()):
            if answer is not None:
                asking.heard(request.task_id, Ack(request.id, answer), now_s)
                if answer.ended:
                    del alive[request.id]


def test_law_26_without_word_from_the_database_no_task_is_live() -> None:
    now = [0.0]
    live = LiveTasks(lambda: now[0])
    assert not live("t1")
    live.say(["t1"])
    assert live("t1")
    now[0] = BELIEVED_S + 0.1
    assert not live("t1")
    live.say(["t1"])
    live.take_out("t1")
    assert not live("t1")
