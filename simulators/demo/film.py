"""Renders the demo's scenes once and keeps them; renders again only what a change of scene or renderer has touched."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from simulators import street
from simulators.demo.configs import Street
from simulators.street.render import render
from simulators.street.scene import load_scene
from simulators.street.truth import load_truth

SCENES_FOLDER = Path(__file__).parents[1] / "scenes"
PARALLEL = 2


def stamp_of(scene_file: Path) -> str:
    """Hash of everything that decides the pixels: the scene and the renderer's code."""
    digest = hashlib.sha256(scene_file.read_bytes())
    for source in sorted(Path(street.__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def film(folder: Path, report: Callable[[str, int, int], None]) -> list[Street]:
    """All scenes, rendered into `folder`; `report(scene, done, of)` hears of each that had to be rendered."""
    files = sorted(SCENES_FOLDER.glob("*.yaml"))
    missing = [file for file in files if not _is_fresh(folder, file)]
    if missing:
        report("", 0, len(missing))
        with ProcessPoolExecutor(PARALLEL) as pool:
            running = {pool.submit(partial(render, file, folder)): file for file in missing}
            for done, future in enumerate(as_completed(running), start=1):
                future.result()
                file = running[future]
                (folder / f"{file.stem}.stamp").write_text(stamp_of(file))
                report(file.stem, done, len(missing))
    return [Street(load_scene(file), load_truth(folder / f"{file.stem}.truth.json")) for file in files]


def _is_fresh(folder: Path, scene_file: Path) -> bool:
    stamp = folder / f"{scene_file.stem}.stamp"
    return stamp.exists() and stamp.read_text() == stamp_of(scene_file) and (folder / f"{scene_file.stem}.mp4").exists()
