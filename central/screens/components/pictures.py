"""Evidence pictures side by side, to be compared at one look; a touch or Enter enlarges one."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from central.screens.components.times import moment
from central.screens.scene import Scene


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle in fractions of the picture's width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the evidence: `url` for the page, `full_url` enlarged; None while its file has not arrived."""

    title: str
    url: str | None
    full_url: str | None
    taken_at: datetime | None
    subject: Frame | None = None
    missing: str = ""


def picture_row(scene: Scene, pictures: tuple[Picture, ...]) -> Markup:
    """All pictures in one row on a desk, one below the other on a phone."""
    return Markup('<div class="pictures">{}</div>').format(Markup("").join(_figure(scene, picture) for picture in pictures))


def _figure(scene: Scene, picture: Picture) -> Markup:
    caption = Markup("<figcaption><strong>{}</strong><br>{}</figcaption>").format(picture.title, moment(scene, picture.taken_at))
    if picture.url is None or picture.full_url is None:
        body = Markup('<div class="picture missing">{}</div>').format(picture.missing)
    else:
        body = Markup(
            '<button class="picture" type="button" data-enlarge="{}" aria-label="{}"><img src="{}" alt="{}">{}</button>'
        ).format(
            picture.full_url,
            scene.t("picture.enlarge", title=picture.title),
            picture.url,
            picture.title,
            _subject(picture.subject),
        )
    return Markup("<figure>{}{}</figure>").format(body, caption)


def _subject(frame: Frame | None) -> Markup:
    if frame is None:
        return Markup("")
    return Markup('<span class="subject" style="left:{}%;top:{}%;width:{}%;height:{}%"></span>').format(
        *(round(100 * part, 2) for part in (frame.left, frame.top, frame.width, frame.height))
    )
