"""Zones and vehicles drawn over a camera's picture as vectors."""

from collections.abc import Iterable

from markupsafe import Markup

from central.screens.views.live import CameraView, VehicleShape, ZoneShape


def overlay(camera: CameraView) -> Markup:
    """An SVG with the picture's own pixel grid, to be laid over the picture."""
    zones = (_zone(camera, zone) for zone in camera.zones)
    vehicles = (_vehicle(vehicle) for vehicle in camera.vehicles)
    return Markup('<svg class="overlay" viewBox="0 0 {} {}" aria-hidden="true">{}{}</svg>').format(
        camera.width, camera.height, Markup("").join(zones), Markup("").join(vehicles)
    )


def _zone(camera: CameraView, zone: ZoneShape) -> Markup:
    points = _points((x * camera.width, y * camera.height) for x, y in zone.polygon)
    return Markup('<polygon class="zone-line" points="{}"><title>{}</title></polygon>').format(points, zone.name)


def _vehicle(vehicle: VehicleShape) -> Markup:
    return Markup('<rect class="vehicle-line{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        " standing" if vehicle.standing else "",
        vehicle.left,
        vehicle.top,
        max(0, vehicle.right - vehicle.left),
        max(0, vehicle.bottom - vehicle.top),
    )


def _points(corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
