"""From the plane of a map to WGS-84: transverse Mercator (UTM and its likes), and a flat plane around a known point.

Krueger's series to the third order in n: under a millimetre within 1,000 km of the meridian (Karney 2011,
Transverse Mercator with an accuracy of a few nanometers, eqs. 7 to 11 and 35 to 36).
"""

import math
from dataclasses import dataclass
from typing import Protocol

from central.dispatch.network.errors import NetworkError
from yuhang.coordinates import EARTH_RADIUS_M, Position

_AXIS_M = 6_378_137.0  # WGS-84
_FLATTENING = 1 / 298.257_223_563
_N = _FLATTENING / (2 - _FLATTENING)
_ECCENTRICITY = math.sqrt(_FLATTENING * (2 - _FLATTENING))
_RECTIFYING_M = _AXIS_M / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96,
    _N**2 / 48 + _N**3 / 15,
    17 * _N**3 / 480,
)
_ALPHA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16,
    13 * _N**2 / 48 - 3 * _N**3 / 5,
    61 * _N**3 / 240,
)


class Projection(Protocol):
    """A plane, metres to the east and north."""

    def position(self, x_m: float, y_m: float) -> Position:
        """Where this point of the plane lies on the earth (WGS-84)."""
        ...


@dataclass(frozen=True, slots=True)
class FlatPlane:
    """A plane that touches the earth at `origin`; right to about 1 m within 10 km."""

    origin: Position

    def position(self, x_m: float, y_m: float) -> Position:
        metres_per_degree = math.radians(EARTH_RADIUS_M)
        east_scale = math.cos(math.radians(self.origin.latitude))
        return Position(
            self.origin.latitude + y_m / metres_per_degree, self.origin.longitude + x_m / (metres_per_degree * east_scale)
        )

    def plane(self, position: Position) -> tuple[float, float]:
        """Metres east and north of the origin."""
        metres_per_degree = math.radians(EARTH_RADIUS_M)
        east = math.cos(math.radians(self.origin.latitude)) * (position.longitude - self.origin.longitude)
        return east * metres_per_degree, (position.latitude - self.origin.latitude) * metres_per_degree


@dataclass(frozen=True, slots=True)
class TransverseMercator:
    """A transverse Mercator plane on the WGS-84 ellipsoid; degrees and metres as in PROJ's lat_0, lon_0, k_0, x_0, y_0."""

    meridian_deg: float
    scale: float = 0.9996
    false_east_m: float = 500_000.0
    false_north_m: float = 0.0
    parallel_deg: float = 0.0

    def position(self, x_m: float, y_m: float) -> Position:
        xi = (y_m - self.false_north_m) / (self.scale * _RECTIFYING_M) + _rectifying_latitude(math.radians(self.parallel_deg))
        eta = (x_m - self.false_east_m) / (self.scale * _RECTIFYING_M)
        xi_sphere = xi - sum(b * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, b in enumerate(_BETA, 1))
        eta_sphere = eta - sum(b * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, b in enumerate(_BETA, 1))
        conformal = math.sin(xi_sphere) / math.hypot(math.sinh(eta_sphere), math.cos(xi_sphere))
        longitude = math.degrees(math.atan2(math.sinh(eta_sphere), math.cos(xi_sphere)))
        return Position(math.degrees(math.atan(_geographic_tangent(conformal))), self.meridian_deg + longitude)


def from_proj(parameters: str) -> TransverseMercator:
    """The projection of a PROJ string (`+proj=utm +zone=33 ...`, `+proj=tmerc ...`); `NetworkError` for any other."""
    given = dict(part.lstrip("+").partition("=")[::2] for part in parameters.split())
    if given.get("ellps", given.get("datum", "WGS84")) not in ("WGS84", "GRS80"):
        raise NetworkError(
            f"projection {parameters!r} is not on the WGS-84 ellipsoid; convert the network to UTM (netconvert --proj.utm)"
        )
    try:
        match given.get("proj"):
            case "utm":
                return TransverseMercator(6 * int(given["zone"]) - 183.0, false_north_m=1e7 if "south" in given else 0.0)
            case "tmerc":
                return TransverseMercator(
                    float(given.get("lon_0", 0)),
                    float(given.get("k_0", given.get("k", 1))),
                    float(given.get("x_0", 0)),
                    float(given.get("y_0", 0)),
                    float(given.get("lat_0", 0)),
                )
    except (KeyError, ValueError) as error:
        raise NetworkError(f"projection {parameters!r} cannot be read ({error}); convert the network to UTM") from error
    raise NetworkError(f"projection {parameters!r} is not known; convert the network to UTM (netconvert --proj.utm)")


def _rectifying_latitude(latitude: float) -> float:
    sine = math.sin(latitude)
    conformal = math.atan(math.sinh(math.atanh(sine) - _ECCENTRICITY * math.atanh(_ECCENTRICITY * sine)))
    return conformal + sum(a * math.sin(2 * j * conformal) for j, a in enumerate(_ALPHA, 1))


def _geographic_tangent(conformal: float) -> float:
    """Tangent of the latitude from that of the conformal latitude (Newton's method, Karney eqs. 19 to 21)."""
    tangent = conformal / (1 - _ECCENTRICITY**2)
    for _ in range(5):
        hypotenuse = math.hypot(1, tangent)
        sigma = math.sinh(_ECCENTRICITY * math.atanh(_ECCENTRICITY * tangent / hypotenuse))
        guess = tangent * math.hypot(1, sigma) - sigma * hypotenuse
        slope = (1 + (1 - _ECCENTRICITY**2) * tangent**2) / ((1 - _ECCENTRICITY**2) * math.hypot(1, tangent))
        step = (conformal - guess) / math.hypot(1, guess) * slope
        tangent += step
        if abs(step) < 1e-15 * max(1.0, abs(tangent)):
            break
    return tangent
