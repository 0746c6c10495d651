"""Whether pictures are what GA/T 832-2014 asks of the evidence of a standing vehicle. Pure: measured values in, findings out.

Clauses: 3.3 number and spacing, 3.4 colour, 3.5 size; 4.1 what must be visible (vehicle, plate, surroundings), with PROC 18 and
22(6): a record that does not show vehicle type, plate, place and facts clearly may not be used.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from central.cases.calendar import BEIJING
from central.evidence.measuring import PictureMeasures
from yuhang.messages import Box

COLOUR_BITS = 24
DARKEST, BRIGHTEST = 20.0, 240.0
"""Mean grey value, 0 to 255, outside of which nothing can be made out (a lamp-lit street at night has 35 to 60)."""
LEAST_CONTRAST = 6.0
LEAST_CHROMA = 1.5
"""A grey picture has 0; the least coloured street picture that was measured has 3."""
MOST_SOFTNESS = 0.85
"""Street pictures have 0.24 to 0.56; blurred by 2 pixels they have 0.7 to 1."""
LARGEST_SHARE = 0.7
"""Share of the picture that the vehicle may fill: more leaves no place for zone and sign."""


class FindingKind(StrEnum):
    """What can be wrong."""

    TOO_FEW = "too_few"
    TOO_CLOSE = "too_close"
    UNREADABLE = "unreadable"
    NOT_AS_TOLD = "not_as_told"
    TOO_SMALL = "too_small"
    NOT_COLOUR = "not_colour"
    GREY = "grey"
    DARK = "dark"
    GLARING = "glaring"
    FLAT = "flat"
    BLURRED = "blurred"
    NO_VEHICLE = "no_vehicle"
    VEHICLE_CUT = "vehicle_cut"
    VEHICLE_SMALL = "vehicle_small"
    NO_SURROUNDINGS = "no_surroundings"
    PLATE_SMALL = "plate_small"


_WORDS: dict[FindingKind, tuple[str, str, str]] = {
    FindingKind.TOO_FEW: ("3.3", "只有 {value} 张全景照片，且无录像", "only {value} panorama pictures and no video"),
    FindingKind.TOO_CLOSE: ("3.3", "两张全景照片仅间隔 {value} 秒", "the panorama pictures are only {value} s apart"),
    FindingKind.UNREADABLE: ("3.4", "{at} 的照片无法解码", "the picture of {at} cannot be decoded"),
    FindingKind.NOT_AS_TOLD: (
        "3.5", "{at} 的照片实际为 {value} 像素，与申报不符", "the picture of {at} has {value} pixels, not what was told"),
    FindingKind.TOO_SMALL: ("3.5", "{at} 的照片仅 {value} 像素", "the picture of {at} has only {value} pixels"),
    FindingKind.NOT_COLOUR: ("3.4", "{at} 的照片为 {value} 位色", "the picture of {at} has {value} bits of colour"),
    FindingKind.GREY: ("3.4", "{at} 的照片没有颜色", "the picture of {at} has no colour"),
    FindingKind.DARK: ("4.1", "{at} 的照片过暗（{value}）", "the picture of {at} is too dark ({value})"),
    FindingKind.GLARING: ("4.1", "{at} 的照片过亮（{value}）", "the picture of {at} is too bright ({value})"),
    FindingKind.FLAT: (
        "4.1", "{at} 的照片没有可辨内容（反差 {value}）", "nothing can be made out in the picture of {at} (contrast {value})"),
    FindingKind.BLURRED: ("4.1", "{at} 的照片模糊（{value}）", "the picture of {at} is blurred ({value})"),
    FindingKind.NO_VEHICLE: ("4.1", "{at} 的照片未标出车辆", "the vehicle is not marked in the picture of {at}"),
    FindingKind.VEHICLE_CUT: ("4.1", "{at} 的照片中车辆不完整", "the vehicle is cut off in the picture of {at}"),
    FindingKind.VEHICLE_SMALL: (
        "4.1", "{at} 的照片中车辆仅宽 {value} 像素", "the vehicle is only {value} pixels wide in the picture of {at}"),
    FindingKind.NO_SURROUNDINGS: (
        "4.1", "{at} 的照片看不到周围禁停区域和标志", "the picture of {at} shows nothing of the zone and its signs"),
    FindingKind.PLATE_SMALL: (
        "4.1", "号牌仅宽 {value} 像素，且无特写", "the plate is only {value} pixels wide and there is no close-up"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PictureFinding:
    """One thing that is wrong, with the clause it offends."""

    kind: FindingKind
    at: datetime | None = None
    value: str = ""

    @property
    def clause(self) -> str:
        """Clause of GA/T 832-2014."""
        return f"GA/T 832 {_WORDS[self.kind][0]}"

    @property
    def zh(self) -> str:
        """In Chinese, with the clause."""
        return f"{self._fill(1)}（{self.clause}）"

    @property
    def en(self) -> str:
        """In English, with the clause."""
        return f"{self._fill(2)} ({self.clause})"

    def _fill(self, language: int) -> str:
        at = f"{self.at.astimezone(BEIJING):%H:%M:%S}" if self.at is not None else ""
        return _WORDS[self.kind][language].format(at=at, value=self.value)


@dataclass(frozen=True, slots=True)
class Panorama:
    """A picture of the whole scene; `measures` is None where the file is no picture or has not arrived."""

    at: datetime
    measures: PictureMeasures | None
    told_size: tuple[int | None, int | None]
    vehicle: Box | None


@dataclass(frozen=True, slots=True)
class PictureSet:
    """All that is to prove one act; `plate_px` is the widest plate read, pixels."""

    panoramas: tuple[Panorama, ...]
    videos: int
    close_ups: int
    plate_px: int


@dataclass(frozen=True, slots=True)
class PictureTerms:
    """What is asked: pixels and seconds."""

    min_interval_s: float = 10.0
    min_width: int = 1280
    min_height: int = 720
    min_vehicle_px: int = 100
    min_plate_px: int = 60


def judge_pictures(pictures: PictureSet, terms: PictureTerms) -> tuple[PictureFinding, ...]:
    """Everything that is wrong with the pictures of one act; empty: they are as the standard asks."""
    found = [*_number(pictures, terms)]
    for panorama in pictures.panoramas:
        found += _look(panorama, terms)
    if pictures.plate_px < terms.min_plate_px and not pictures.close_ups:
        found.append(PictureFinding(FindingKind.PLATE_SMALL, value=str(pictures.plate_px)))
    return tuple(found)


def longest_interval_s(panoramas: Sequence[Panorama]) -> float:
    """Seconds between the first and the last picture."""
    times = [panorama.at for panorama in panoramas]
    return (max(times) - min(times)).total_seconds() if times else 0.0


def _number(pictures: PictureSet, terms: PictureTerms) -> Iterator[PictureFinding]:
    count = len(pictures.panoramas)
    if count and pictures.videos:
        return
    if count < 2:
        yield PictureFinding(FindingKind.TOO_FEW, value=str(count))
    elif (apart_s := longest_interval_s(pictures.panoramas)) < terms.min_interval_s:
        yield PictureFinding(FindingKind.TOO_CLOSE, value=f"{apart_s:.1f}")


def _look(panorama: Panorama, terms: PictureTerms) -> list[PictureFinding]:
    measures, at = panorama.measures, panorama.at
    if measures is None:
        return [PictureFinding(FindingKind.UNREADABLE, at)]
    size = f"{measures.width}x{measures.height}"
    found = []
    if panorama.told_size != (measures.width, measures.height):
        found.append(PictureFinding(FindingKind.NOT_AS_TOLD, at, size))
    if measures.width < terms.min_width or measures.height < terms.min_height:
        found.append(PictureFinding(FindingKind.TOO_SMALL, at, size))
    return [*found, *_colour_and_light(measures, at), *_vehicle(panorama.vehicle, measures, at, terms)]


def _colour_and_light(measures: PictureMeasures, at: datetime) -> Iterator[PictureFinding]:
    if measures.bits < COLOUR_BITS:
        yield PictureFinding(FindingKind.NOT_COLOUR, at, str(measures.bits))
    elif measures.chroma < LEAST_CHROMA:
        yield PictureFinding(FindingKind.GREY, at)
    if measures.brightness < DARKEST:
        yield PictureFinding(FindingKind.DARK, at, f"{measures.brightness:.0f}")
    elif measures.brightness > BRIGHTEST:
        yield PictureFinding(FindingKind.GLARING, at, f"{measures.brightness:.0f}")
    if measures.contrast < LEAST_CONTRAST:
        yield PictureFinding(FindingKind.FLAT, at, f"{measures.contrast:.0f}")
    elif measures.softness > MOST_SOFTNESS:
        yield PictureFinding(FindingKind.BLURRED, at, f"{measures.softness:.2f}")


def _vehicle(box: Box | None, measures: PictureMeasures, at: datetime, terms: PictureTerms) -> Iterator[PictureFinding]:
    if box is None:
        yield PictureFinding(FindingKind.NO_VEHICLE, at)
        return
    width, height = box.right - box.left, box.bottom - box.top
    if box.right > measures.width or box.bottom > measures.height or width <= 0 or height <= 0:
        yield PictureFinding(FindingKind.VEHICLE_CUT, at)
    elif width < terms.min_vehicle_px:
        yield PictureFinding(FindingKind.VEHICLE_SMALL, at, str(width))
    elif width * height > LARGEST_SHARE * measures.width * measures.height:
        yield PictureFinding(FindingKind.NO_SURROUNDINGS, at)
