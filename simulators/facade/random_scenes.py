"""Facade scenes drawn from a seed: the same numbers give the same scene."""

import numpy as np

from simulators.facade.scene import Building, Distractions, FacadeScene, Light, Throw

LIGHTS: tuple[Light, ...] = ("day", "dusk", "night")
APART_S = 6.0  # between two throws
TERMINAL_M_S = (40.0, 30.0, 20.0)
DARK, BRIGHT = 15, 245
STRIP_PX = 320


def random_scene(seed: int, seconds: float, *, throws: bool = True) -> FacadeScene:
    """A scene in any light and weather, with a throw about every `APART_S` seconds or with none."""
    random = np.random.default_rng([seed, 77])
    building = Building(floors=int(random.integers(9, 15)), seed=seed)
    light = LIGHTS[seed % 3]
    rain = int(random.integers(40, 160)) if random.random() < 0.3 else 0
    distractions = Distractions(
        birds=int(random.integers(0, 12)),
        leaves=int(random.integers(0, 30)),
        insects=int(random.integers(0, 15)),
        rain=rain,
        laundry=int(random.integers(0, 8)),
        lights=int(random.integers(0, 15)) if light != "day" else 0,
        foliage=bool(random.random() < 0.5),
        exposure_drift=float(random.choice([0.0, 0.03, 0.1])),
    )
    times = np.arange(3.0, seconds - 6.0, APART_S) if throws else np.array([])
    return FacadeScene(
        seed=seed,
        seconds=seconds,
        light=light,
        noise={"day": 2.0, "dusk": 3.0, "night": 4.0}[light],
        building=building,
        throws=tuple(_throw(float(at + random.uniform(0, 1)), building, random) for at in times),
        distractions=distractions,
    )


def strip_of(scene: FacadeScene) -> FacadeScene:
    """The same scene with a facade and a picture of half the width: as many pixels a metre, half the work."""
    share = STRIP_PX / scene.camera.width
    building = scene.building.model_copy(update={"width_m": scene.building.width_m * share})
    return scene.model_copy(update={"building": building, "camera": scene.camera.model_copy(update={"width": STRIP_PX})})


def _throw(at_s: float, building: Building, random: np.random.Generator) -> Throw:
    half = building.width_m / 2 - 3
    return Throw(
        at_s=at_s,
        floor=int(random.integers(4, building.floors + 1)),
        x=float(random.uniform(-half, half)),
        size_m=float(random.uniform(0.18, 0.6)),
        speed=(float(random.uniform(-2, 2)), float(random.choice([0.0, 0.0, 1.5, -2.0])), float(random.uniform(0.5, 2.5))),
        terminal_m_s=float(random.choice(TERMINAL_M_S)),
        grey=int(random.choice([DARK, BRIGHT])),
        mirrored=float(random.choice([0.0, 0.0, 0.4])),
    )
