"""`yuhang bench gateway`: many sockets that all talk, some that overheat; the last line is JSON.

Of each that overheats the time is taken from the message with the bad value to the command that switches it off, at the device.
The same is measured in the same run for a bare client that does nothing but answer such a message: what broker and machine cost.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from pydantic import SecretStr
from rich.console import Console

from benchmarks.servers import BROKER_PASSWORD, BROKER_USER, embedded_broker
from simulators.community.sockets import SimulatedSocket, SocketShed
from yuhang.errors import YuhangError
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession

_LISTENS_S = 60.0
_HOT = 90.0
_WAIT_S = 10.0
_TICKS_PER_S = 100  # of /proc/PID/stat


def command(
    *,
    devices: Annotated[int, typer.Option(help="sockets", min=1)] = 2000,
    every: Annotated[float, typer.Option(help="seconds between two messages of a socket", min=0.1)] = 5.0,
    seconds: Annotated[float, typer.Option(help="how long", min=5)] = 60.0,
    cuts: Annotated[int, typer.Option(help="sockets that overheat in that time", min=1)] = 100,
) -> None:
    """Time from a bad value to the command that switches the socket off, with all devices talking."""
    console = Console(stderr=True)
    names = [f"s{number}" for number in range(devices)]
    with ExitStack() as stack:
        port = stack.enter_context(embedded_broker())
        shed_session = stack.enter_context(_running(_config(port), "shed"))
        shed = SocketShed(shed_session, [SimulatedSocket(name) for name in names])
        console.print("the bare client ...")
        bare = _bare(port, shed, min(cuts, 50))
        process = stack.enter_context(_gateway(port, names))
        _wait_until_it_listens(shed, names[0])
        console.print(f"{devices} sockets, one message each {every:g} s, for {seconds:g} s ...")
        before_s, began = _cpu_s(process.pid), time.monotonic()
        taken, missed, sent = _load(shed, names, every, seconds, min(cuts, devices - 1))
        cores = (_cpu_s(process.pid) - before_s) / (time.monotonic() - began)
    figures = {
        "devices": devices,
        "messages_per_s": round(sent / seconds, 1),
        "cores": round(cores, 3),
        "rule_p50_s": _percentile(taken, 50),
        "rule_p99_s": _percentile(taken, 99),
        "rule_max_s": round(max(taken, default=0.0), 4),
        "cuts": len(taken),
        "missed": missed,
        "bare_p99_s": _percentile(bare, 99),
        "ratio_to_bare": round(_percentile(taken, 99) / max(_percentile(bare, 99), 1e-4), 2),
        "drain_ratio": None,  # telemetry is not stored while the uplink is cut yet, only events are
    }
    typer.echo(json.dumps(figures))


def _load(shed: SocketShed, names: list[str], every_s: float, seconds: float, cuts: int) -> tuple[list[float], int, int]:
    """Let all talk evenly spread; returns the times of the cuts, how many never came, and the messages sent."""
    chosen = random.Random(1).sample(names[1:], cuts)
    due = [(seconds * 0.9 * (index + 0.5) / cuts, name) for index, name in enumerate(chosen)]
    hot: dict[str, float] = {}
    began, sent = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        while due and due[0][0] <= passed:
            _at, name = due.pop(0)
            shed.sockets[name].celsius = _HOT
            hot[name] = time.monotonic()
            shed.publish(name)
        while sent < passed * len(names) / every_s:
            name = names[sent % len(names)]
            sent += 1
            if name not in hot:
                shed.publish(name)
        time.sleep(0.002)
    time.sleep(1.0)
    told = {name: next((at for at, on in shed.sockets[name].told if not on), None) for name in hot}
    taken = [at - hot[name] for name, at in told.items() if at is not None]
    return taken, len(hot) - len(taken), sent


def _bare(port: int, shed: SocketShed, count: int) -> list[float]:
    """The same way there and back with nothing in between."""
    name = next(iter(shed.sockets))
    one = shed.sockets[name]
    taken = []
    with _running(_config(port), "bare") as session:

        def answer(topic: str, _payload: bytes) -> None:
            session.publish(f"cmnd/{topic.split('/')[1]}/POWER", b"OFF", 1)

        session.subscribe("tele/+/SENSOR", answer)
        time.sleep(1.0)
        for _ in range(count):
            one.told.clear()
            began = time.monotonic()
            shed.publish(name)
            while not one.told and time.monotonic() - began < _WAIT_S:
                time.sleep(0.0005)
            if one.told:
                taken.append(one.told[0][0] - began)
    one.on = True
    one.told.clear()
    return taken


def _wait_until_it_listens(shed: SocketShed, name: str) -> None:
    """The first socket overheats until somebody switches it off."""
    one = shed.sockets[name]
    one.celsius = _HOT
    deadline = time.monotonic() + _LISTENS_S
    while not one.told:
        if time.monotonic() > deadline:
            raise YuhangError("the gateway has switched nothing off for a minute; its log stands above")
        shed.publish(name)
        time.sleep(0.2)


@contextmanager
def _gateway(port: int, names: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    broker = {"port": port, "username": BROKER_USER, "password": BROKER_PASSWORD}
    with tempfile.TemporaryDirectory() as folder:
        config = {
            "site": "bench",
            "node": "gateway",
            "data_dir": f"{folder}/data",
            "mqtt": broker,
            "devices_mqtt": broker,
            "sockets": [{"socket": name, "address": "bench", "device": name, "firmware": "tasmota"} for name in names],
        }
        path = Path(folder) / "gateway.yaml"
        path.write_text(json.dumps(config), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "yuhang", "--log-level", "error", "gateway", "run", "--config", str(path)]
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def _running(config: MqttConfig, client_id: str) -> Iterator[MqttSession]:
    session = MqttSession(config, client_id)
    session.start()
    if not session.wait_connected(_WAIT_S):
        raise YuhangError("the embedded broker does not answer")
    try:
        yield session
    finally:
        session.stop()


def _config(port: int) -> MqttConfig:
    return MqttConfig(port=port, username=BROKER_USER, password=SecretStr(BROKER_PASSWORD))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def _percentile(taken: list[float], share: float) -> float:
    return round(float(np.percentile(taken, share)), 4) if taken else 0.0
