"""One scene file becomes a folder with `NAME.mp4`, `NAME.truth.json` and a copy of the scene as `NAME.yaml`."""

from collections.abc import Callable
from pathlib import Path

from simulators.street.frames import Street
from simulators.street.scene import load_scene
from simulators.street.truth import Truth, TruthKeeper
from simulators.street.video import VideoWriter


def render(
    scene_file: Path,
    folder: Path,
    seconds: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> Truth:
    """Render a scene, or its first `seconds`, into `folder`; `progress` hears each frame's time in seconds.

    Raises:
        SceneError: the scene file cannot be used.
    """
    scene = load_scene(scene_file)
    folder.mkdir(parents=True, exist_ok=True)
    video = folder / f"{scene.name}.mp4"
    duration = scene.duration_s if seconds is None else min(seconds, scene.duration_s)
    keeper = TruthKeeper(scene, video.name)
    with VideoWriter(video, scene.camera.width, scene.camera.height, scene.fps) as writer:
        for frame in Street(scene).frames(duration):
            writer.write(frame)
            keeper.watch(frame)
            if progress is not None:
                progress(frame.seconds)
    truth = keeper.finish(duration)
    (folder / f"{scene.name}.truth.json").write_text(truth.model_dump_json(indent=1), encoding="utf-8")
    (folder / f"{scene.name}.yaml").write_bytes(scene_file.read_bytes())
    return truth
