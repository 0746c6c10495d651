"""A replay made visible: zones, boxes, timers and states drawn into an H.264 video."""

from datetime import datetime
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from edge.config import CameraConfig
from edge.frames import Frame
from edge.results import FrameResult
from yuhang.errors import StorageError
from yuhang.messages import CameraCondition, SeenVehicle

Colour = tuple[int, int, int]

ZONE: Colour = (60, 200, 255)
PASSING: Colour = (190, 190, 190)
STANDING: Colour = (0, 215, 255)
STOPPED: Colour = (60, 60, 255)
TEXT: Colour = (255, 255, 255)
CONDITIONS = {
    CameraCondition.OK: "正常 ok",
    CameraCondition.LOST: "离线 lost",
    CameraCondition.MOVED: "镜头移位 moved",
    CameraCondition.DARK: "过暗 dark",
    CameraCondition.BLOCKED: "遮挡 blocked",
    CameraCondition.BLURRED: "模糊 blurred",
}
TICKS = 1000  # of the video's time base a second
SMALLEST_WIDTH = 768
TEXT_SIZE = 15


class ViewWriter:
    """Draws each analysed frame and writes it to an MP4 file, in the recording's own time."""

    def __init__(self, path: Path, camera: CameraConfig) -> None:
        self._camera = camera
        self._font = cv2.FontFace("uni")
        try:
            self._out = av.open(str(path), "w", format="mp4")
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error
        self._stream = self._out.add_stream("libx264", rate=Fraction(camera.picture_fps).limit_denominator(1000))
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": "23", "preset": "veryfast"}
        self._stream.codec_context.time_base = Fraction(1, TICKS)
        self._start: datetime | None = None
        self._size: tuple[int, int] | None = None

    def write(self, frame: Frame, result: FrameResult) -> None:
        """Draw and append one frame."""
        if self._start is None:
            self._start = frame.time
        picture = self._drawn(frame, result)
        height, width = picture.shape[:2]
        if self._size is None:
            self._size = (width - width % 2, height - height % 2)
            self._stream.width, self._stream.height = self._size
        if (width, height) != self._size:
            picture = np.asarray(cv2.resize(picture, self._size), np.uint8)
        shot = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
        shot.pts = round((frame.time - self._start).total_seconds() * TICKS)
        shot.time_base = Fraction(1, TICKS)
        self._out.mux(self._stream.encode(shot))

    def close(self) -> None:
        """Write what is still in the encoder and close the file."""
        if self._size is not None:
            self._out.mux(self._stream.encode(None))
        self._out.close()

    def _drawn(self, frame: Frame, result: FrameResult) -> NDArray[np.uint8]:
        scale = max(1.0, SMALLEST_WIDTH / frame.image.shape[1])
        picture = np.asarray(cv2.resize(frame.image.bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
        height, width = picture.shape[:2]
        for zone in self._camera.zones:
            corners = np.array([(round(x * width), round(y * height)) for x, y in zone.polygon], np.int32)
            cv2.polylines(picture, [corners], isClosed=True, color=ZONE, thickness=2, lineType=cv2.LINE_AA)
            self._label(picture, zone.name or zone.zone, (int(corners[0][0]) + 4, int(corners[0][1]) + 16), ZONE)
        for vehicle in result.vehicles:
            self._draw_vehicle(picture, vehicle, frame.time, scale)
        said = f"{frame.time:%H:%M:%S}.{frame.time.microsecond // 100_000}  {CONDITIONS[result.condition]}"
        self._label(picture, said, (8, 20), TEXT if result.condition is CameraCondition.OK else STOPPED)
        return picture

    def _draw_vehicle(self, picture: NDArray[np.uint8], vehicle: SeenVehicle, now: datetime, scale: float) -> None:
        colour = STOPPED if vehicle.track else STANDING if vehicle.stopped_at else PASSING
        left, top = round(vehicle.box.left * scale), round(vehicle.box.top * scale)
        corner = (round(vehicle.box.right * scale), round(vehicle.box.bottom * scale))
        cv2.rectangle(picture, (left, top), corner, colour, 2 if vehicle.stopped_at else 1, cv2.LINE_AA)
        if vehicle.stopped_at is not None:
            seconds = int((now - vehicle.stopped_at).total_seconds())
            state = "违停 stopped" if vehicle.track else "停留 standing"
            said = f"{state} {seconds // 60}:{seconds % 60:02d} {vehicle.plate or ''}"
            self._label(picture, said.strip(), (left, max(36, top - 6)), colour)

    def _label(self, picture: NDArray[np.uint8], text: str, at: tuple[int, int], colour: Colour) -> None:
        (_, _, width, height) = cv2.getTextSize((picture.shape[1], picture.shape[0]), text, (0, 0), self._font, TEXT_SIZE)
        left = max(0, min(at[0], picture.shape[1] - width - 4))
        cv2.rectangle(picture, (left - 2, at[1] - height), (left + width + 2, at[1] + 4), (0, 0, 0), cv2.FILLED)
        cv2.putText(picture, text, (left, at[1]), colour, self._font, TEXT_SIZE)
