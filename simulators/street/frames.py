"""Puts street, shadows and vehicles together into frames, and keeps what has not moved."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.plate_art.drawing import draw_plate
from models.plate_art.layouts import PlateClass
from simulators.street.camera import Camera
from simulators.street.ground import empty_street
from simulators.street.motion import pose_at
from simulators.street.painter import Decal, Pose, Sprite, paint, shadow
from simulators.street.scene import Actor, Scene
from simulators.street.vehicles import PlateMount, vehicle

Image = NDArray[np.uint8]
OPAQUE = 128
"""An alpha above this counts as the vehicle."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A vehicle in a frame: its whole box (left, top, right, bottom in pixels) and how much of it shows, 0 to 1."""

    actor: str
    box: tuple[int, int, int, int]
    visible: float
    inside: float
    """The share of the vehicle's box that lies within the picture."""
    plate_width_px: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture at a time of the scene; `changed` is false where it is the very same picture as before."""

    seconds: float
    image: Image
    sightings: tuple[Sighting, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Look:
    """An actor as the camera sees it at one pose."""

    pose: Pose
    body: Sprite | None
    shade: Sprite | None
    inside: float
    plate_width_px: float


class Street:
    """Renders one scene; the same scene gives the same pixels."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._camera: Camera = scene.camera.camera()
        self._empty: Image = empty_street(self._camera, scene.background)
        self._looks: dict[str, Look] = {}

    def frames(self, seconds: float | None = None) -> Iterator[Frame]:
        """All frames of the scene in order, or those of its first `seconds`."""
        duration = self._scene.duration_s if seconds is None else min(seconds, self._scene.duration_s)
        previous: dict[str, Pose] | None = None
        frame: Frame | None = None
        for index in range(int(duration * self._scene.fps + 1e-6)):
            now = index / self._scene.fps
            poses = {actor.name: pose for actor in self._scene.actors if (pose := pose_at(actor, now)) is not None}
            if frame is None or poses != previous:
                frame = self._compose(now, poses)
            else:
                frame = Frame(now, frame.image, frame.sightings, changed=False)
            previous = poses
            yield frame

    def _compose(self, now: float, poses: dict[str, Pose]) -> Frame:
        self._looks = {name: look for name, look in self._looks.items() if name in poses}
        actors = {actor.name: actor for actor in self._scene.actors}
        near_last = sorted(poses, key=lambda name: -poses[name].y)
        looks = {name: self._look(actors[name], poses[name]) for name in near_last}
        image = self._empty.copy()
        for look in looks.values():
            if look.shade is not None:
                lay(image, look.shade)
        owner = np.zeros(image.shape[:2], dtype=np.uint8)
        for number, look in enumerate(looks.values(), start=1):
            if look.body is not None:
                lay(image, look.body)
                place(owner, look.body)[look.body.alpha > OPAQUE] = number
        sightings = tuple(
            sighting
            for number, (name, look) in enumerate(looks.items(), start=1)
            if (sighting := sighting_of(name, look, owner, number)) is not None
        )
        return Frame(now, image, sightings, changed=True)

    def _look(self, actor: Actor, pose: Pose) -> Look:
        known = self._looks.get(actor.name)
        if known is not None and known.pose == pose:
            return known
        kind = vehicle(actor.vehicle, actor.paint)
        decals = [plate_decal(actor, mount) for mount in kind.mounts] if actor.plate is not None else []
        body = paint(kind.mesh, decals, pose, self._camera)
        look = Look(
            pose=pose,
            body=body,
            shade=shadow(kind.mesh, pose, self._camera),
            inside=self._share_inside(kind.mesh.corners, pose),
            plate_width_px=self._plate_width(decals, pose),
        )
        self._looks[actor.name] = look
        return look

    def _share_inside(self, corners: NDArray[np.float64], pose: Pose) -> float:
        pixels, depth = self._camera.project(pose.place(corners.reshape(-1, 3)))
        if depth.min() < 0.5:
            return 0.0
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        limit = np.array([self._camera.width, self._camera.height])
        cut = np.clip(high, 0, limit) - np.clip(low, 0, limit)
        return float(np.prod(cut) / np.prod(high - low))

    def _plate_width(self, decals: list[Decal], pose: Pose) -> float:
        widths = [0.0]
        for decal in decals:
            corners = pose.place(decal.corners)
            facing = np.cross(corners[1] - corners[0], corners[0] - corners[3])
            pixels, depth = self._camera.project(corners)
            if depth.min() > 0.5 and facing @ (self._camera.position - corners[0]) > 0:
                widths.append(float(np.linalg.norm(pixels[1] - pixels[0])))
        return max(widths)


def plate_decal(actor: Actor, mount: PlateMount) -> Decal:
    """The actor's plate at one of its mounts."""
    picture = draw_plate(actor.plate or "", PlateClass(actor.effective_plate_colour))
    half, high = picture.shape[1] / 2000, 0.070
    left = -half * mount.facing
    corners = np.array(
        [
            [mount.x, left, mount.z + high],
            [mount.x, -left, mount.z + high],
            [mount.x, -left, mount.z - high],
            [mount.x, left, mount.z - high],
        ]
    )
    return Decal(picture, corners)


def place(image: Image, sprite: Sprite) -> Image:
    """The part of a picture that a sprite covers."""
    height, width = sprite.alpha.shape
    return image[sprite.top : sprite.top + height, sprite.left : sprite.left + width]


def lay(image: Image, sprite: Sprite) -> None:
    """Blend a sprite into a picture."""
    ground = place(image, sprite)
    alpha = sprite.alpha.astype(np.uint16)[..., None]
    ground[:] = ((ground * (255 - alpha) + sprite.colour * alpha) // 255).astype(np.uint8)


def sighting_of(name: str, look: Look, owner: Image, number: int) -> Sighting | None:
    """What is true of a vehicle in a frame, or nothing where no pixel of it lies in the picture."""
    if look.body is None:
        return None
    solid = look.body.alpha > OPAQUE
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    if len(rows) == 0:
        return None
    box = (
        look.body.left + int(columns[0]),
        look.body.top + int(rows[0]),
        look.body.left + int(columns[-1]) + 1,
        look.body.top + int(rows[-1]) + 1,
    )
    shown = np.count_nonzero(place(owner, look.body)[solid] == number)
    return Sighting(name, box, shown / int(np.count_nonzero(solid)), look.inside, look.plate_width_px)
