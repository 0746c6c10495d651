"""How things fly: gravity and air drag that grows with the square of the speed. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.facade.scene import Throw

Values = NDArray[np.float64]

GRAVITY = 9.81
STEP_S = 0.004


@dataclass(frozen=True, slots=True)
class Flight:
    """Places over time, metres and seconds since it was let go; it ends on the ground."""

    times: Values
    x: Values
    h: Values
    d: Values

    @property
    def seconds(self) -> float:
        return float(self.times[-1])

    def at(self, seconds: float) -> tuple[float, float, float]:
        """Place (x, h, d) at a time within the flight."""
        return tuple(float(np.interp(seconds, self.times, values)) for values in (self.x, self.h, self.d))  # type: ignore[return-value]


def fly(throw: Throw) -> Flight:
    """The flight of a throw until it reaches the ground (Euler-Cromer, steps of 4 ms)."""
    place = np.array([throw.x, throw.released_m, 0.3])
    speed = np.array(throw.speed, np.float64)
    places = [place]
    while place[1] > 0:
        drag = GRAVITY / throw.terminal_m_s**2 * float(np.linalg.norm(speed))
        speed = speed + STEP_S * (np.array([0.0, -GRAVITY, 0.0]) - drag * speed)
        place = place + STEP_S * speed
        places.append(place)
    x, h, d = (np.array([place[axis] for place in places], np.float64) for axis in range(3))
    return Flight(np.array([number * STEP_S for number in range(len(places))], np.float64), x, h, d)
