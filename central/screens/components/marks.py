"""State as colour, shape and word together, so that it survives a grey print and red-green blindness."""

from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup

from central.screens.scene import Scene
from central.screens.theme import Tone

_SHAPES: Mapping[Tone, str] = MappingProxyType(
    {
        Tone.NORMAL: '<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="2"/>',
        Tone.WATCH: '<path d="M8 1.5 14.5 8 8 14.5 1.5 8Z" fill="none" stroke="currentColor" stroke-width="2"/>',
        Tone.WARNING: '<path d="M8 1.5 15 14.5H1Z" fill="currentColor"/>',
        Tone.ALARM: '<circle cx="8" cy="8" r="7" fill="currentColor"/>',
        Tone.DONE: '<path d="M2 8.5 6.5 13 14 3.5" fill="none" stroke="currentColor" stroke-width="2.6"/>',
    }
)
_CROSS = '<path d="M3 3 13 13M13 3 3 13" fill="none" stroke="currentColor" stroke-width="2.6"/>'
_DASH = '<path d="M2.5 8H13.5" fill="none" stroke="currentColor" stroke-width="2.6"/>'
_LAMP = (
    '<path d="M5 12V8a3 3 0 0 1 6 0v4Z" fill="currentColor"/><path d="M3 14.5H13" stroke="currentColor" stroke-width="2"/>'
    '<path d="M8 .5V2.5M2.5 3 4 4.5M13.5 3 12 4.5" stroke="currentColor" stroke-width="1.6"/>'
)


def _drawing(body: str) -> Markup:
    template = '<svg class="shape" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>'
    return Markup(template).format(Markup(body))  # noqa: S704 - constants of this file only


def shape(tone: Tone) -> Markup:
    """The shape of a tone, drawn in the current text colour; decorative, the word beside it is what is read out."""
    return _drawing(_SHAPES[tone])


def badge(tone: Tone, word: str) -> Markup:
    """A state: shape and word on the tone's ground."""
    return Markup('<span class="badge tone-{}">{}<span>{}</span></span>').format(tone.value, shape(tone), word)


def verdict(scene: Scene, *, passed: bool | None) -> Markup:
    """The mark of a check: green tick and word, red cross and word, or grey dash and word while it cannot be said."""
    word, tone, drawing = {
        True: ("check.passed", Tone.DONE, _SHAPES[Tone.DONE]),
        False: ("check.failed", Tone.ALARM, _CROSS),
        None: ("check.open", Tone.NORMAL, _DASH),
    }[passed]
    return Markup('<span class="badge tone-{}">{}<span>{}</span></span>').format(tone.value, _drawing(drawing), scene.t(word))


def red_light(scene: Scene) -> Markup:
    """The lamp that says a deadline has passed; a symbol of its own, never used for anything else."""
    return Markup('<span class="badge lamp">{}<span>{}</span></span>').format(_drawing(_LAMP), scene.t("deadline.red_light"))
