"""The stories of the check. Each returns what was seen, to be held against the truth."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.fire.central import CentralProcess, CheckError
from benchmarks.fire.road import STOP_LINES_M, position
from benchmarks.fire.street import Corner, Engine
from central.users.roles import Role
from yuhang.clock import Clock
from yuhang.messages import VehiclePosition
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

Seen = dict[str, Any]
TICK_S = 0.5
LONGEST_TRIP_S = 240.0


@dataclass(slots=True)
class Stage:
    """Everything that a story plays with. Seconds are those of central's clock."""

    central: CentralProcess
    places: tuple[Corner, ...]
    mqtt: MqttSession
    clock: Clock
    heard: bool = True
    held_together: list[str] = field(default_factory=list)

    def engine(self) -> Engine:
        """A new engine at the beginning of the road; its first position is sent."""
        engine = Engine(self.places)
        self.heard = True
        self.send(engine)
        return engine

    def send(self, engine: Engine) -> None:
        """Its terminal sends where it is."""
        place = position(engine.at_m)
        message = VehiclePosition(
            latitude=place.latitude,
            longitude=place.longitude,
            time=self.clock.now(),
            speed_mps=max(0.0, engine.speed_mps),
            heading_deg=90.0,
        )
        topic = NodeTopics("fire", "engine-1").telemetry("position")
        self.mqtt.publish(topic, message.model_dump_json().encode(), qos=0)

    def until(self, over: Callable[[], bool], longest_s: float, engine: Engine | None = None) -> float:
        """Let time pass, the engine drive and send, until `over`; returns the seconds that took, at most `longest_s`."""
        began = last = time.monotonic()
        sent_s, speed = 0.0, self.clock.speed
        while (passed_s := (time.monotonic() - began) * speed) < longest_s:
            if over():
                return round(passed_s, 1)
            time.sleep(TICK_S / speed / 2)
            now = time.monotonic()
            if engine is not None:
                engine.drive((now - last) * speed)
                if self.heard and passed_s >= sent_s:
                    self.send(engine)
                    sent_s = passed_s + 1.0
            last = now
        return round(longest_s, 1)

    @property
    def all_free(self) -> bool:
        """Every junction runs its own programme."""
        return not any(corner.is_ours for corner in self.places)

    def granted(self, task_id: str) -> list[str]:
        """Junctions whose lamps were read to show the engine's stage."""
        notes = self.central.get(f"/{task_id}/notes")
        return sorted(
            {note["data"]["junction"] for note in notes if note["what"] == "answer" and note["data"]["state"] == "granted"}
        )

    def set_out(self, reference: str, engine: Engine) -> str:
        """A call comes in, the engine nearest to it is sent, the police agree; returns the task."""
        self.central.call(reference)
        task_id = str(self.central.task(reference)["id"])
        self.until(
            lambda: bool(self.central.get(f"/{task_id}/engines")[0]["seconds"]), 20, engine=None if engine.at_m else engine
        )
        best = self.central.get(f"/{task_id}/engines")[0]
        if best["engine"] != "engine-1" or best["seconds"] is None:
            raise CheckError(f"engine-1 is heard and is not proposed first: {best}")
        self.central.post(f"/{task_id}/assign", engine="engine-1")
        return task_id


def wave(stage: Stage) -> Seen:
    """From the call to the arrival."""
    engine = stage.engine()
    task_id = stage.set_out("wave", engine)
    stage.central.post(f"/{task_id}/confirm", Role.SIGNAL_POLICE)
    stage.until(lambda: engine.is_there, LONGEST_TRIP_S, engine)
    back_s = stage.until(lambda: stage.all_free, 60, engine)
    stage.until(lambda: stage.central.get(f"/{task_id}")["state"] == "arrived", 20, engine)
    task = stage.central.get(f"/{task_id}")
    return {
        "granted": stage.granted(task_id),
        "red_stops": engine.red_stops,
        "ran_red": engine.ran_red,
        "state": task["state"],
        "given_back_s": back_s,
        "trip_s": round(engine.trip_s, 1),
        "planned_s": task["planned_s"],
        "unaided_s": task["unaided_s"],
    }


def refused_by_police(stage: Stage) -> Seen:
    """No signal is asked while the police have not agreed, nor after they have refused."""
    engine = stage.engine()
    task_id = stage.set_out("refused", engine)
    stage.until(lambda: engine.at_m > 300, 60, engine)
    stage.central.post(f"/{task_id}/refuse", Role.SIGNAL_POLICE, reason="marathon")
    stage.until(lambda: engine.at_m > 500, 60, engine)
    task = stage.central.post(f"/{task_id}/cancel", reason="end of the story")
    orders = stage.central.get(f"/{task_id}/orders")
    return {"granted": stage.granted(task_id), "orders": len(orders), "state": task["state"]}


def lost_position(stage: Stage) -> Seen:
    """The terminal falls silent while signals are held: given back; heard again, asked again; then the task is cancelled."""
    engine = stage.engine()
    task_id = stage.set_out("lost", engine)
    stage.central.post(f"/{task_id}/confirm", Role.SIGNAL_POLICE)
    stage.until(lambda: "first" in stage.granted(task_id), LONGEST_TRIP_S, engine)
    stage.heard = False
    back_s = stage.until(lambda: stage.all_free, 90)
    stage.heard = True
    stage.until(lambda: "second" in stage.granted(task_id), LONGEST_TRIP_S, engine)
    stage.central.post(f"/{task_id}/cancel", reason="false alarm")
    cancelled_s = stage.until(lambda: stage.all_free, 90)
    state = stage.central.get(f"/{task_id}")["state"]
    granted = [name for name in stage.granted(task_id) if name != "third"]
    return {"granted": granted, "given_back_s": max(back_s, cancelled_s), "state": state}


def dead_central(stage: Stage) -> Seen:
    """Central is killed while it holds, one line is cut: every junction falls back by itself."""
    engine = stage.engine()
    task_id = stage.set_out("dead", engine)
    stage.central.post(f"/{task_id}/confirm", Role.SIGNAL_POLICE)
    stage.until(lambda: engine.at_m > STOP_LINES_M[0] - 250 and not stage.all_free, LONGEST_TRIP_S, engine)
    stage.places[1].faults.is_silent = True
    stage.central.kill()
    back_s = stage.until(lambda: stage.all_free, 90)
    stage.places[1].faults.is_silent = False
    stage.central.start()
    return {"given_back_s": back_s, "state": stage.central.get(f"/{task_id}")["state"]}


STORIES: dict[str, Callable[[Stage], Seen]] = {
    "wave": wave,
    "refused_by_police": refused_by_police,
    "lost_position": lost_position,
    "dead_central": dead_central,
}
