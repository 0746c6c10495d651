"""`yuhang bench edge`: what each stage takes on a real clip, and what a node with one quiet camera needs."""

import json
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import onnxruntime
import typer
from pydantic import SecretStr

from benchmarks.media import media_folder
from benchmarks.processes import Usage, usage
from benchmarks.servers import BROKER_PASSWORD, BROKER_USER, embedded_broker
from benchmarks.streams import HttpCamera, render_clip, serve
from edge.assembly import build_pipelines, load_models
from edge.config import NodeConfig
from edge.frames import Frame
from edge.sources.config import FileSource
from edge.sources.recording import Recording
from models.store import ModelStore
from yuhang.errors import YuhangError
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession

REAL_CLIP = "video/park_ltb2k.mp4"
START_S = 60.0  # longest wait for the node's first pictures
SETTLE_S = 8.0  # after them, so that starting is not part of the measurement
MOST_MB = 400.0
MOST_CORES = 0.15


class BenchmarkError(YuhangError):
    """What was to be measured did not run."""


@dataclass(frozen=True, slots=True)
class StageTimes:
    """Mean milliseconds of each stage over the frames in which it ran, and of the bare network beside it."""

    clip: str
    frames: int
    stages_ms: Mapping[str, float]
    bare_network_ms: float


@dataclass(frozen=True, slots=True)
class QuietNode:
    """What a node with one quiet camera used."""

    seconds: float
    cores: float
    pss_mb: float
    rss_mb: float
    processes: int


def command(
    *,
    seconds: Annotated[float, typer.Option(help="length of the quiet measurement", min=5.0)] = 40.0,
    width: Annotated[int, typer.Option(help="width of the quiet camera's picture")] = 1280,
    height: Annotated[int, typer.Option(help="its height")] = 720,
    decode: Annotated[str, typer.Option(help="pictures to decode: all, auto or keyframes")] = "all",
    most_frames: Annotated[int, typer.Option(help="frames of the clip for the stage times", min=10)] = 150,
) -> None:
    """Time of each stage a frame, and memory and processor of a node that watches one quiet camera."""
    with tempfile.TemporaryDirectory(prefix="yuhang-bench-") as name:
        folder = Path(name)
        times = measure_stages(folder, most_frames)
        node = measure_quiet_node(folder, seconds, (width, height), decode)
    result = {
        "stages_ms": {stage: round(spent, 2) for stage, spent in times.stages_ms.items()},
        "bare_network_ms": round(times.bare_network_ms, 2),
        "clip": times.clip,
        "frames": times.frames,
        "rss_mb": round(node.rss_mb, 1),
        "pss_mb": round(node.pss_mb, 1),
        "cores": round(node.cores, 3),
        "processes": node.processes,
        "quiet_camera": f"{width}x{height} 25/s H.264, decode {decode}",
        "within_target": node.rss_mb <= MOST_MB and node.cores <= MOST_CORES,
    }
    typer.echo(json.dumps(result))


def measure_stages(folder: Path, most_frames: int) -> StageTimes:
    """Run a clip through a pipeline; the bare network takes a ready tensor after each frame, so both see the same machine."""
    clip = _clip(folder)
    config = _config(folder, {"kind": "file", "path": str(clip)})
    models = load_models(config.models)
    bare, tensor = _bare_network(config)
    spent: defaultdict[str, list[float]] = defaultdict(list)
    with (
        closing(Recording("bench", FileSource(kind="file", path=clip), analysis_fps=config.cameras[0].analysis_fps)) as recording,
        closing(_chain(folder)) as chain,
    ):
        pipeline = build_pipelines(config, "0" * 64, models, chain, recording.clip)["bench"]
        frames = 0
        while frames < most_frames:
            begun_s = time.perf_counter()
            item = recording.read(0.0)
            if item is None:
                break
            if isinstance(item, Frame):
                spent["decode"].append((time.perf_counter() - begun_s) * 1000)
                for stage, milliseconds in pipeline.process(item).timings_ms.items():
                    spent[stage].append(milliseconds)
                begun_s = time.perf_counter()
                bare.run(None, {bare.get_inputs()[0].name: tensor})
                spent["bare"].append((time.perf_counter() - begun_s) * 1000)
                frames += 1
    network = statistics.fmean(spent.pop("bare"))
    return StageTimes(clip.name, frames, {stage: statistics.fmean(values) for stage, values in spent.items()}, network)


def measure_quiet_node(folder: Path, seconds: float, size: tuple[int, int], decode: str) -> QuietNode:
    """Run `yuhang edge run` against a live camera whose picture shows nothing but noise, and read /proc before and after."""
    clip = render_clip(folder / "quiet.mp4", width=size[0], height=size[1], seconds=10.0, gop_s=2.0, moving=False)
    with serve(HttpCamera(clip)) as address, embedded_broker() as port:
        config_path = folder / "node.yaml"
        source = {"kind": "http", "url": f"{address}/stream.ts", "decode": decode}
        mqtt = {"port": port, "username": BROKER_USER, "password": BROKER_PASSWORD}
        config_path.write_text(json.dumps(_document(folder / "node", source) | {"mqtt": mqtt}), encoding="utf-8")
        program = [str(Path(sys.executable).with_name("yuhang")), "edge", "run", "--config", str(config_path)]
        log = (folder / "node.log").open("wb")
        with log, subprocess.Popen(program, stderr=log, stdout=log) as process:
            try:
                _wait_for_pictures(process, port)
                before = usage(process.pid)
                peak = _watch(process, seconds)
                after = usage(process.pid)
            finally:
                process.send_signal(signal.SIGTERM)
    elapsed_s = after.at_s - before.at_s
    return QuietNode(elapsed_s, (after.cpu_s - before.cpu_s) / elapsed_s, peak.pss_mb, peak.rss_mb, after.processes)


def _wait_for_pictures(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Until the node has analysed its first pictures and settled."""
    seen = threading.Event()
    session = MqttSession(MqttConfig(port=port, username=BROKER_USER, password=SecretStr(BROKER_PASSWORD)), "bench-watch")
    session.subscribe("yuhang/v1/bench/bench/telemetry/live", lambda _topic, _payload: seen.set())
    session.start()
    try:
        until_s = time.monotonic() + START_S
        while not seen.wait(0.2):
            if process.poll() is not None or time.monotonic() > until_s:
                raise BenchmarkError(f"the node did not show a picture (status {process.poll()})")
    finally:
        session.stop()
    time.sleep(SETTLE_S)


def _watch(process: "subprocess.Popen[bytes]", seconds: float) -> Usage:
    """The largest use of memory during `seconds`."""
    until_s = time.monotonic() + seconds
    peak = usage(process.pid)
    while time.monotonic() < until_s:
        time.sleep(min(5.0, max(0.1, until_s - time.monotonic())))
        if process.poll() is not None:
            raise BenchmarkError(f"the node ended by itself with status {process.returncode}")
        now = usage(process.pid)
        peak = now if now.rss_mb > peak.rss_mb else peak
    return peak


def _clip(folder: Path) -> Path:
    """A real clip where there is one, else a rendered one."""
    media = media_folder()
    real = None if media is None else media / REAL_CLIP
    return (
        real
        if real is not None and real.is_file()
        else render_clip(folder / "rendered.mp4", width=1280, height=720, seconds=20.0)
    )


def _bare_network(config: NodeConfig) -> tuple[onnxruntime.InferenceSession, "np.typing.NDArray[np.float32]"]:
    """The detector's network called with nothing around it, with the same options."""
    path = ModelStore.standard(config.models.manifests).resolve(config.models.detector.model).path
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    shape = [side if isinstance(side, int) else 1 for side in session.get_inputs()[0].shape]
    return session, np.zeros(shape, np.float32)


def _chain(folder: Path) -> EvidenceChain:
    return EvidenceChain(folder / "evidence", "bench", "bench", NodeKey.open(folder / "node.key"))


def _config(folder: Path, source: Mapping[str, object]) -> NodeConfig:
    return NodeConfig.model_validate(_document(folder, source))


def _document(folder: Path, source: Mapping[str, object]) -> dict[str, object]:
    """A node with one camera and one no-parking zone over the lower part of its picture."""
    zone = {"zone": "bench", "address": "330110-000-0000", "polygon": [[0.02, 0.4], [0.98, 0.4], [0.98, 0.98], [0.02, 0.98]]}
    camera = {"camera": "bench", "source": dict(source), "zones": [zone]}
    return {"site": "bench", "node": "bench", "data_dir": str(folder), "cameras": [camera]}
