"""Looks of the object detector off the node's main thread: what decides something first, whoever waits longest next."""

import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from queue import Empty, PriorityQueue, SimpleQueue
from typing import TypeVar

from edge.boxes import Rect
from edge.frames import FrameImage
from edge.inference.detections import Detections
from edge.inference.detector import ObjectDetector
from edge.regions import detect_in


class Urgency(Enum):
    """Why a look is wanted; the value is how many seconds it may wait for others that are wanted more."""

    DECIDES = 0.0
    """A rule waits for it: a warning is due, a vehicle comes to rest or leaves."""
    CONFIRMS = 1.0
    """A vehicle stands and must be seen now and then."""
    ROUTINE = 3.0
    """Something moves, or nobody has looked for a while."""


@dataclass(frozen=True, slots=True)
class LookOrder:
    """A picture to look at; `regions` as `edge.regions.detect_in` takes them."""

    image: FrameImage
    regions: Sequence[Rect | None]
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found, what it took and how long it had to wait for its turn, seconds."""

    found: Detections
    took_s: float
    waited_s: float = 0.0


Result = TypeVar("Result")

Steps = Generator[LookOrder, Looked, Result]
"""Work that stops wherever it needs a look and goes on with what was seen; whoever runs it decides who looks and when."""


def look(detector: ObjectDetector, order: LookOrder) -> Looked:
    """Look now, on this thread."""
    begun_s = time.perf_counter()
    found = detect_in(detector, order.image.bgr, order.regions)
    return Looked(found, time.perf_counter() - begun_s)


def run_through(steps: Steps[Result], detector: ObjectDetector) -> Result:
    """Run work to its end on this thread."""
    try:
        order = next(steps)
        while True:
            order = steps.send(look(detector, order))
    except StopIteration as end:
        result: Result = end.value
        return result


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a camera's order: what was seen, or why nothing could be."""

    camera: str
    outcome: Looked | Exception


@dataclass(frozen=True, slots=True, order=True)
class _Waiting:
    by_s: float
    number: int
    camera: str = field(compare=False)
    order: LookOrder | None = field(compare=False)
    """None: the thread that takes this ends."""
    since_s: float = field(compare=False)


class LookPool:
    """`threads` threads that look; ONNX Runtime lets the others run meanwhile. `on_answer` is called on them.

    Whoever has an order in the pool waits for its answer before giving another, so that nothing can pile up.
    """

    def __init__(self, detector: ObjectDetector, threads: int, on_answer: Callable[[], None]) -> None:
        self._detector = detector
        self._on_answer = on_answer
        self._numbers = count()
        self._orders: PriorityQueue[_Waiting] = PriorityQueue()
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=f"looks {number}", daemon=True) for number in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """Orders that nobody has begun with."""
        return self._orders.qsize()

    def order(self, camera: str, order: LookOrder) -> None:
        """Have a picture looked at."""
        now_s = time.monotonic()
        self._orders.put(_Waiting(now_s + order.urgency.value, next(self._numbers), camera, order, now_s))

    def answers(self, timeout_s: float = 0.0) -> list[Answer]:
        """What has been answered since the last call; waits for the first one as long as it may."""
        found: list[Answer] = []
        try:
            found.append(self._answers.get(timeout=timeout_s) if timeout_s > 0 else self._answers.get_nowait())
            while True:
                found.append(self._answers.get_nowait())
        except Empty:
            return found

    def close(self) -> None:
        """End the threads once they have done what they are at."""
        for _ in self._threads:
            self._orders.put(_Waiting(float("-inf"), next(self._numbers), "", None, 0.0))
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (waiting := self._orders.get()).order is not None:
            waited_s = time.monotonic() - waiting.since_s
            outcome: Looked | Exception
            try:
                looked = look(self._detector, waiting.order)
                outcome = Looked(looked.found, looked.took_s, waited_s)
            except Exception as error:  # noqa: BLE001  raised again where the answer is taken
                outcome = error
            self._answers.put(Answer(waiting.camera, outcome))
            self._on_answer()
