"""Zones and vehicles drawn over a camera's picture as vectors."""

from collections.abc import Iterable

from markupsafe import Markup

from central.screens.views.live import CameraView, VehicleShape, ZoneShape

_TEXT = 0.035  # height of the letters, as a fraction of the picture's height


def overlay(camera: CameraView) -> Markup:
    """An SVG with the picture's own pixel grid, to be laid over the picture."""
    zones = (_zone(camera, zone) for zone in camera.zones)
    vehicles = (_vehicle(camera, vehicle) for vehicle in camera.vehicles)
    return Markup('<svg class="overlay" viewBox="0 0 {} {}" aria-hidden="true">{}{}</svg>').format(
        camera.width, camera.height, Markup("").join(zones), Markup("").join(vehicles)
    )


def _zone(camera: CameraView, zone: ZoneShape) -> Markup:
    points = _points((x * camera.width, y * camera.height) for x, y in zone.polygon)
    return Markup('<polygon class="zone-line" points="{}"/>').format(points) + _label(camera, zone.name, _foot(camera, zone))


def _foot(camera: CameraView, zone: ZoneShape) -> tuple[float, float]:
    """The lowest corner of a zone, farthest left: its name stands there, clear of the vehicles above."""
    x, y = min(zone.polygon, key=lambda corner: (-corner[1], corner[0]))
    return x * camera.width, min(y * camera.height, camera.height * 0.98)


def _vehicle(camera: CameraView, vehicle: VehicleShape) -> Markup:
    frame = Markup('<rect class="vehicle-line{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        " standing" if vehicle.standing else "",
        vehicle.left,
        vehicle.top,
        max(0, vehicle.right - vehicle.left),
        max(0, vehicle.bottom - vehicle.top),
    )
    above = max(vehicle.top - camera.height * 0.01, camera.height * _TEXT)
    return frame + _label(camera, vehicle.label, (vehicle.left, above))


def _label(camera: CameraView, text: str, at: tuple[float, float]) -> Markup:
    if not text:
        return Markup("")
    return Markup('<text x="{:.0f}" y="{:.0f}" font-size="{:.0f}">{}</text>').format(*at, camera.height * _TEXT, text)


def _points(corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
