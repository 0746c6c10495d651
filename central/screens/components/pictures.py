"""Evidence pictures side by side, to be compared at one look; a touch or Enter enlarges one."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from central.screens.components.times import moment
from central.screens.scene import Scene


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the evidence; `url` is None while its file has not arrived, `box` is the subject in fractions."""

    title: str
    url: str | None
    taken_at: datetime | None
    note: str = ""


def picture_row(scene: Scene, pictures: tuple[Picture, ...]) -> Markup:
    """All pictures in one row on a desk, one below the other on a phone."""
    return Markup('<div class="pictures">{}</div>').format(Markup("").join(_figure(scene, picture) for picture in pictures))


def _figure(scene: Scene, picture: Picture) -> Markup:
    caption = Markup("<figcaption><strong>{}</strong> {}<br>{}</figcaption>").format(
        picture.title, picture.note, moment(scene, picture.taken_at)
    )
    if picture.url is None:
        body = Markup('<div class="picture missing">{}</div>').format(scene.t("picture.missing"))
    else:
        body = Markup(
            '<button class="picture" type="button" data-enlarge="{}" aria-label="{}"><img src="{}" alt="{}"></button>'
        ).format(picture.url, scene.t("picture.enlarge", title=picture.title), picture.url, picture.title)
    return Markup("<figure>{}{}</figure>").format(body, caption)
