"""Paints a mesh into a small picture with transparency, as a camera sees it at one place.

The painter's algorithm: facets that face the camera, far ones first, on a canvas three times as fine that is then averaged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.street.camera import Array, Camera
from simulators.street.mesh import Mesh

OVERSAMPLING = 3
SUB_PIXEL_BITS = 4
SUN = np.array([-0.45, -0.50, 0.74]) / np.linalg.norm([-0.45, -0.50, 0.74])
"""Towards the sun, which stands behind the camera's left shoulder: shadows fall to the right and away."""
AMBIENT, SUNLIGHT = 0.50, 0.75
CAST_SHADOW, CONTACT_SHADOW = 0.30, 0.60
DECAL_BRIGHTNESS = 0.9
LENS_BLUR_PX = 0.6


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a vehicle's middle stands on the ground, metres; heading 0 degrees is away from the camera, positive to the left."""

    x: float
    y: float
    heading_deg: float

    def place(self, points: Array) -> Array:
        """World positions of points (..., 3) in the vehicle's axes."""
        angle = np.radians(self.heading_deg + 90.0)
        cosine, sine = np.cos(angle), np.sin(angle)
        turned = np.stack(
            [points[..., 0] * cosine - points[..., 1] * sine, points[..., 0] * sine + points[..., 1] * cosine, points[..., 2]],
            axis=-1,
        )
        placed: Array = turned + np.array([self.x, self.y, 0.0])
        return placed


@dataclass(frozen=True, slots=True)
class Sprite:
    """A picture with transparency at a place of the frame: left, top in pixels, BGR (h, w, 3) and alpha (h, w), both 0 to 255."""

    left: int
    top: int
    colour: NDArray[np.uint8]
    alpha: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Decal:
    """A picture (h, w, 3) glued over four corners in the vehicle's axes: top left, top right, bottom right, bottom left."""

    picture: NDArray[np.uint8]
    corners: Array


def paint(mesh: Mesh, decals: Sequence[Decal], pose: Pose, camera: Camera) -> Sprite | None:
    """The mesh at this pose as the camera sees it, or nothing where no part of it is in the picture."""
    corners = pose.place(mesh.corners)
    origin = pose.place(np.zeros((1, 3)))
    normals = pose.place(mesh.normals) - origin
    centres = corners.mean(axis=1)
    view = camera.position - centres
    view = view / np.linalg.norm(view, axis=1, keepdims=True)
    pixels, depth = camera.project(corners)
    seen = ((normals * view).sum(axis=1) > 0) & (depth.min(axis=1) > 0.5)
    if not seen.any():
        return None
    left, top = np.maximum(np.floor(pixels[seen].min(axis=(0, 1))).astype(int) - 1, 0)
    right, bottom = np.ceil(pixels[seen].max(axis=(0, 1))).astype(int) + 1
    right, bottom = min(int(right), camera.width), min(int(bottom), camera.height)
    if right - left < 2 or bottom - top < 2:
        return None
    order = np.lexsort((-depth.mean(axis=1), mesh.layers))
    order = order[seen[order]]
    colours = np.clip(shade(mesh.colours, mesh.gloss, normals, view) * 255, 0, 255)
    scale = OVERSAMPLING * (1 << SUB_PIXEL_BITS)
    shapes = np.round((pixels - np.array([left, top])) * scale - (1 << SUB_PIXEL_BITS) / 2).astype(np.int32)
    canvas = np.zeros(((bottom - top) * OVERSAMPLING, (right - left) * OVERSAMPLING, 4), dtype=np.uint8)
    for index, colour in zip(order.tolist(), colours[order].tolist(), strict=True):
        cv2.fillConvexPoly(canvas, shapes[index], (*colour, 255.0), cv2.LINE_8, SUB_PIXEL_BITS)
    for decal in decals:
        glue(canvas, decal, pose, camera, np.array([left, top]))
    return reduce_canvas(canvas, int(left), int(top))


def glue(canvas: NDArray[np.uint8], decal: Decal, pose: Pose, camera: Camera, origin: Array) -> None:
    """Lay a decal over the painted canvas, if its front can be seen."""
    corners = pose.place(decal.corners)
    facing = np.cross(corners[1] - corners[0], corners[0] - corners[3])
    if facing @ (camera.position - corners[0]) <= 0:
        return
    pixels, _ = camera.project(corners)
    target = ((pixels - origin) * OVERSAMPLING).astype(np.float32)
    low = np.clip(target.min(axis=0).astype(int) - 1, 0, [canvas.shape[1], canvas.shape[0]])
    high = np.clip(target.max(axis=0).astype(int) + 2, 0, [canvas.shape[1], canvas.shape[0]])
    if (high - low).min() < 1:
        return
    spot = canvas[low[1] : high[1], low[0] : high[0]]
    target -= low.astype(np.float32)
    wanted = float(np.linalg.norm(target[1] - target[0]))
    share = min(1.0, 1.2 * wanted / decal.picture.shape[1])
    picture = cv2.resize(decal.picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    height, width = picture.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    warp = cv2.getPerspectiveTransform(source, target)
    size = (spot.shape[1], spot.shape[0])
    laid = cv2.warpPerspective(picture, warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), warp, size, flags=cv2.INTER_NEAREST) > 0
    spot[mask, :3] = (laid[mask] * DECAL_BRIGHTNESS).astype(np.uint8)
    spot[mask, 3] = 255


def reduce_canvas(canvas: NDArray[np.uint8], left: int, top: int) -> Sprite:
    """The canvas reduced to the camera's own pixels, as soft as a lens would have it."""
    height, width = canvas.shape[0] // OVERSAMPLING, canvas.shape[1] // OVERSAMPLING
    small = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), LENS_BLUR_PX, borderType=cv2.BORDER_REPLICATE).astype(np.float32)
    alpha = small[..., 3]
    full = small[..., :3] * (255.0 / np.maximum(alpha, 1.0))[..., None]
    return Sprite(left, top, np.clip(full, 0, 255).astype(np.uint8), alpha.astype(np.uint8))


def shadow(mesh: Mesh, pose: Pose, camera: Camera) -> Sprite | None:
    """The soft shadow on the ground: what the sun casts, and the darkness between the wheels."""
    points = pose.place(mesh.corners.reshape(-1, 3))
    cast = points - SUN * (points[:, 2:3] / SUN[2])
    low, high = mesh.corners.min(axis=(0, 1)), mesh.corners.max(axis=(0, 1))
    inset = 0.2
    beneath = pose.place(
        np.array(
            [
                [low[0] + inset, low[1] + inset, 0.0],
                [high[0] - inset, low[1] + inset, 0.0],
                [high[0] - inset, high[1] - inset, 0.0],
                [low[0] + inset, high[1] - inset, 0.0],
            ]
        )
    )
    cast_pixels, depth = camera.project(cast)
    beneath_pixels, beneath_depth = camera.project(beneath)
    if min(depth.min(), beneath_depth.min()) < 0.5:
        return None
    both = np.concatenate([cast_pixels, beneath_pixels])
    margin = 24
    left, top = np.maximum(np.floor(both.min(axis=0)).astype(int) - margin, 0)
    right = min(int(both[:, 0].max()) + margin, camera.width)
    bottom = min(int(both[:, 1].max()) + margin, camera.height)
    if right <= left or bottom <= top:
        return None
    darkness = np.zeros((bottom - top, right - left), dtype=np.uint8)
    hull = cv2.convexHull((cast_pixels - [left, top]).astype(np.int32))
    cv2.fillConvexPoly(darkness, hull, round(255 * CAST_SHADOW))
    darkness = cv2.GaussianBlur(darkness, (0, 0), 3)
    contact = np.zeros_like(darkness)
    cv2.fillPoly(contact, [(beneath_pixels - [left, top]).astype(np.int32)], round(255 * CONTACT_SHADOW))
    darkness = np.maximum(darkness, cv2.GaussianBlur(contact, (0, 0), 8))
    return Sprite(int(left), int(top), np.zeros((*darkness.shape, 3), np.uint8), darkness)


def shade(colours: Array, gloss: Array, normals: Array, view: Array) -> Array:
    """The light that facets send to the camera: sun, sky and what a shiny surface mirrors; all (n, 3), BGR from 0 up."""
    lit = np.clip(normals @ SUN, 0.0, 1.0)
    sky = AMBIENT * (0.65 + 0.35 * normals[:, 2])
    diffuse = colours * (sky + SUNLIGHT * lit)[:, None]
    cosine = np.clip((normals * view).sum(axis=1), 0.0, 1.0)
    mirrored = 2 * cosine[:, None] * normals - view
    fresnel = gloss * (0.10 + 0.90 * (1 - cosine) ** 4)
    glint = gloss * np.clip(mirrored @ SUN, 0.0, 1.0) ** 24 * 0.6
    result: Array = diffuse * (1 - fresnel[:, None]) + surroundings(mirrored[:, 2]) * fresnel[:, None] + glint[:, None]
    return result


def surroundings(upward: Array) -> Array:
    """What a mirror that looks `upward` (-1 down to 1 up) sees: road, houses at the horizon, sky; BGR (n, 3)."""
    steps = [-1.0, -0.05, 0.05, 0.25, 1.0]
    blue = np.interp(upward, steps, [0.30, 0.34, 0.50, 0.95, 0.90])
    green = np.interp(upward, steps, [0.30, 0.33, 0.48, 0.90, 0.72])
    red = np.interp(upward, steps, [0.30, 0.32, 0.47, 0.86, 0.55])
    return np.stack([blue, green, red], axis=1)
