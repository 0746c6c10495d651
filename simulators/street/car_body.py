"""The body of a passenger car, lofted from a few measures: sections along the car below the belt line, glass house above.

Everything here is made up from proportions; no model file is used.
"""

from dataclasses import dataclass, replace

import numpy as np

from simulators.street.mesh import Array, Colour, Mesh, Part, box, disc, facets, patch

GLASS: Colour = (0.085, 0.075, 0.065)
BLACK: Colour = (0.03, 0.03, 0.03)
TYRE: Colour = (0.045, 0.045, 0.045)
RIM: Colour = (0.55, 0.55, 0.56)
RED_LIGHT: Colour = (0.06, 0.05, 0.62)
RED_GLOW: Colour = (0.16, 0.12, 0.95)
HEADLIGHT: Colour = (0.85, 0.85, 0.82)
CHROME: Colour = (0.5, 0.5, 0.5)

UNDER, BODY, DECAL, HOUSE, HOUSE_GLASS, TRIM = range(6)


@dataclass(frozen=True, slots=True)
class CarShape:
    """Measures in metres; x runs from the middle of the car forward."""

    length: float
    width: float
    height: float
    belt: float
    boot: float
    """Height of the lid behind the rear window; equal to `belt` on a hatchback."""
    bonnet: float
    """Height of the bonnet above the front wheels."""
    rear_glass: tuple[float, float]
    """x at foot and head of the rear window."""
    front_glass: tuple[float, float]
    """x at foot and head of the windscreen."""
    wheel_radius: float
    wheel_base: float


SEDAN = CarShape(4.65, 1.82, 1.46, 0.96, 0.98, 0.86, (-1.72, -1.02), (1.05, 0.25), 0.33, 2.70)
HATCHBACK = CarShape(4.25, 1.80, 1.50, 0.98, 1.00, 0.88, (-2.02, -1.62), (0.98, 0.20), 0.32, 2.60)
SUV = CarShape(4.65, 1.88, 1.70, 1.10, 1.12, 1.02, (-2.22, -1.82), (1.02, 0.35), 0.37, 2.72)
MINIVAN = CarShape(4.90, 1.86, 1.90, 1.10, 1.12, 1.00, (-2.38, -2.20), (1.62, 0.75), 0.34, 3.00)


def car(shape: CarShape, paint: Colour) -> Mesh:
    """A passenger car of this shape and colour."""
    whole = Mesh.join(
        [
            *underside(shape),
            lower_body(shape, paint),
            *ends(shape, paint),
            *wheels(shape),
            *glass_house(shape, paint),
            *mirrors(shape, paint),
        ]
    )
    return replace(whole, corners=soften(whole.corners, shape))


def soften(points: Array, shape: CarShape) -> Array:
    """Bend the straight loft into a car: ends curved as seen from above, the tail leaning forward, corners drawn in."""
    half, end = shape.width / 2, shape.length / 2
    x, y, z = np.moveaxis(points, -1, 0)
    towards_end = np.clip(np.abs(x) / end, 0.0, 1.1)
    sideways = np.clip(np.abs(y) / half, 0.0, 1.1)
    bent = x * (1 - 0.055 * sideways**3 * towards_end**4)
    lean = np.where(x < -0.6 * end, 0.12 * np.clip((z - 0.62) / 0.4, 0.0, 1.0) * towards_end**6, 0.0)
    return np.stack([bent + lean, y, z], axis=-1)


def lower_body(shape: CarShape, paint: Colour) -> Mesh:
    """Everything below the belt line, as sections from the rear to the front."""
    half, end = shape.width / 2, shape.length / 2
    stations = np.array(
        [-end, -end + 0.05, -end + 0.25, shape.rear_glass[0], 0.0, shape.front_glass[0], end - 0.75, end - 0.22, end - 0.06, end]
    )
    widths = half * np.array([0.86, 0.92, 0.96, 1.0, 1.0, 0.99, 0.965, 0.90, 0.84, 0.78])
    tops = np.array(
        [
            shape.boot - 0.10,
            shape.boot - 0.02,
            shape.boot,
            shape.belt + 0.01,
            shape.belt,
            shape.belt - 0.02,
            shape.bonnet,
            shape.bonnet - 0.11,
            shape.bonnet - 0.2,
            shape.bonnet - 0.3,
        ]
    )
    bottoms = np.array([0.34, 0.27, 0.22, 0.2, 0.2, 0.2, 0.2, 0.2, 0.24, 0.3])
    along = np.concatenate(
        [np.linspace(-end, -end + 0.3, 7)[:-1], np.linspace(-end + 0.3, end - 0.3, 40), np.linspace(end - 0.3, end, 9)[1:]]
    )
    rings = [
        section(
            x, float(np.interp(x, stations, widths)), float(np.interp(x, stations, bottoms)), float(np.interp(x, stations, tops))
        )
        for x in along
    ]
    grid = np.stack(rings)
    skin = Mesh.of(facets(grid.transpose(1, 0, 2)[::-1]), paint, 0.55, BODY)
    shaded = np.where(skin.corners[:, :, 2].mean(axis=1, keepdims=True) < 0.3, np.array(BLACK), skin.colours)
    skin = Mesh(skin.corners, shaded, skin.gloss, skin.layers)
    return Mesh.join([skin, cap(grid[0], paint, backwards=True), cap(grid[-1], paint, backwards=False)])


def section(x: float, half_width: float, bottom: float, top: float) -> Array:
    """One section from the left sill over the top to the right sill, shape (33, 3)."""
    rounding = min(0.13, (top - bottom) / 3)
    angles = np.linspace(0.0, np.pi / 2, 7)
    side_z = np.linspace(bottom, top - rounding, 8)
    belly = 0.035 * np.sin(np.pi * (side_z - bottom) / (top - bottom))
    left = np.stack([half_width - 0.035 + belly, side_z], axis=1)
    turn = np.stack([left[-1, 0] - rounding * (1 - np.cos(angles)), top - rounding + rounding * np.sin(angles)], axis=1)[1:]
    lid = np.array([[turn[-1, 0] * share, top + 0.03 * (1 - share**2)] for share in (0.75, 0.5, 0.25)])
    half = np.concatenate([left, turn, lid])
    middle = np.array([[0.0, top + 0.03]])
    ring = np.concatenate([half, middle, half[::-1] * np.array([-1.0, 1.0])])
    return np.column_stack([np.full(len(ring), x), ring])


def cap(ring: Array, paint: Colour, backwards: bool) -> Mesh:
    """Closes an end: facets between the ring's left half and its right half."""
    count = len(ring) // 2
    left, right = ring[:count], ring[::-1][:count]
    rows = np.stack([left * (1 - share) + right * share for share in np.linspace(0.0, 1.0, 13)], axis=1)
    return Mesh.of(facets(rows if backwards else rows[:, ::-1]), paint, 0.45, BODY)


def ends(shape: CarShape, paint: Colour) -> list[Mesh]:
    """Lights, bumpers, lid seams and grille, just off the two end faces."""
    return [*rear_end(shape, paint), *front_end(shape)]


def rear_end(shape: CarShape, paint: Colour) -> list[Mesh]:
    """What the camera sees most: lamps around the corners, the plate's recess, a bumper that stands out."""
    half, rear = shape.width / 2, -shape.length / 2
    top = shape.boot - 0.12
    seam = tuple(channel * 0.35 for channel in paint)
    bumper = box((rear - 0.09, -half * 0.90, 0.30), (rear + 0.1, half * 0.90, 0.60), paint, 0.4, DECAL)
    parts = [
        bumper,
        face(rear_quad(rear - 0.10, -half * 0.80, half * 0.80, 0.30, 0.40), BLACK, TRIM),
        face(rear_quad(rear - 0.012, -half * 0.42, half * 0.42, 0.62, top - 0.06), (seam[0], seam[1], seam[2]), DECAL),
        face(rear_quad(rear - 0.016, -half * 0.40, half * 0.40, 0.635, top - 0.075), paint, HOUSE, 0.3),
        face(rear_quad(rear - 0.02, -half * 0.34, half * 0.34, top - 0.075, top - 0.05), CHROME, HOUSE_GLASS, 0.5),
    ]
    for side in (-1, 1):
        inner, outer = sorted((side * half * 0.46, side * half * 0.88))
        parts += [
            face(rear_quad(rear - 0.014, inner, outer, top - 0.21, top - 0.01), RED_LIGHT, HOUSE, 0.2),
            face(rear_quad(rear - 0.018, inner + 0.05, outer - 0.05, top - 0.09, top - 0.05), RED_GLOW, HOUSE_GLASS),
            face(rear_quad(rear - 0.018, inner + 0.03, outer - 0.22, top - 0.19, top - 0.14), HEADLIGHT, HOUSE_GLASS),
            face(rear_quad(rear - 0.11, side * half * 0.72 - 0.07, side * half * 0.72 + 0.07, 0.44, 0.48), RED_GLOW, TRIM),
        ]
    return parts


def front_end(shape: CarShape) -> list[Mesh]:
    """Headlights, grille and air inlet."""
    half, front = shape.width / 2, shape.length / 2 + 0.012
    nose = shape.bonnet - 0.32
    parts = [
        face(front_quad(front, -half * 0.45, half * 0.45, nose - 0.13, nose - 0.01), BLACK, DECAL, 0.2),
        face(front_quad(front, -half * 0.7, half * 0.7, 0.3, 0.38), BLACK, DECAL),
    ]
    for side in (-1, 1):
        low, high = sorted((side * half * 0.48, side * half * 0.76))
        parts.append(face(front_quad(front, low, high, nose - 0.12, nose + 0.02), HEADLIGHT, DECAL, 0.3))
    return parts


def face(corners: list[tuple[float, float, float]], colour: Colour, layer: int, gloss: float = 0.0) -> Mesh:
    """One flat rectangle of a colour."""
    return Mesh.of(facets(patch(corners, rows=2, columns=4)), colour, gloss, layer)


def rear_quad(x: float, y_low: float, y_high: float, z_low: float, z_high: float) -> list[tuple[float, float, float]]:
    """The corners of a rectangle that faces backwards."""
    return [(x, y_high, z_low), (x, y_low, z_low), (x, y_low, z_high), (x, y_high, z_high)]


def front_quad(x: float, y_low: float, y_high: float, z_low: float, z_high: float) -> list[tuple[float, float, float]]:
    """The corners of a rectangle that faces forwards."""
    return [(x, y_low, z_low), (x, y_high, z_low), (x, y_high, z_high), (x, y_low, z_high)]


def underside(shape: CarShape) -> list[Mesh]:
    """The dark floor and the treads of the tyres, which show below the bumper."""
    half, radius = shape.width / 2, shape.wheel_radius
    parts = [box((-shape.length / 2 + 0.12, -half + 0.12, 0.18), (shape.length / 2 - 0.12, half - 0.12, 0.5), BLACK, 0.0, UNDER)]
    for x in (-shape.wheel_base / 2 - 0.02, shape.wheel_base / 2 + 0.05):
        for side in (-1, 1):
            inner, outer = sorted((side * (half - 0.24), side * (half - 0.02)))
            parts.append(tread(x, inner, outer, radius))
    return parts


def tread(x: float, y_low: float, y_high: float, radius: float) -> Mesh:
    """The rolling surface of a tyre around the axle at (x, radius)."""
    angles = np.linspace(0.0, 2 * np.pi, 21)
    rim = np.stack([x + radius * np.cos(angles), np.zeros(21), radius + radius * np.sin(angles)], axis=1)
    edges = np.stack([rim + np.array([0.0, y_high, 0.0]), rim + np.array([0.0, y_low, 0.0])])
    return Mesh.of(facets(edges), TYRE, layer=UNDER)


def wheels(shape: CarShape) -> list[Mesh]:
    """Arches, tyres and rims on both sides."""
    parts: list[Mesh] = []
    radius = shape.wheel_radius
    for x in (-shape.wheel_base / 2 - 0.02, shape.wheel_base / 2 + 0.05):
        for side in (-1, 1):
            y = side * (shape.width / 2 - 0.018)
            parts += [
                disc((x, y, radius), radius + 0.06, side, BLACK, layer=DECAL),
                disc((x, y + side * 0.01, radius), radius, side, TYRE, layer=HOUSE),
                disc((x, y + side * 0.02, radius), radius * 0.66, side, RIM, gloss=0.3, layer=HOUSE_GLASS),
                disc((x, y + side * 0.025, radius), radius * 0.2, side, BLACK, layer=TRIM),
            ]
    return parts


def glass_house(shape: CarShape, paint: Colour) -> list[Mesh]:
    """Windows, pillars and roof."""
    foot, head = shape.width / 2 - 0.07, shape.width / 2 - 0.25
    belt, roof = shape.belt - 0.01, shape.height - 0.05
    (rear_foot, rear_head), (front_foot, front_head) = shape.rear_glass, shape.front_glass
    walls = {
        "rear": [(rear_foot, foot, belt), (rear_foot, -foot, belt), (rear_head, -head, roof), (rear_head, head, roof)],
        "front": [(front_foot, -foot, belt), (front_foot, foot, belt), (front_head, head, roof), (front_head, -head, roof)],
        "left": [(front_foot, foot, belt), (rear_foot, foot, belt), (rear_head, head, roof), (front_head, head, roof)],
        "right": [(rear_foot, -foot, belt), (front_foot, -foot, belt), (front_head, -head, roof), (rear_head, -head, roof)],
    }
    parts: list[Mesh] = []
    for name, corners in walls.items():
        wall = np.array(corners)
        parts.append(Mesh.of(facets(patch(wall, bulge=0.03, rows=6, columns=12)), paint, 0.5, HOUSE))
        panes = [(0.07, 0.93)] if name in {"rear", "front"} else side_panes(name)
        parts += [
            Mesh.of(
                facets(patch(wall, part=Part(pane, (0.06, 0.90), lift=0.012), bulge=0.03, rows=14, columns=24)),
                GLASS,
                0.85,
                HOUSE_GLASS,
            )
            for pane in panes
        ]
    crown = [(rear_head, head, roof), (rear_head, -head, roof), (front_head, -head, roof), (front_head, head, roof)]
    parts.append(Mesh.of(facets(patch(crown, bulge=0.055, rows=12, columns=12)), paint, 0.6, HOUSE_GLASS))
    return parts


def side_panes(name: str) -> list[tuple[float, float]]:
    """Where the side windows begin and end, as fractions from left to right seen from outside."""
    panes = [(0.10, 0.47), (0.50, 0.86)]
    return panes if name == "right" else [(1 - high, 1 - low) for low, high in panes]


def mirrors(shape: CarShape, paint: Colour) -> list[Mesh]:
    """The two door mirrors."""
    x, z, y = shape.front_glass[0] - 0.32, shape.belt - 0.04, shape.width / 2 - 0.04
    return [
        box(
            (x - 0.05, min(side * y, side * (y + 0.10)), z),
            (x + 0.06, max(side * y, side * (y + 0.10)), z + 0.13),
            paint,
            0.4,
            HOUSE,
        )
        for side in (-1, 1)
    ]
