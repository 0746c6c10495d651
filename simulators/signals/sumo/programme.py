"""A junction made from a SUMO traffic light: links become lamp groups, green phases stages, the cycle a programme. Pure.

The larger of the programme's own times and the usual minimum counts: yellow 3 s, red clearance 1 s, minimum green 5 s for
vehicles and 8 s for pedestrians, pedestrian clearance 5 s. A slot that leaves no room for them is made longer, so the cycle may
grow by seconds. Actuated programmes are taken with their fixed durations.
"""

from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from simulators.errors import JunctionError
from simulators.signals.junction import Junction, LampGroup, Programme, Slot, Stage

GREEN = frozenset("Gg")
CLEARING_S = 10.0
"""A phase that only takes green away from the one before, and lasts no longer, is the end of that stage and none of its own."""
MIN_GREEN_S, MIN_WALK_S, MIN_YELLOW_S, WALK_CLEARANCE_S, RED_CLEARANCE_S = 5.0, 8.0, 3.0, 5.0, 1.0


@dataclass(frozen=True, slots=True)
class SumoPhase:
    """One phase of a SUMO programme: a letter a link, and its seconds."""

    letters: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SumoJunction:
    """A junction and how its groups stand for SUMO's links."""

    junction: Junction
    links: dict[int, tuple[int, ...]]
    """Links of each group."""
    green_letters: dict[int, str]
    """By stage the letters of its phase: `g` has to give way, `G` has not."""
    red_letters: str
    """What each link shows when its group is red: `s` where turning on red is allowed."""


@dataclass(frozen=True, slots=True)
class _StagePhases:
    """A green phase with the seconds of all phases until the next."""

    phase: SumoPhase
    green_s: float
    ending_s: float


def junction_from_sumo(name: str, phases: list[SumoPhase], crossings: frozenset[int], begins_at_s: float = 0.0) -> SumoJunction:
    """The junction of a SUMO programme; `crossings` are the links of pedestrians, `begins_at_s` a moment when its cycle begins.

    `JunctionError` where there is nothing to control: fewer than two stages.
    """
    found = _stages(phases)
    if len(found) < 2:
        raise JunctionError(f"{name}: {len(found)} green phase; a controller needs two")
    links = _groups(phases)
    groups = tuple(_lamp_group(number, members, phases, crossings) for number, members in links.items())
    stages = tuple(
        Stage(number=number, groups=tuple(group for group, members in links.items() if stage.phase.letters[members[0]] in GREEN))
        for number, stage in enumerate(found, start=1)
    )
    slots = _slots(found, stages, groups)
    cycle_s = sum(slot.seconds for slot in slots)
    first_change_s = found[-1].ending_s
    programme = Programme(slots=slots, offset_s=(begins_at_s - first_change_s) % cycle_s)
    junction = Junction(name=name, groups=groups, stages=stages, programmes=(programme,), start_flash_s=0, start_all_red_s=1)
    letters = {number: stage.phase.letters for number, stage in enumerate(found, start=1)}
    red = "".join("s" if any(phase.letters[link] == "s" for phase in phases) else "r" for link in range(len(phases[0].letters)))
    return SumoJunction(junction, links, letters, red)


def _stages(phases: list[SumoPhase]) -> list[_StagePhases]:
    """Green phases, each with what follows until the next one; the list begins with the first of the programme."""
    found: list[_StagePhases] = []
    for phase in phases:
        if _is_stage(phase, found[-1] if found else None):
            found.append(_StagePhases(phase, phase.seconds, 0.0))
        elif found:
            found[-1] = replace(found[-1], ending_s=found[-1].ending_s + phase.seconds)
    return found


def _is_stage(phase: SumoPhase, before: _StagePhases | None) -> bool:
    greens = {link for link, letter in enumerate(phase.letters) if letter in GREEN}
    if not greens or set(phase.letters) & set("yu"):
        return False
    only_ends = before is not None and greens <= {link for link, letter in enumerate(before.phase.letters) if letter in GREEN}
    return not (only_ends and phase.seconds <= CLEARING_S)


def _groups(phases: list[SumoPhase]) -> dict[int, tuple[int, ...]]:
    """Links that change together, numbered from 1."""
    columns: dict[str, list[int]] = {}
    for link in range(len(phases[0].letters)):
        column = "".join("G" if phase.letters[link] in GREEN else phase.letters[link] for phase in phases)
        columns.setdefault(column, []).append(link)
    return {number: tuple(links) for number, links in enumerate(columns.values(), start=1)}


def _lamp_group(number: int, links: tuple[int, ...], phases: list[SumoPhase], crossings: frozenset[int]) -> LampGroup:
    if links[0] in crossings:
        return LampGroup(
            number=number,
            kind="pedestrian",
            min_green_s=MIN_WALK_S,
            green_flash_s=WALK_CLEARANCE_S,
            red_clearance_s=RED_CLEARANCE_S,
        )
    runs = groupby(phases, key=lambda phase: phase.letters[links[0]] == "y")
    yellow_s = max((sum(phase.seconds for phase in run) for is_yellow, run in runs if is_yellow), default=0.0)
    return LampGroup(
        number=number,
        min_green_s=MIN_GREEN_S,
        green_flash_s=0,
        yellow_s=max(MIN_YELLOW_S, yellow_s),
        red_clearance_s=RED_CLEARANCE_S,
    )


def _slots(found: list[_StagePhases], stages: tuple[Stage, ...], groups: tuple[LampGroup, ...]) -> tuple[Slot, ...]:
    """A slot is the change to its stage, which SUMO counts to the stage before, and its green."""
    by_number = {group.number: group for group in groups}
    slots = []
    pairs = pairwise(zip((found[-1], *found), (stages[-1], *stages), strict=True))
    for (before, stage_before), (here, stage) in pairs:
        change_s = max((by_number[number].leaving_s for number in set(stage_before.groups) - set(stage.groups)), default=0.0)
        green_s = max(by_number[number].min_green_s for number in stage.groups)
        slots.append(Slot(stage=stage.number, seconds=max(before.ending_s + here.green_s, change_s + green_s)))
    return tuple(slots)
