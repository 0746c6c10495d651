"""A little street that renders in a moment."""

from pathlib import Path

import pytest

from simulators.street.render import render
from simulators.street.truth import Truth

SCENE = """
name: little
title: 小街 A little street
fps: 2
duration_s: 24
camera: {width: 320, height: 180, height_m: 5.0, pitch_deg: 14.0, field_of_view_deg: 32.0}
background: {seed: 3, areas: [{kind: pavement, x: [-30, 30], y: [14, 60]}]}
zones:
  - {name: pavement, ground: [[-4, 14], [4, 14], [4, 24], [-4, 24]]}
outages:
  - {start_s: 12, duration_s: 4}
actors:
  - name: guest
    vehicle: sedan
    paint: white
    plate: 浙A8K215
    place: [0.0, 20.0]
    heading_deg: 20
    zone: pavement
    stands_from_s: 6
    arrival: {path: [[4.0, 6.0]], seconds: 4}
  - name: lorry
    vehicle: truck
    place: [0.0, 12.5]
    stands_from_s: 10
    stands_until_s: 14
    arrival: {path: [[0.0, 3.0]], seconds: 2}
    departure: {path: [[0.0, 3.0]], seconds: 2, backwards: true}
"""


@pytest.fixture(scope="session")
def scene_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scene") / "little.yaml"
    path.write_text(SCENE, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def rendered(scene_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """The folder with the video, and the truth."""
    folder = tmp_path_factory.mktemp("rendered")
    return folder, render(scene_file, folder)
