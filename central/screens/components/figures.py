"""Figures that lead to the cases behind them."""

from dataclasses import dataclass

from markupsafe import Markup

from central.screens.components.marks import badge
from central.screens.theme import Tone


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the day: what it counts, where its cases are (empty: nowhere this reader may go), and how urgent it is."""

    label: str
    value: str
    href: str
    note: str = ""
    tone: Tone | None = None


def figure_card(figure: Figure, *, share_percent: float | None = None, lead: bool = False) -> Markup:
    """A figure as a card, one link if it leads somewhere; `lead` makes it the page's first, a share is also a bar."""
    mark = badge(figure.tone, figure.label) if figure.tone else Markup('<span class="label">{}</span>').format(figure.label)
    note = Markup('<span class="muted">{}</span>').format(figure.note) if figure.note else Markup("")
    bar = Markup("")
    if share_percent is not None:
        bar = Markup('<span class="share" aria-hidden="true"><i style="width:{}%"></i></span>').format(round(share_percent, 1))
    inner = Markup('{}<span class="value">{}</span>{}{}').format(mark, figure.value, note, bar)
    kind = "card figure lead" if lead else "card figure"
    if not figure.href:
        return Markup('<div class="{}">{}</div>').format(kind, inner)
    return Markup('<a class="{}" href="{}">{}</a>').format(kind, figure.href, inner)


def figure_group(title: str, figures: tuple[Figure, ...]) -> Markup:
    """Figures of one kind under their title; nothing where there is none."""
    if not figures:
        return Markup("")
    cards = Markup("").join(figure_card(figure) for figure in figures)
    return Markup('<section><h2>{}</h2><div class="figures">{}</div></section>').format(title, cards)
