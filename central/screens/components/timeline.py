"""What happened, in order, each with its time."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from central.screens.components.marks import shape
from central.screens.components.times import moment
from central.screens.scene import Scene
from central.screens.theme import Tone


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a timeline."""

    at: datetime
    title: str
    detail: str = ""
    tone: Tone = Tone.NORMAL
    note: str = ""


def timeline(scene: Scene, happenings: tuple[Happening, ...]) -> Markup:
    """The happenings as an ordered list, oldest first."""
    entries = (
        Markup('<li><span class="tone-text-{}">{}</span><div><strong>{}</strong>{}{}<br>{}</div></li>').format(
            entry.tone.value,
            shape(entry.tone),
            entry.title,
            Markup(' <span class="muted">{}</span>').format(entry.detail) if entry.detail else "",
            Markup('<br><span class="muted basis">{}</span>').format(entry.note) if entry.note else "",
            moment(scene, entry.at),
        )
        for entry in happenings
    )
    return Markup('<ol class="timeline">{}</ol>').format(Markup("").join(entries))
