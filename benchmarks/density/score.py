"""Whether a run's events are what its cameras' visitors did. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.density.node import Heard
from benchmarks.density.plan import DWELL_S, PlannedCamera
from yuhang.messages import ParkingLeftEvent, ParkingStoppedEvent, ParkingUnobservedEvent

MOST_DWELL_ERROR_S = 1.0
MOST_LATENCY_S = 2.0


@dataclass(frozen=True, slots=True)
class Score:
    """`faults` says in words what was wrong; latency is from the picture that decides a stop to the event's arrival."""

    visits: int
    faults: tuple[str, ...]
    dwell_error_s: float
    latency_p50_s: float
    latency_p95_s: float
    left_p95_s: float
    """From the departure itself, which takes a second to be sure of."""

    @property
    def passed(self) -> bool:
        return not self.faults and self.latency_p95_s <= MOST_LATENCY_S


def judge(cameras: Sequence[PlannedCamera], heard: Sequence[Heard]) -> Score:
    """Each visit must be reported once, its end too, its dwell right to `MOST_DWELL_ERROR_S`; and nothing else."""
    stopped: defaultdict[str, int] = defaultdict(int)
    dwells: defaultdict[str, list[float]] = defaultdict(list)
    faults, errors, latencies, left = [], [0.0], [], []
    for one in heard:
        match one.event:
            case ParkingStoppedEvent(data=data):
                stopped[data.camera] += 1
                latencies.append(one.latency_s)
            case ParkingLeftEvent(data=data):
                dwells[data.camera].append((data.left_at - data.stopped_at).total_seconds())
                left.append(one.latency_s)
            case ParkingUnobservedEvent(data=data):
                faults.append(f"{data.camera}: unobserved ({data.reason.value})")
            case _:
                pass
    for camera in cameras:
        if stopped[camera.name] != camera.visits:
            faults.append(f"{camera.name} ({camera.traffic}): {stopped[camera.name]} stops reported, {camera.visits} happened")
        wrong = [dwell - DWELL_S for dwell in dwells[camera.name]]
        errors += [abs(error) for error in wrong]
        faults += [
            f"{camera.name} ({camera.traffic}): dwell wrong by {error:+.2f} s"
            for error in wrong
            if abs(error) > MOST_DWELL_ERROR_S
        ]
        if len(wrong) != camera.visits:
            faults.append(f"{camera.name} ({camera.traffic}): {len(wrong)} departures reported, {camera.visits} happened")
    return Score(
        sum(camera.visits for camera in cameras),
        tuple(faults),
        round(max(errors), 3),
        _quantile(latencies, 0.5),
        _quantile(latencies, 0.95),
        _quantile(left, 0.95),
    )


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values) or [0.0]
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3)
