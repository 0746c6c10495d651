"""How long each stage of one frame took."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class Stopwatch:
    """Milliseconds by stage; `with watch.stage("detect"): ...` adds to that stage."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.add(name, perf_counter() - start)

    def add(self, name: str, seconds: float) -> None:
        """A stage has taken so long elsewhere."""
        self.milliseconds[name] = self.milliseconds.get(name, 0.0) + seconds * 1000
