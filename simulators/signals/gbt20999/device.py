"""The controller behind GB/T 20999-2017: answers queries, sets and heartbeats, and reports changes by itself.

Any whole frame from a host proves that it is alive; silence longer than the backup time gives the junction back. Values of one
frame that are fine and values that are not are answered in two frames, as OpenATC's firmware does. What is no frame is dropped.
"""

from collections.abc import Callable

from simulators.signals.device import Outgoing
from simulators.signals.gbt20999.frames import (
    DataValue,
    Frame,
    FrameError,
    FrameRules,
    FrameType,
    StreamReader,
    decode,
    encode,
    from_datagram,
)
from simulators.signals.gbt20999.values import DeviceValues, Place, Status
from simulators.signals.kernel.controller import Controller

REPORTED: tuple[Place, ...] = ((6, 3, 2), (8, 6, 3), (13, 2, 2), (13, 2, 3), (13, 2, 4), (16, 2, 2))
"""Reported in a trap when they change, besides the lamps: stages, emergencies, mode, programme and stage, faults."""
MAX_VALUES = 255

ActOnValue = Callable[[DataValue], tuple[Status, list[DataValue]]]


class Gbt20999Controller:
    """A simulated GB/T 20999 controller as a `Device`."""

    def __init__(
        self,
        controller: Controller,
        rules: FrameRules | None = None,
        number: int = 1,
        *,
        traps: bool = True,
        lamp_attribute: int = 1,
    ) -> None:
        self.controller = controller
        self._rules = rules or FrameRules()
        self._number = number
        self._traps = traps
        self._values = DeviceValues(controller, lamp_attribute)
        self._streams: dict[str, StreamReader] = {}
        self._hosts: dict[str, int] = {}
        self._reported = self._snapshot()
        self._trap_sequence = 0

    def receive(self, peer: str, data: bytes) -> list[bytes]:
        """Bytes of a stream, or one datagram where nothing is escaped."""
        answers = []
        for inner in self._cut(peer, data):
            try:
                frame = decode(inner, self._rules)
            except FrameError:
                continue
            if frame.controller == self._number:
                self._hosts[peer] = frame.host
                self.controller.hear_centre()
                answers += [encode(answer, self._rules) for answer in self._answers(frame)]
        return answers

    def advance(self, ticks: int) -> list[Outgoing]:
        """Let time pass, and report what has changed."""
        sent = []
        for _ in range(ticks):
            self.controller.advance()
            sent += self._report()
        return sent

    def disconnected(self, peer: str) -> None:
        """The stream is gone, and so is who listened there."""
        self._streams.pop(peer, None)
        self._hosts.pop(peer, None)

    def _cut(self, peer: str, data: bytes) -> list[bytes]:
        if self._rules.escaped:
            return self._streams.setdefault(peer, StreamReader()).feed(data)
        try:
            return [from_datagram(data)]
        except FrameError:
            return []

    def _answers(self, frame: Frame) -> list[Frame]:
        match frame.kind:
            case FrameType.HEARTBEAT:
                return [self._answer(frame, FrameType.HEARTBEAT_REPLY, [])]
            case FrameType.QUERY:
                return self._sorted(frame, FrameType.QUERY_REPLY, FrameType.QUERY_ERROR, self._queried)
            case FrameType.SET:
                return self._sorted(frame, FrameType.SET_REPLY, FrameType.SET_ERROR, self._set)
            case FrameType.BROADCAST:
                for value in frame.values:
                    self._set(value)
                return []
            case _:
                return []

    def _sorted(self, frame: Frame, good: FrameType, bad: FrameType, act: ActOnValue) -> list[Frame]:
        fine: list[DataValue] = []
        wrong: list[DataValue] = []
        for value in frame.values:
            status, answers = act(value)
            (wrong if status else fine).extend(answers)
        slices = [(good, fine[at : at + MAX_VALUES]) for at in range(0, len(fine), MAX_VALUES)]
        return [self._answer(frame, kind, values) for kind, values in (*slices, (bad, wrong)) if values]

    def _queried(self, value: DataValue) -> tuple[Status, list[DataValue]]:
        place = (value.data_class, value.object_number, value.attribute)
        rows = self._values.read(place, value.element)
        if rows is None:
            return Status.NO_VALUE, [_filled(value, bytes([Status.NO_VALUE]))]
        return Status.DONE, [_filled(value, content, element) for element, content in rows.items()]

    def _set(self, value: DataValue) -> tuple[Status, list[DataValue]]:
        place = (value.data_class, value.object_number, value.attribute)
        status = self._values.write(place, value.element, value.content)
        return status, [_filled(value, bytes([status]))]

    def _answer(self, frame: Frame, kind: FrameType, values: list[DataValue]) -> Frame:
        return Frame(kind, frame.sequence, tuple(values), frame.version, frame.host, self._number, frame.junction)

    def _snapshot(self) -> dict[tuple[Place, int], bytes]:
        places = (self._values.lamps, *REPORTED)
        return {(place, row): content for place in places for row, content in self._values.columns[place].read().items()}

    def _report(self) -> list[Outgoing]:
        if not self._traps or not self._hosts:
            return []
        now = self._snapshot()
        changed = [(key, content) for key, content in now.items() if self._reported.get(key) != content]
        self._reported = now
        if not changed:
            return []
        self._trap_sequence = (self._trap_sequence + 1) % 256
        values = tuple(DataValue(index, *place, row, content) for index, ((place, row), content) in enumerate(changed, start=1))
        return [
            Outgoing(
                peer, encode(Frame(FrameType.TRAP, self._trap_sequence, values, host=host, controller=self._number), self._rules)
            )
            for peer, host in self._hosts.items()
        ]


def _filled(value: DataValue, content: bytes, element: int | None = None) -> DataValue:
    """The answer to a value of a request: the same place, with content."""
    row = value.element if element is None else element
    return DataValue(value.index, value.data_class, value.object_number, value.attribute, row, content)
