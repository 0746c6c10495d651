"""One rendered street, watched and judged."""

from benchmarks.kerb.node import watch_pictures
from benchmarks.parking.plain import alarms
from benchmarks.parking.score import Outcome, Stay, judge
from simulators.street.frames import Street
from simulators.street.random_scenes import DWELL_S, random_street, stays_too_long
from simulators.street.truth import zone_truth


def run_street(seed: int) -> Outcome:
    """What came of the street of this seed."""
    scene = random_street(seed)
    polygon = zone_truth(scene, scene.zones[0]).polygon
    width, height = scene.camera.width, scene.camera.height
    outline = [(min(max(x / width, 0), 1), min(max(y / height, 0), 1)) for x, y in polygon]
    detector = {"kind": "parking", "warning_dwell_s": DWELL_S}
    zone = {"zone": "pavement", "address": "bench", "polygon": outline, "detector": detector}
    watched = watch_pictures(((frame.seconds, frame.image) for frame in Street(scene).frames()), scene.fps, [zone])
    stays = [Stay(one.stands_from_s, one.stands_until_s or 0.0) for one in scene.actors if stays_too_long(one)]
    return judge(seed, "street", stays, DWELL_S, events=watched.events, plain=alarms(watched.looks, polygon, DWELL_S))
