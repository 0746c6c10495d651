import pytest

from central.dispatch.network.errors import NetworkError
from central.dispatch.network.projection import FlatPlane, from_proj
from yuhang.coordinates import Position, distance_m

UTM_33 = "+proj=utm +zone=33 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"
UTM_51 = "+proj=utm +zone=51 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"
UTM_19_SOUTH = "+proj=utm +zone=19 +south +ellps=WGS84 +datum=WGS84 +units=m +no_defs"
LOCAL = "+proj=tmerc +lat_0=30 +lon_0=120 +k=1 +x_0=80000 +y_0=50000 +ellps=GRS80"


@pytest.mark.parametrize(
    ("parameters", "x_m", "y_m", "latitude", "longitude"),
    [  # computed with PROJ 9 (pyproj)
        (UTM_33, 400000, 5810000, 52.431049424635425, 13.529137223279516),
        (UTM_51, 250000.5, 3350000.25, 30.255909853393984, 120.4016743990863),
        (UTM_19_SOUTH, 350000, 6300000, -33.428898205873836, -70.6134912095391),
        (LOCAL, 90000, 83000, 30.297645001301273, 120.10395326701517),
    ],
)
def test_a_plane_point_lies_where_proj_puts_it(
    parameters: str, x_m: float, y_m: float, latitude: float, longitude: float
) -> None:
    assert distance_m(from_proj(parameters).position(x_m, y_m), Position(latitude, longitude)) < 0.001


@pytest.mark.parametrize(
    "parameters", ["+proj=merc", "+proj=utm", "+proj=utm +zone=x", "+proj=tmerc +lon_0=9 +ellps=bessel", "nonsense", ""]
)
def test_a_projection_that_is_not_known_is_refused(parameters: str) -> None:
    with pytest.raises(NetworkError, match="UTM"):
        from_proj(parameters)


def test_a_flat_plane_goes_there_and_back() -> None:
    plane = FlatPlane(Position(30.27, 119.99))
    assert plane.plane(plane.position(1234.5, -987.0)) == pytest.approx((1234.5, -987.0), abs=1e-6)
    assert distance_m(plane.position(3000, 4000), plane.origin) == pytest.approx(5000, abs=1)
