"""The conflict monitor of ours: it reads the lamps over time and says when something unsafe was shown.

Between two readings a lamp may have changed at any moment, and a reading is true at some moment between question and answer.
Every duration is judged by the longest that fits the readings: what is reported as too short was too short.
"""

from dataclasses import dataclass, field

from central.dispatch.controllers.model import GroupKind, JunctionModel
from central.dispatch.controllers.state import Lamp, SignalState

TOLERANCE_S = 0.2  # of the controller's own clock and of the way of a reading


@dataclass(slots=True)
class _Group:
    """`green_after_s`: the last reading before green was seen; `left_after_s`: the last reading with green."""

    lamp: Lamp = Lamp.UNKNOWN
    seen_s: float = 0.0
    green_after_s: float | None = None
    green_seen_s: float | None = None
    left_after_s: float | None = None


@dataclass(slots=True)
class LampWatch:
    """Fed with every reading of one junction, in order."""

    model: JunctionModel
    _groups: dict[int, _Group] = field(default_factory=dict)

    def read(self, state: SignalState) -> str:
        """What is unsafe in this reading, or nothing. Times are judged only while a programme or we steer."""
        pair = self.model.conflicting(state.green)
        if pair is not None:
            return f"conflicting_green:{pair[0]}+{pair[1]}"
        if not state.control.may_be_asked:
            self._groups.clear()
            return ""
        findings = [self._moved(number, lamp, state.read_at_s, state.latest_s) for number, lamp in state.lamps.items()]
        return next((finding for finding in findings if finding), "")

    def green_for_s(self, number: int, now_s: float) -> float:
        """Seconds for which the group has been green at least; those before the first reading do not count."""
        group = self._groups.get(number)
        return 0.0 if group is None or group.green_seen_s is None else now_s - group.green_seen_s

    def _moved(self, number: int, lamp: Lamp, at_s: float, latest_s: float) -> str:
        group = self._groups.setdefault(number, _Group())
        before, seen_s = group.lamp, group.seen_s
        group.lamp, group.seen_s = lamp, at_s
        if before is Lamp.UNKNOWN or lamp is Lamp.UNKNOWN:
            self._forget(group, lamp, latest_s)
            return ""
        if lamp.lets_go and not before.lets_go:
            group.green_after_s, group.green_seen_s, group.left_after_s = seen_s, latest_s, None
            return ""
        finding = ""
        if before.lets_go and not lamp.lets_go:
            finding = self._green_too_short(number, group, latest_s)
            group.green_seen_s, group.green_after_s, group.left_after_s = None, None, seen_s
        if lamp is Lamp.RED and group.left_after_s is not None:
            finding = finding or self._yellow_too_short(number, latest_s - group.left_after_s)
            group.left_after_s = None
        return finding

    @staticmethod
    def _forget(group: _Group, lamp: Lamp, at_s: float) -> None:
        group.green_after_s, group.left_after_s = None, None
        group.green_seen_s = at_s if lamp.lets_go else None

    def _green_too_short(self, number: int, group: _Group, at_s: float) -> str:
        known = self.model.groups.get(number)
        if known is None or group.green_after_s is None:
            return ""
        return f"short_green:{number}" if at_s - group.green_after_s + TOLERANCE_S < known.minimum_green_s else ""

    def _yellow_too_short(self, number: int, longest_s: float) -> str:
        known = self.model.groups.get(number)
        if known is None or known.kind is not GroupKind.VEHICLE:
            return ""
        return f"short_yellow:{number}" if longest_s + TOLERANCE_S < known.yellow_s else ""
