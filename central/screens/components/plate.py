"""A number plate drawn in its own colours."""

from markupsafe import Markup

from central.screens.scene import Scene
from yuhang.plates import PROVINCES

_COLOURS = frozenset({"blue", "green", "yellow", "white", "black"})


def plate(scene: Scene, text: str | None, colour: str | None) -> Markup:
    """The plate `text` on its colour; the words "not read" where there is none.

    The first two characters (province and city) are set apart by the dot that stands on real plates.
    """
    if not text:
        return Markup('<span class="plate plate-unread">{}</span>').format(scene.t("plate.unread"))
    known = colour if colour in _COLOURS else "unknown"
    label = scene.t("plate.label", text=text, colour=scene.t(f"plate.colour.{known}"))
    dot = Markup("<i></i>") if text[0] in PROVINCES else ""
    return Markup('<span class="plate plate-{}" role="img" aria-label="{}"><span>{}</span>{}<span>{}</span></span>').format(
        known, label, text[:2], dot, text[2:]
    )
