"""The start page: the figures of the day, first the share that left after the notice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from central.cases.playbook import Playbook, StateKind
from central.parking.figures import DayFigures
from central.screens.components.figures import Figure
from central.screens.components.filters import address
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.naming import state_title, state_tone, states_for_person, waits_for_person

_QUEUE = "/queue"
_LEFT_IN_TIME = "left_in_time"
_ALWAYS = ("draft", "on_foot")  # what a day begins with; the other states show while a case stands in them
_UNREACHABLE = ("on_foot", "handled_on_foot", "not_reached", "not_delivered")


@dataclass(frozen=True, slots=True)
class LeftShare:
    """How many of the warned drivers, whose time to leave is over, left by themselves. Never a sum of fines (PROC 66)."""

    warned: int
    left: int
    simulated: bool
    href: str

    @property
    def percent(self) -> float | None:
        """The share in per cent; None while nobody has been warned."""
        return 100 * self.left / self.warned if self.warned else None


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Figures of one kind under their title."""

    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class StartView:
    """What the start page shows."""

    share: LeftShare
    groups: tuple[FigureGroup, ...]


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What the start page is made from; counts by state."""

    day: DayFigures
    open_cases: Mapping[str, int]
    red_lights: int
    nodes_online: int
    nodes: int
    cameras_ok: int
    cameras: int


def start_view(scene: Scene, playbook: Playbook, facts: DayFacts) -> StartView:
    """The figures of the day in the order in which they matter."""
    return StartView(
        share=_share(scene, facts),
        groups=(
            FigureGroup(scene.t("start.work"), _work(scene, playbook, facts)),
            FigureGroup(scene.t("start.open"), _open(scene, playbook, facts)),
            FigureGroup(scene.t("start.voids"), _ended(scene, playbook, facts, StateKind.VOID)),
            FigureGroup(scene.t("start.closed"), _ended(scene, playbook, facts, StateKind.DONE)),
            FigureGroup(scene.t("start.health"), _health(scene, facts)),
        ),
    )


def without_cases(view: StartView) -> StartView:
    """The same figures for somebody who may not open cases: they lead to none."""
    groups = tuple(
        replace(group, figures=tuple(replace(one, href="" if one.href.startswith(_QUEUE) else one.href) for one in group.figures))
        for group in view.groups
    )
    return replace(view, share=replace(view.share, href=""), groups=groups)


def _share(scene: Scene, facts: DayFacts) -> LeftShare:
    day = facts.day
    href = address(_QUEUE, {"state": _LEFT_IN_TIME, "day": "today"})
    return LeftShare(day.warned - day.warned_running, day.left_in_time, simulated=scene.clock_speed != 1.0, href=href)


def _work(scene: Scene, playbook: Playbook, facts: DayFacts) -> tuple[Figure, ...]:
    shown = [state for state in states_for_person(playbook) if state in _ALWAYS or facts.open_cases.get(state)]
    waiting = tuple(_state_figure(scene, playbook, facts.open_cases, state) for state in shown)
    lights = Figure(
        scene.t("start.red_lights"),
        str(facts.red_lights),
        address(_QUEUE, {"red": "yes"}),
        tone=Tone.ALARM if facts.red_lights else Tone.DONE,
    )
    unreachable = [state for state in _UNREACHABLE if state in playbook.states]
    count = sum(facts.day.states.get(state, 0) for state in unreachable)
    href = address(_QUEUE, {"state": ",".join(unreachable), "day": "today"})
    return (*waiting, lights, Figure(scene.t("start.unreachable"), str(count), href))


def _open(scene: Scene, playbook: Playbook, facts: DayFacts) -> tuple[Figure, ...]:
    return tuple(
        _state_figure(scene, playbook, facts.open_cases, state)
        for state, about in playbook.states.items()
        if about.kind is StateKind.OPEN and facts.open_cases.get(state) and not waits_for_person(playbook, state)
    )


def _ended(scene: Scene, playbook: Playbook, facts: DayFacts, kind: StateKind) -> tuple[Figure, ...]:
    return tuple(
        _state_figure(scene, playbook, facts.day.states, state, day="today")
        for state, about in playbook.states.items()
        if about.kind is kind and facts.day.states.get(state)
    )


def _state_figure(scene: Scene, playbook: Playbook, counts: Mapping[str, int], state: str, day: str = "") -> Figure:
    href = address(_QUEUE, {"state": state, "day": day})
    count = counts.get(state, 0)
    tone = state_tone(playbook, state) if count else Tone.NORMAL  # nothing is no reason to look
    return Figure(state_title(scene, playbook, state), str(count), href, tone=tone)


def _health(scene: Scene, facts: DayFacts) -> tuple[Figure, ...]:
    pairs = (("start.nodes_online", facts.nodes_online, facts.nodes), ("start.cameras_ok", facts.cameras_ok, facts.cameras))
    return tuple(
        Figure(
            scene.t(key),
            str(good),
            "/nodes",
            scene.t("start.of_total", total=total),
            Tone.DONE if good == total else Tone.WARNING,
        )
        for key, good, total in pairs
    )
