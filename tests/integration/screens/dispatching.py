"""A central with a road, two engines and three calls, as its screens show them; nothing but the web server runs."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from central import features
from central.bootstrap import Application, build
from central.config import CentralConfig
from central.core import Core
from central.dispatch.controllers.request import Ack, RequestState
from central.dispatch.controllers.state import Control, Lamp, SignalState
from central.dispatch.escort.course import Act
from central.dispatch.escort.feature import Dispatch, build_dispatch
from central.dispatch.escort.running.picture import EscortPicture, JunctionPicture, Picture
from central.dispatch.escort.running.track import Track
from central.dispatch.network.storage import save_network
from central.schema import migrate
from central.users.roles import Role
from tests.integration.screens.town import PASSWORD
from tests.unit.central.dispatch.escort.site import PLACES, east, site_network
from tests.unit.central.dispatch.escort.test_running import config_of
from yuhang.messages import EmergencyCall

ANSWERS = {"j1": RequestState.GRANTED, "j2": RequestState.PROCESSING, "j3": RequestState.REJECTED}
PEOPLE = {"li": Role.DISPATCHER, "wu": Role.SIGNAL_POLICE, "engine-1": Role.CREW}


@dataclass(slots=True)
class ControlRoom:
    """The running central; `under_way` is the task with an engine on its way, `unplaced` the one whose place is not known."""

    url: str
    application: Application
    dispatch: Dispatch
    under_way: str
    unplaced: str


@contextmanager
def control_room(folder: Path, port: int) -> Iterator[ControlRoom]:
    save_network(site_network(), folder / "site.network")
    (folder / "places.yaml").write_text(PLACES, encoding="utf-8")
    engines = [
        {"id": f"engine-{n}", "name_zh": f"文一站{n}号车", "name_en": f"Wenyi engine {n}", "site": "yuhang", "node": f"e-{n}"}
        for n in (1, 2)
    ]
    config = CentralConfig.model_validate(
        {
            "data_dir": folder,
            "mqtt": {"port": 1},
            "http": {"port": port, "public_url": f"http://127.0.0.1:{port}"},
            "dispatch": {
                "network_file": folder / "site.network",
                "places_file": folder / "places.yaml",
                "engines": engines,
            },
        }
    )
    made: list[Dispatch] = []

    def remember(core: Core) -> Dispatch:
        made.append(build_dispatch(core))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features, "build_dispatch", remember)
        application = build(config)
    migrate(application.core.database)
    for name, role in PEOPLE.items():
        application.core.users.add(name, PASSWORD, role)
    server = uvicorn.Server(uvicorn.Config(application.web, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    room = ControlRoom(f"http://127.0.0.1:{port}", application, made[0], *_calls(application.core, made[0]))
    show(room, 520.0)
    yield room
    server.should_exit = True
    thread.join(timeout=20)
    application.core.database.close()


def _calls(core: Core, dispatch: Dispatch) -> tuple[str, str]:
    escorts, now = dispatch.desk.escorts, core.clock.now()
    with core.database.session() as session:
        unplaced = escorts.take(session, "119-http", EmergencyCall(reference="2", called_at=now, address="西溪小区"), "119-http")
        call = EmergencyCall(reference="1", called_at=now, address="文一西路969号", what="3rd floor")
        task = escorts.take(session, "119-http", call, "119-http").task
        escorts.assign(session, task.id, "engine-1", "li")
        escorts.act(session, task.id, Act.CONFIRM, "wu")
        return task.id, unplaced.task.id


def show(room: ControlRoom, at_m: float) -> None:
    """The engine is there, and its junctions have answered."""
    roads = room.dispatch.desk.roads
    assert roads is not None
    start, goal = roads.place(east(0.0), 90.0), roads.place(east(1494.0), 90.0)
    assert start is not None
    assert goal is not None
    track = Track(roads.network, roads.way(start, goal), {name: config_of(name) for name in ANSWERS})
    escort = EscortPicture(
        task_id=room.under_way,
        engine="engine-1",
        track=track,
        began_s=0.0,
        now_s=40.0,
        at_m=at_m,
        speed_mps=15.0,
        age_s=0.6,
        heard=True,
        position=east(at_m),
        passed_s={"j1": 27.0},
        trail=tuple((s, s / 36 * at_m) for s in map(float, range(0, 37, 4))),
    )
    lamps = {1: Lamp.RED, 2: Lamp.RED, 3: Lamp.GREEN, 4: Lamp.GREEN}
    junctions = tuple(
        JunctionPicture(
            junction=name,
            signal=name,
            state=SignalState(lamps, Control.OURS, 40.0, 2),
            answers={room.under_way: Ack(f"{room.under_way}:{name}:1", state)},
            stages={room.under_way: 2},
            away="",
            dry_run=False,
        )
        for name, state in ANSWERS.items()
    )
    room.dispatch.showcase.show(Picture(room.application.core.clock.now(), {room.under_way: escort}, junctions))
