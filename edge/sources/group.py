"""All cameras of a node as one `FrameSource`: decoder processes that may die and are started again.

One thread uses a group; it needs none of its own.
"""

import contextlib
import socket
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import wait
from typing import Literal, assert_never

import structlog

from edge.frames import Clip, Frame, Moments, Part, SourceChange, SourceState
from edge.image import PlanarImage
from edge.sources.errors import SourceError
from edge.sources.protocol import (
    Attend,
    CameraPlan,
    Changed,
    ClipReply,
    ClipRequest,
    Counters,
    Emptied,
    LookBack,
    LookBackReply,
    Picture,
    receive_clip,
    receive_moments,
    receive_report,
    send,
)
from edge.sources.state import Backoff, RestartBudget
from edge.sources.worker import Restart, Worker
from yuhang.clock import Clock, ScaledClock, SystemClock
from yuhang.config.clock import ClockConfig

CAMERAS_A_PROCESS = 4
_CLIP_TIMEOUT_S = 15.0
_RESTART_MIN_S = 0.5
_RESTART_MAX_S = 60.0
_CLOSE_S = 2.0
_SILENT_S = 20.0  # a decoder process reports its counters every two seconds

log = structlog.get_logger(__name__)


class CameraGroup:
    """Cameras read by decoder processes, `cameras_a_process` each.

    When a process dies, its cameras are reported lost at once and started again after a wait that doubles with each death. Nobody
    knows which of its cameras killed it, so after a second death in a row each gets a process of its own. A camera whose process
    dies more often than its budget allows has failed: it is tried again slowly.
    """

    def __init__(
        self,
        cameras: Sequence[CameraPlan],
        clock: Clock,
        *,
        cameras_a_process: int = CAMERAS_A_PROCESS,
        budget: Callable[[], RestartBudget] = RestartBudget,
    ) -> None:
        self.restarts = 0
        self.counters: dict[str, Counters] = {}
        self._clock = clock
        self._clock_config = clock_config(clock)
        self._ready: deque[Frame | SourceChange | Moments | _Waiting] = deque()
        self._last: dict[str, datetime] = {}
        self._backoff = {plan.camera: Backoff(_RESTART_MIN_S, _RESTART_MAX_S) for plan in cameras}
        self._budgets = {plan.camera: budget() for plan in cameras}
        self._healths = {plan.camera: CameraHealth() for plan in cameras}
        self._restarts: list[Restart] = []
        self._attention: dict[str, Attend] = {}
        self._questions = 0
        self._clips = 0
        self._clip: Clip | None = None
        self._clip_pending = False
        self._workers: list[Worker] = []
        self._bell, self._bell_rope = socket.socketpair()
        self._bell_rope.setblocking(False)
        for number in range(0, len(cameras), cameras_a_process):
            self._start(tuple(cameras[number : number + cameras_a_process]))

    def read(self, timeout_s: float, busy: Collection[str] = ()) -> Frame | SourceChange | Moments | None:
        """The next picture, change or answer of any camera, or None after `timeout_s` real seconds without one, or if woken.

        What the cameras in `busy` bring stays where it is; their decoder processes replace old pictures by newer ones.
        """
        until_s = time.monotonic() + timeout_s
        while (number := self._next(busy)) is None:
            self._start_again()
            now_s = time.monotonic()
            if now_s > until_s:
                return None
            next_s = min([until_s, *(restart.at_s for restart in self._restarts)])
            if self._hear(max(0.0, next_s - now_s)):
                return None
        item = self._ready[number]
        del self._ready[number]
        return self._taken(item) if isinstance(item, _Waiting) else item

    def wake(self) -> None:
        """Let whoever waits in `read` go on; for any thread."""
        with contextlib.suppress(BlockingIOError):  # full of calls that nobody has heard yet: one is enough
            self._bell_rope.send(b"!")

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None:
        """The camera's own packets from the key frame at or before `start` to `end`, or None if they are no longer held."""
        worker = self._worker_of(camera)
        if worker is None:
            return None
        self._clips += 1
        self._clip = None
        self._clip_pending = True
        until_s = time.monotonic() + _CLIP_TIMEOUT_S
        if not self._say(worker, ClipRequest(number=self._clips, camera=camera, start=start, end=end)):
            return None
        while worker in self._workers and time.monotonic() < until_s:
            if worker.connection.poll(max(0.0, until_s - time.monotonic())):
                self._hear_worker(worker)
            if not self._clip_pending:
                return self._clip
        log.warning("no clip", camera=camera)
        return None

    def attend(self, camera: str, within_s: float | None, apart_s: float = 0.0) -> None:
        """Let the camera show a picture at least every `within_s` seconds of stream time; None: key frames `apart_s` apart."""
        self._attention[camera] = Attend(camera=camera, within_s=within_s, apart_s=apart_s)
        if (worker := self._worker_of(camera)) is not None:
            self._say(worker, self._attention[camera])

    def look_back(self, camera: str, start: datetime, end: datetime, part: Part) -> int | None:
        """Ask for a part of the pictures between two times; `read` gives the answer as `Moments` with this number."""
        worker = self._worker_of(camera)
        if worker is None:
            return None
        self._questions += 1
        asked = self._say(worker, LookBack(number=self._questions, camera=camera, start=start, end=end, part=part))
        return self._questions if asked else None

    def restart(self, camera: str, why: str, plan: CameraPlan | None = None) -> None:
        """Read a camera anew, in a process of its own and by another plan where one is given.

        The cameras that shared its process are started again as well, at once; what they held for clips is gone.
        """
        worker = self._worker_of(camera)
        waiting = next((restart for restart in self._restarts if any(one.camera == camera for one in restart.cameras)), None)
        if worker is not None:
            self._workers.remove(worker)
            self._give_back(worker)
            worker.bury(_CLOSE_S)
            for shared in worker.cameras:
                self._change(SourceChange(shared.camera, SourceState.LOST, self._now(shared.camera), why))
        elif waiting is not None:
            self._restarts.remove(waiting)
        cameras = worker.cameras if worker else waiting.cameras if waiting else ()
        own = tuple(plan or one for one in cameras if one.camera == camera)
        others = tuple(one for one in cameras if one.camera != camera)
        for group in filter(None, (own, others)):
            self._start(group)

    @property
    def waiting(self) -> int:
        """Pictures and changes that the main loop has not taken yet."""
        return len(self._ready)

    def healths(self) -> dict[str, "CameraHealth"]:
        """How each camera is, by name."""
        return dict(self._healths)

    def close(self) -> None:
        """End all processes, by force if they do not end by themselves."""
        for worker in self._workers:
            worker.hang_up()
        until_s = time.monotonic() + _CLOSE_S
        for worker in self._workers:
            worker.bury(max(0.0, until_s - time.monotonic()))
        self._workers = []
        self._restarts = []
        self._bell.close()
        self._bell_rope.close()

    # --- processes ----------------------------------------------------------------------------------------------------

    def _start(self, cameras: tuple[CameraPlan, ...]) -> None:
        last = tuple(self._last.get(plan.camera) for plan in cameras)
        worker = Worker(cameras, self._clock_config, last)
        self._workers.append(worker)
        for plan in cameras:
            if (attention := self._attention.get(plan.camera)) is not None:
                self._say(worker, attention)

    def _worker_of(self, camera: str) -> Worker | None:
        return next((worker for worker in self._workers if camera in worker.states), None)

    def _start_again(self) -> None:
        now_s = time.monotonic()
        due = [restart for restart in self._restarts if restart.at_s <= now_s]
        self._restarts = [restart for restart in self._restarts if restart.at_s > now_s]
        for restart in due:
            self.restarts += 1
            self._start(restart.cameras)

    def _lost(self, worker: Worker, why: str) -> None:
        """A process is gone, or must go."""
        self._workers.remove(worker)
        self._give_back(worker)
        if why:
            worker.process.kill()
        status = worker.bury(_CLOSE_S)
        if worker.is_done:
            return
        why = why or f"its decoder process ended with status {status}"
        alive = [plan for plan in worker.cameras if not worker.has_ended(plan.camera)]
        waits = [self._backoff[plan.camera].failed(worker.lived_s) for plan in alive]
        log.warning("decoder process lost", cameras=[plan.camera for plan in alive], status=status, wait_s=max(waits))
        now_s = time.monotonic()
        failed = [plan for plan in alive if self._budgets[plan.camera].died(now_s)]
        for plan in alive:
            self._change(SourceChange(plan.camera, SourceState.LOST, self._now(plan.camera), why))
            health = self._healths[plan.camera]
            self._healths[plan.camera] = replace(health, restarts=health.restarts + 1, failed=plan in failed)
        if failed:
            waits.append(max(self._budgets[plan.camera].slow_s for plan in failed))
            log.error("cameras have failed and are tried again slowly", cameras=[plan.camera for plan in failed], reason=why)
        apart = bool(failed) or any(self._backoff[plan.camera].failures > 1 for plan in alive)
        groups = [(plan,) for plan in alive] if apart else [tuple(alive)]
        self._restarts += [Restart(group, time.monotonic() + max(waits)) for group in groups]

    def _give_back(self, worker: Worker) -> None:
        """Copy the pictures that still lie in the slots of a process that goes."""
        self._ready = deque(
            self._taken(item) if isinstance(item, _Waiting) and item.worker is worker else item for item in self._ready
        )

    # --- what they say ------------------------------------------------------------------------------------------------

    def _next(self, busy: Collection[str]) -> int | None:
        """Where the next item of a camera that is not busy stands."""
        return next((number for number, item in enumerate(self._ready) if item.camera not in busy), None)

    def _hear(self, timeout_s: float) -> bool:
        """Listen to the processes for so long; whether somebody has called `wake` meanwhile."""
        by_line = {worker.connection: worker for worker in self._workers}
        heard = wait([self._bell, *by_line], timeout_s)
        if self._bell in heard:
            self._bell.recv(4096)
        for line, worker in by_line.items():
            if line in heard:
                worker.heard_s = time.monotonic()
                self._hear_worker(worker)
            elif time.monotonic() - worker.heard_s > _SILENT_S:
                self._lost(worker, f"its decoder process was silent for {_SILENT_S:.0f} s")
        return self._bell in heard

    def _hear_worker(self, worker: Worker) -> None:
        try:
            report = receive_report(worker.connection)
            worker.check(report)
            match report:
                case Picture():
                    self._last[report.camera] = report.time
                    self._ready.append(_Waiting(worker, report))
                case Changed():
                    worker.states[report.camera] = report.state
                    self._change(SourceChange(report.camera, report.state, report.time, report.detail))
                case Counters():
                    self.counters[report.camera] = report
                case ClipReply():
                    self._clip_came(worker, report)
                case LookBackReply():
                    self._ready.append(receive_moments(worker.connection, report))
                    if report.detail:
                        log.warning("no look back", camera=report.camera, detail=report.detail)
                case _:
                    assert_never(report)
        except (EOFError, OSError):
            self._lost(worker, "")
        except SourceError as error:
            self._lost(worker, f"its decoder process was ended: {error}")

    def _change(self, change: SourceChange) -> None:
        health = self._healths[change.camera]
        failed = health.failed and change.state is not SourceState.LIVE
        self._healths[change.camera] = replace(health, state=change.state, detail=change.detail, since=change.time, failed=failed)
        self._ready.append(change)

    def _taken(self, waiting: "_Waiting") -> Frame:
        """Copy a picture out of its slot and give the slot back."""
        worker, picture = waiting.worker, waiting.picture
        planes = worker.slots[picture.camera].read(picture.slot, picture.height, picture.width)
        if worker.has_rare_pictures(picture.camera):
            worker.slots[picture.camera].free(picture.slot)
        self._say(worker, Emptied(camera=picture.camera, slot=picture.slot))
        return Frame(picture.camera, picture.index, picture.time, picture.clock, PlanarImage(planes))

    def _clip_came(self, worker: Worker, reply: ClipReply) -> None:
        clip = None
        if reply.found and reply.start is not None and reply.end is not None:
            clip = Clip(receive_clip(worker.connection), reply.media_type, reply.start, reply.end)
        if reply.detail:
            log.warning("no clip", detail=reply.detail)
        if reply.number == self._clips:
            self._clip = clip
            self._clip_pending = False

    def _say(self, worker: Worker, order: Emptied | ClipRequest | Attend | LookBack) -> bool:
        """Tell a process something; false if it is gone (which shows when it is next heard)."""
        try:
            send(worker.connection, order)
        except OSError:
            return False
        return True

    def _now(self, camera: str) -> datetime:
        """Now, but never before the camera's last picture."""
        now = self._clock.now()
        return max(now, self._last.get(camera, now))


@dataclass(frozen=True, slots=True)
class CameraHealth:
    """How a camera's source is: since when, why, how often its process was started again; `failed` once that was too often."""

    state: SourceState = SourceState.CONNECTING
    detail: str = ""
    since: datetime | None = None
    restarts: int = 0
    failed: bool = False

    @property
    def word(self) -> Literal["connecting", "live", "lost", "ended", "closed", "failed"]:
        """The state, or `failed`."""
        return "failed" if self.failed else self.state.value


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A picture that still lies in its slot."""

    worker: Worker
    picture: Picture

    @property
    def camera(self) -> str:
        return self.picture.camera


def clock_config(clock: Clock) -> ClockConfig:
    """The clock as a child process can build it."""
    match clock:
        case ScaledClock(origin=origin, real_origin=real_origin, speed=speed):
            return ClockConfig(speed=speed, origin=origin, real_origin=real_origin)
        case SystemClock():
            return ClockConfig()
        case _:
            raise SourceError(f"{type(clock).__name__} cannot be shared with decoder processes")
