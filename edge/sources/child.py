"""The decoder process, `python -m edge.sources.child FD`: reads a few cameras and may die at any time without harm to the node.

It imports nothing of inference, tracking or MQTT, so it stays small. It ends when the node closes the line or is gone, and kills
itself when FFmpeg does not come back: a stuck thread cannot be freed, only its process.
"""

import os
import signal
import sys
import threading
import time
from datetime import datetime
from multiprocessing.connection import Connection
from queue import Full, Queue

from edge.frames import SourceState
from edge.sources.decoder import planes_shape, to_planes
from edge.sources.errors import SourceError
from edge.sources.protocol import (
    Attend,
    Changed,
    ClipReply,
    ClipRequest,
    Counters,
    Emptied,
    LookBack,
    LookBackReply,
    Picture,
    Report,
    Setup,
    receive_order,
    send,
)
from edge.sources.reader import CameraReader
from edge.sources.session import DuePicture
from edge.sources.slots import SLOTS, Mailbox, PictureSlots

COUNT_EVERY_S = 2.0
STUCK_MARGIN_S = 10.0
MOST_QUESTIONS = 64
EXIT_STUCK = 3
EXIT_BUG = 4


Pending = tuple[int, DuePicture]
"""A picture and its index, on its way to the node."""


class Desk:
    """Sends what the readers bring to the node, and takes emptied slots back; called on all threads."""

    def __init__(self, connection: Connection, setup: Setup) -> None:
        self._connection = connection
        self._line = threading.Lock()
        self._outgoing = {
            plan.camera: _Outgoing(plan.camera, PictureSlots(descriptor, plan.source.max_pixels), self)
            for plan, descriptor in zip(setup.cameras, setup.memory, strict=True)
        }

    def changed(self, camera: str, state: SourceState, time: datetime, detail: str) -> None:
        self.send(Changed(camera=camera, state=state, time=time, detail=detail))

    def picture(self, camera: str, index: int, due: DuePicture) -> None:
        self._outgoing[camera].offer((index, due))

    def emptied(self, camera: str, slot: int) -> None:
        self._outgoing[camera].emptied(slot)

    def dropped(self, camera: str) -> int:
        """Pictures that were replaced by newer ones before the node took them."""
        return self._outgoing[camera].mailbox.dropped

    def send(self, message: Report, content: bytes | None = None) -> None:
        """One message, with the raw content that follows it, if any; the process ends when the node is gone."""
        with self._line:
            try:
                send(self._connection, message)
                if content is not None:
                    self._connection.send_bytes(content)
            except OSError:
                os._exit(0)


class _Outgoing:
    """Pictures of one camera: converted when there is a slot for them, so that a picture nobody takes costs nothing."""

    def __init__(self, camera: str, slots: PictureSlots, desk: Desk) -> None:
        self.mailbox: Mailbox[Pending] = Mailbox(list(range(SLOTS)))
        self._camera = camera
        self._slots = slots
        self._desk = desk
        self._lock = threading.Lock()

    def offer(self, pending: Pending) -> None:
        with self._lock:
            slot = self.mailbox.offer(pending)
            if slot is not None:
                self._put(slot, pending)

    def emptied(self, slot: int) -> None:
        with self._lock:
            pending = self.mailbox.give_back(slot)
            if pending is not None:
                self._put(slot, pending)

    def _put(self, slot: int, pending: Pending) -> None:
        index, due = pending
        rows, width = planes_shape(due.picture)
        height = rows * 2 // 3
        to_planes(due.picture, self._slots.place(slot, height, width))
        stamp = due.stamp
        self._desk.send(
            Picture(camera=self._camera, index=index, time=stamp.time, clock=stamp.clock, slot=slot, width=width, height=height)
        )


class DecoderProcess:
    """The process: one thread a camera, one for looks back, and this one for what the node says."""

    def __init__(self, connection: Connection, setup: Setup) -> None:
        self._connection = connection
        self._desk = Desk(connection, setup)
        self._stop = threading.Event()
        self._questions: Queue[LookBack] = Queue(MOST_QUESTIONS)
        clock = setup.clock.build()
        self._readers = {
            plan.camera: CameraReader(plan, self._desk, clock, self._stop, not_before=not_before)
            for plan, not_before in zip(setup.cameras, setup.not_before, strict=True)
        }

    def run(self) -> None:
        """Serve until the node closes the line."""
        threads = [threading.Thread(target=reader.run, name=camera, daemon=True) for camera, reader in self._readers.items()]
        threads.append(threading.Thread(target=self._answer_questions, name="looks back", daemon=True))
        for thread in threads:
            thread.start()
        count_at_s = time.monotonic() + COUNT_EVERY_S
        try:
            while True:
                if self._connection.poll(max(0.0, count_at_s - time.monotonic())):
                    self._obey()
                else:
                    count_at_s = time.monotonic() + COUNT_EVERY_S
                    self._count()
        except (EOFError, ConnectionError):
            self._stop.set()

    def _obey(self) -> None:
        match receive_order(self._connection):
            case Emptied(camera=camera, slot=slot):
                self._desk.emptied(camera, slot)
            case ClipRequest() as request:
                self._clip(request)
            case Attend(camera=camera, within_s=within_s, apart_s=apart_s):
                self._readers[camera].attend(within_s, apart_s)
            case LookBack() as question:
                try:
                    self._questions.put_nowait(question)
                except Full:
                    self._desk.send(LookBackReply(number=question.number, camera=question.camera, detail="too many at once"))
            case Setup():
                raise SourceError("a decoder process is set up once")

    def _answer_questions(self) -> None:
        while True:
            question = self._questions.get()
            reply = LookBackReply(number=question.number, camera=question.camera)
            try:
                found = self._readers[question.camera].look_back(question.start, question.end, question.part)
            except SourceError as error:
                self._desk.send(reply.model_copy(update={"detail": str(error)}))
                continue
            if found is None or not found[0]:
                self._desk.send(reply)
                continue
            times, grey = found
            shape = {"times": times, "width": grey.shape[2], "height": grey.shape[1]}
            self._desk.send(reply.model_copy(update=shape), grey.tobytes())

    def _clip(self, request: ClipRequest) -> None:
        try:
            clip = self._readers[request.camera].clip(request.start, request.end)
        except SourceError as error:
            self._desk.send(ClipReply(number=request.number, found=False, detail=str(error)))
            return
        if clip is None:
            self._desk.send(ClipReply(number=request.number, found=False))
            return
        reply = ClipReply(number=request.number, found=True, media_type=clip.media_type, start=clip.start, end=clip.end)
        self._desk.send(reply, clip.content)

    def _count(self) -> None:
        for camera, reader in self._readers.items():
            source, counts = reader.plan.source, reader.counts
            if reader.stuck_s > source.connect_timeout_s + source.read_timeout_s + STUCK_MARGIN_S:
                os._exit(EXIT_STUCK)
            self._desk.send(
                Counters(
                    camera=camera,
                    packets=counts.packets,
                    pictures=counts.pictures,
                    damaged=counts.damaged,
                    dropped=self._desk.dropped(camera),
                )
            )


def end_process(failure: threading.ExceptHookArgs) -> None:
    """What no thread could handle ends the process, and the node starts it again."""
    threading.__excepthook__(failure)
    os._exit(EXIT_BUG)


def main() -> None:
    """Entry point: the line to the node is the file descriptor named on the command line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the node closes the line when it is done
    threading.excepthook = end_process
    connection = Connection(int(sys.argv[1]))
    setup = receive_order(connection)
    if not isinstance(setup, Setup):
        raise SystemExit("the first message must be a setup")
    DecoderProcess(connection, setup).run()
    sys.stderr.flush()
    os._exit(0)  # threads may be inside FFmpeg, and nothing is left to be saved


if __name__ == "__main__":
    main()
