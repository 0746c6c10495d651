"""What central has asked for and what takes time: pictures, clips, restarts, reloading, the self-test.

Commands come on the session's thread and wait in a queue. The main loop does what touches cameras and configuration; a thread of
its own brings files to central and says when it is done, so that nothing ever holds up the next frame.
"""

import hashlib
import queue
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

import cv2
import structlog

from edge.faces.consent import Withdrawal
from edge.frames import Clip, Frame
from edge.results import FrameResult
from edge.sources.errors import SourceError
from yuhang.clock import Clock
from yuhang.errors import ConfigError, StorageError
from yuhang.messages import (
    Command,
    CutClip,
    Finding,
    Reload,
    Reply,
    RestartCamera,
    ResultFile,
    SelfTest,
    TakeSnapshot,
    WithdrawFace,
)

log = structlog.get_logger(__name__)

Status = Literal["done", "refused", "expired"]
SNAPSHOT_QUALITY = 92
PICTURE_WAIT_S = 15.0
MOST_WAITING = 32
UPLOAD_TRIES = 5
_AGAIN_S = 2.0


class Cameras(Protocol):
    """The node's cameras; `CameraGroup` is them."""

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None: ...

    def restart(self, camera: str, why: str) -> None: ...


class Results(Protocol):
    """Where files go; `CentralHttp` is one."""

    def put_result(self, command: str, content: bytes, media_type: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Helpers:
    """What errands are done with. `names` are the node's cameras; `results` is None where no central is configured.

    Pictures of the `private` cameras stay on the node.
    """

    names: frozenset[str]
    cameras: Cameras
    results: Results | None
    clock: Clock
    reload: Callable[[], str]
    self_test: Callable[[], tuple[Finding, ...]]
    private: Callable[[], Collection[str]] = frozenset
    withdraw: Callable[[str], Withdrawal | None] = lambda _enrolment: None


@dataclass(frozen=True, slots=True)
class _Bringing:
    """A file on its way to central."""

    command: Command
    content: bytes
    media_type: Literal["image/jpeg", "video/mp4"]
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A picture that the camera's next frame gives."""

    command: TakeSnapshot
    until_s: float


class ErrandBoy:
    """Does the errands and answers each once. `take` may be called on any thread, `step` and `saw` on the main loop's."""

    def __init__(self, helpers: Helpers) -> None:
        self._helpers = helpers
        self._answer: Callable[[Reply], None] = lambda _: None
        self._waiting: queue.Queue[Command] = queue.Queue(MOST_WAITING)
        self._wanted: list[_Wanted] = []
        self._outgoing: queue.Queue[_Bringing | None] = queue.Queue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._bring_all, name="errands", daemon=True)

    def on_done(self, answer: Callable[[Reply], None]) -> None:
        """Call `answer`, on any thread, with the last word on each command."""
        self._answer = answer

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what is on its way is given up."""
        self._stop.set()
        self._outgoing.put(None)
        self._thread.join()

    def take(self, command: Command) -> str:
        """Take a command on; the reason if it cannot be."""
        camera = getattr(command, "camera", None)
        if camera is not None and camera not in self._helpers.names:
            return f"this node has no camera {camera}; it has {', '.join(sorted(self._helpers.names))}"[:300]
        if isinstance(command, TakeSnapshot | CutClip) and camera in self._helpers.private():
            return f"camera {camera} looks at faces: its pictures stay on the node"
        if isinstance(command, TakeSnapshot | CutClip) and self._helpers.results is None:
            return "this node has no central to bring files to (central.url)"
        try:
            self._waiting.put_nowait(command)
        except queue.Full:
            return "too many commands wait; ask again later"
        return ""

    def step(self) -> None:
        """Do what waits; called between two frames."""
        for wanted in [one for one in self._wanted if one.until_s < time.monotonic()]:
            self._wanted.remove(wanted)
            self._refuse(wanted.command, f"camera {wanted.command.camera} gave no picture for {PICTURE_WAIT_S:.0f} s")
        while not self._waiting.empty():
            command = self._waiting.get_nowait()
            if command.expires_at <= self._helpers.clock.now():
                self._reply(command, "expired", "the node came to it too late")
                continue
            try:
                self._do(command)
            except (ConfigError, SourceError, StorageError) as error:
                self._refuse(command, str(error))

    def saw(self, frame: Frame, _result: FrameResult) -> None:
        """Called for every frame: whoever waits for a picture of this camera gets it."""
        for wanted in [one for one in self._wanted if one.command.camera == frame.camera]:
            self._wanted.remove(wanted)
            done, jpeg = cv2.imencode(".jpg", frame.image.bgr, [cv2.IMWRITE_JPEG_QUALITY, SNAPSHOT_QUALITY])
            if done:
                self._outgoing.put(_Bringing(wanted.command, jpeg.tobytes(), "image/jpeg", frame.time))
            else:
                self._refuse(wanted.command, "the picture could not be encoded")

    def _do(self, command: Command) -> None:
        match command:
            case TakeSnapshot():
                self._wanted.append(_Wanted(command, time.monotonic() + PICTURE_WAIT_S))
            case CutClip():
                self._cut(command)
            case RestartCamera(camera=camera):
                self._helpers.cameras.restart(camera, "restarted by a person")
                self._reply(command, "done", "")
            case Reload():
                self._reply(command, "done", self._helpers.reload())
            case SelfTest():
                self._reply(command, "done", "", findings=self._helpers.self_test())
            case WithdrawFace():
                self._withdraw(command)
            case _:
                self._refuse(command, "this node cannot do that")

    def _withdraw(self, command: WithdrawFace) -> None:
        proof = self._helpers.withdraw(command.enrolment)
        if proof is None:
            self._reply(command, "done", "there is no such enrolment here")
        else:
            self._reply(command, "done", f"deleted {proof.template_sha256}, signed {proof.signature}")

    def _cut(self, command: CutClip) -> None:
        now = self._helpers.clock.now()
        clip = self._helpers.cameras.clip(command.camera, now - timedelta(seconds=command.seconds), now)
        if clip is None:
            self._refuse(command, f"nothing is held of camera {command.camera} (source.clip_s, source.clip_mb)")
        else:
            self._outgoing.put(_Bringing(command, clip.content, "video/mp4", clip.start))

    def _bring_all(self) -> None:
        while not self._stop.is_set():
            bringing = self._outgoing.get()
            if bringing is not None:
                self._bring(bringing)

    def _bring(self, bringing: _Bringing) -> None:
        command, results = bringing.command, self._helpers.results
        for _ in range(UPLOAD_TRIES):
            if results is not None and results.put_result(command.id, bringing.content, bringing.media_type):
                file = ResultFile(
                    sha256=hashlib.sha256(bringing.content).hexdigest(),
                    size=len(bringing.content),
                    media_type=bringing.media_type,
                    captured_at=bringing.captured_at,
                )
                self._reply(command, "done", "", file=file)
                return
            if command.expires_at <= self._helpers.clock.now() or self._stop.wait(_AGAIN_S):
                break
        self._refuse(command, "central did not take the file")

    def _refuse(self, command: Command, detail: str) -> None:
        self._reply(command, "refused", detail)

    def _reply(
        self, command: Command, status: Status, detail: str, *, file: ResultFile | None = None, findings: tuple[Finding, ...] = ()
    ) -> None:
        now = self._helpers.clock.now()
        self._answer(Reply(id=command.id, status=status, detail=detail[:300], time=now, file=file, findings=findings))
