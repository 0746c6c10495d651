"""How long something stands, what it looks like, and whether power is drawn."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge.boxes import Rect
from edge.detectors.ebike_charging.config import EbikeChargingConfig
from edge.detectors.ebike_charging.rules import ChargingRules, Over, Suspected, Thing, socket_says
from yuhang.hours import Hours
from yuhang.messages import ChargingBasis, SocketReport

FIRST = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)  # noon in Beijing
CONFIG = EbikeChargingConfig(kind="ebike_charging", socket="hall")
HERE, THERE = Rect(10, 10, 50, 50), Rect(200, 10, 240, 50)


def at(seconds: float) -> datetime:
    return FIRST + timedelta(seconds=seconds)


def played(
    config: EbikeChargingConfig,
    until_s: int,
    *,
    things: tuple[Thing, ...] = (Thing(HERE, 0.9),),
    gone_s: int = 10**6,
    drawn_s: int = 10**6,
) -> list[tuple[float, str, str]]:
    rules = ChargingRules(config)
    found: list[tuple[float, str, str]] = []
    for second in range(0, until_s, 4):
        steps = rules.step(at(second), things if second < gone_s else (), drawn=second >= drawn_s)
        found += [(second, type(one).__name__, one.stay.basis.value if one.stay.basis else "") for one in steps]
    return found


def test_it_is_suspected_after_five_minutes_and_is_over_when_it_has_gone() -> None:
    assert played(CONFIG, 600, gone_s=400) == [(300, "Suspected", "picture"), (416, "Over", "picture")]


def test_drawn_power_makes_it_certain_sooner() -> None:
    assert played(CONFIG, 200, drawn_s=100) == [(100, "Suspected", "socket")]
    assert played(CONFIG, 200, drawn_s=0) == [(32, "Suspected", "socket")]


def test_power_without_anything_there_is_the_gateways_matter() -> None:
    assert played(CONFIG, 600, things=(), drawn_s=0) == []


def test_what_the_place_has_learned_to_be_something_else_is_not_reported() -> None:
    assert played(CONFIG, 600, things=(Thing(HERE, 0.2),), drawn_s=100) == []
    assert played(CONFIG, 400, things=(Thing(HERE, None),)) == [(300, "Suspected", "picture")]
    silent = CONFIG.model_copy(update={"ask": False})
    assert played(silent, 600, things=(Thing(HERE, None),)) == []


def test_whoever_leaves_in_time_is_nothing() -> None:
    assert played(CONFIG, 600, gone_s=296) == []


def test_two_of_them_are_two_matters() -> None:
    two = played(CONFIG, 400, things=(Thing(HERE, 0.9), Thing(THERE, 0.9)))
    assert [(when, kind) for when, kind, _ in two] == [(300, "Suspected")] * 2


def test_in_permitted_hours_it_may_stand_there() -> None:
    noon = CONFIG.model_copy(update={"allowed": (Hours(begins=time(11, 0), ends=time(14, 0)),)})
    assert played(noon, 900) == []
    from_five_past = CONFIG.model_copy(update={"allowed": (Hours(begins=time(12, 6), ends=time(14, 0)),)})
    assert played(from_five_past, 900) == [(300, "Suspected", "picture"), (360, "Over", "picture")]


def test_only_the_places_own_socket_and_only_its_last_word_count() -> None:
    def word(socket: str, seconds: float, watts: float) -> SocketReport:
        return SocketReport(socket=socket, time=at(seconds), watts=watts)

    reports = [word("hall", 0, 200), word("hall", 50, 0.5), word("cellar", 55, 500), word("hall", 300, 900)]
    said = socket_says(reports, "hall", at(60), 60)
    assert said is not None
    assert said.watts == 0.5
    assert socket_says(reports, "hall", at(200), 60) is None
    assert socket_says(reports, None, at(60), 60) is None


boxes = st.sampled_from([HERE, THERE, Rect(12, 12, 52, 52)])
things = st.lists(st.builds(Thing, boxes, st.one_of(st.none(), st.floats(0, 1))), max_size=3)


@given(st.lists(st.tuples(things, st.booleans()), max_size=150))
def test_each_stay_is_reported_once_and_ends_once(looks: list[tuple[list[Thing], bool]]) -> None:
    rules, reported, over = ChargingRules(CONFIG), [], []
    for number, (seen, drawn) in enumerate(looks):
        for found in rules.step(at(4 * number), seen, drawn=drawn):
            assert found.stay.basis is not None
            (reported if isinstance(found, Suspected) else over).append(id(found.stay))
            if isinstance(found, Suspected):
                least = CONFIG.socket_dwell_s if found.stay.basis is ChargingBasis.SOCKET else CONFIG.dwell_s
                assert found.stay.seconds >= least
    over += [id(found.stay) for found in rules.end()]
    assert isinstance(over, list)
    assert sorted(over) == sorted(reported)
    assert all(isinstance(found, Over) for found in rules.end())
