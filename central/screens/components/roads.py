"""The map and the time-space diagram of the dispatcher's board, drawn as vectors from the network itself."""

from markupsafe import Markup

from central.screens.scene import Scene
from central.screens.views.dispatch import EngineView, MapView, Point

_PLOT = (720.0, 260.0)
_LEFT, _BOTTOM = 96.0, 24.0


def road_map(scene: Scene, view: MapView, engines: tuple[EngineView, ...]) -> Markup:
    """Roads, ways, signals and engines; every mark has its word beside it."""
    scale = max(view.width, view.height * 2.2) / 900
    body = [Markup('<polyline class="road" points="{}"/>').format(_points(line)) for line in view.roads]
    body += [Markup('<polyline class="way" points="{}"/>').format(_points(engine.line)) for engine in engines]
    for (x, y), tone, name in view.lamps:
        body.append(
            Markup(
                '<g class="tone-text-{}"><circle cx="{}" cy="{}" r="{}"/><text x="{}" y="{}" font-size="{}">{}</text></g>'
            ).format(tone.value, x, y, round(9 * scale, 1), x, round(y - 16 * scale, 1), round(16 * scale, 1), name)
        )
    for engine in engines:
        if engine.at is not None:
            x, y = engine.at
            body.append(
                Markup(
                    '<g class="engine"><rect x="{}" y="{}" width="{}" height="{}"/>'
                    '<text x="{}" y="{}" font-size="{}">{}</text></g>'
                ).format(
                    round(x - 9 * scale, 1),
                    round(y - 9 * scale, 1),
                    round(18 * scale, 1),
                    round(18 * scale, 1),
                    x,
                    round(y + 30 * scale, 1),
                    round(16 * scale, 1),
                    engine.kind,
                )
            )
    return Markup('<svg class="roads" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        round(view.width), round(view.height), scene.t("dispatch.map"), Markup("").join(body)
    )


def time_space(scene: Scene, engine: EngineView) -> Markup:
    """Seconds to the right, metres up: planned dashed, driven full, each signal a line with its word."""
    width, height = _PLOT
    longest_s = max([*(s for s, _ in engine.planned), *(s for s, _ in engine.trail), 1.0]) * 1.05

    def place(point: Point) -> Point:
        x = _LEFT + point[0] / longest_s * (width - _LEFT - 8)
        return round(x, 1), round(height - _BOTTOM - point[1] / max(engine.length_m, 1.0) * (height - _BOTTOM - 8), 1)

    body = []
    for light in engine.lights:
        _, y = place((0.0, light.at_m))
        body.append(
            Markup('<g class="tone-text-{}"><line x1="{}" y1="{}" x2="{}" y2="{}"/><text x="0" y="{}">{}</text></g>').format(
                light.mark.tone.value, _LEFT, y, width - 8, y, y + 5, light.name[:11]
            )
        )
    body.append(Markup('<polyline class="planned" points="{}"/>').format(_points(tuple(map(place, engine.planned)))))
    body.append(Markup('<polyline class="driven" points="{}"/>').format(_points(tuple(map(place, engine.trail)))))
    for step in range(0, int(longest_s * 0.95) + 1, 30):
        x, y = place((float(step), 0.0))
        body.append(Markup('<text class="axis" x="{}" y="{}">{} s</text>').format(x, y + 18, step))
    return Markup('<svg class="timespace" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        round(width), round(height), scene.t("dispatch.wave"), Markup("").join(body)
    )


def _points(line: tuple[Point, ...]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in line)
