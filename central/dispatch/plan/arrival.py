"""When the engine comes to each stop line, and how long before that its green has to be asked for."""

from dataclasses import dataclass

from central.dispatch.plan.picture import Engine, Picture, Traffic
from central.dispatch.plan.settings import Settings
from central.dispatch.plan.stages import change_s, serving
from central.dispatch.plan.way import StopLine, Way


@dataclass(frozen=True, slots=True)
class Approach:
    """One stop line ahead, in seconds from now.

    `earliest_s` to `latest_s`: the window in which the engine comes. `change_s`: until the stage is green if asked for now.
    `queue_s`: green that those before the engine need to be gone. `stage` is None where none serves.
    """

    number: int
    line: StopLine
    stage: int | None
    earliest_s: float
    latest_s: float
    change_s: float
    queue_s: float

    def lead_s(self, settings: Settings) -> float:
        """How long before the engine the stage has to be asked for."""
        return self.change_s + self.queue_s + settings.margin_s


def approaches(way: Way, picture: Picture, settings: Settings) -> tuple[Approach, ...]:
    """Every stop line that the engine has not passed, the nearest first.

    Whoever is on the road before the engine also stands before it at the next line, as far as he goes the same way: what flows
    out of one link is before the engine on the next.
    """
    found: list[Approach] = []
    place_m, place_s, late_s, carried = picture.engine.at_m, start_s(way, picture.engine, settings), 0.0, 0.0
    for number, line in enumerate(way.stop_lines):
        if line.at_m < picture.engine.at_m:
            continue
        traffic = picture.traffic[number] if number < len(picture.traffic) else Traffic()
        place_s = max(0.0, place_s + way.free_s(place_m, line.at_m))
        place_m = line.at_m
        before = traffic.vehicles + carried
        queue_s = _queue_s(before, traffic, settings)
        stage, needs_s = _stage(way, picture, number)
        band_s = place_s * settings.band_share
        ready_s = needs_s + queue_s
        late_s = max(late_s, ready_s - place_s)
        found.append(
            Approach(number, line, stage, max(0.0, place_s - band_s), place_s + band_s + max(0.0, late_s), needs_s, queue_s)
        )
        carried = before * GOES_ON
    return tuple(found)


GOES_ON = 0.6
"""Share of the vehicles before the engine that take the same way beyond a junction."""


def start_s(way: Way, engine: Engine, settings: Settings) -> float:
    """What an engine loses until it has its speed again, less what it has driven since its position was taken."""
    missing_mps = max(0.0, way.free_mps(engine.at_m) - engine.speed_mps)
    lost_s = missing_mps**2 / (2 * settings.acceleration_mps2 * way.free_mps(engine.at_m))
    return lost_s - engine.age_s


def _queue_s(before: float, traffic: Traffic, settings: Settings) -> float:
    if before < 1.0:
        return 0.0
    return before * settings.headway_s + (settings.start_up_s if traffic.standing else 0.0)


def _stage(way: Way, picture: Picture, number: int) -> tuple[int | None, float]:
    line = way.stop_lines[number]
    model = way.models.get(line.junction)
    if model is None:
        return None, 0.0
    junction = picture.junctions.get(line.junction)
    state = None if junction is None else junction.state
    following = way.stop_lines[number + 1] if number + 1 < len(way.stop_lines) else None
    also = following if following is not None and following.junction == line.junction else None
    stage = serving(line, model, None if state is None else state.stage, also)
    return stage, 0.0 if stage is None else change_s(stage, model, state)
