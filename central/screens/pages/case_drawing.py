"""How the parts of a case's page are drawn."""

from markupsafe import Markup

from central.screens.components.checks import check_list
from central.screens.components.marks import badge, red_light
from central.screens.components.pictures import picture_row
from central.screens.components.plate import plate
from central.screens.components.timeline import timeline
from central.screens.components.times import moment
from central.screens.scene import Scene
from central.screens.views.case import CaseView, LikeCase


def draw_head(scene: Scene, view: CaseView) -> Markup:
    """What case this is and where it stands."""
    return Markup(
        '<div class="head"><div class="marks"><h1>{} {}</h1>{}{}{}</div><div class="marks">{}{}</div></div><p>{}</p>'
    ).format(
        scene.t("case.title"),
        view.number,
        plate(scene, view.plate, view.plate_colour),
        badge(view.tone, view.state),
        red_light(scene) if view.red_light else "",
        _step(scene.t("case.previous"), "K", view.previous_href),
        _step(scene.t("case.next"), "J", view.next_href),
        view.place,
    )


def _step(word: str, key: str, href: str | None) -> Markup:
    if href is None:
        return Markup('<span class="button plain" aria-disabled="true">{} <kbd>{}</kbd></span>').format(word, key)
    return Markup('<a class="button plain" href="{}">{} <kbd>{}</kbd></a>').format(href, word, key)


def draw_pictures(scene: Scene, view: CaseView) -> Markup:
    """The evidence pictures side by side."""
    clips = Markup("").join(
        Markup('<a class="button plain" href="{}" target="_blank" rel="noopener">{}</a>').format(clip.url, clip.title)
        for clip in view.clips
    )
    films = Markup('<h3>{}</h3><div class="marks">{}</div>').format(scene.t("case.clips"), clips) if clips else ""
    return Markup('<section class="card stack"><h2>{}</h2>{}{}</section>').format(
        scene.t("case.pictures"), picture_row(scene, view.pictures), films
    )


def draw_aside(scene: Scene, view: CaseView) -> Markup:
    """Checks, facts and timeline."""
    facts = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(fact.name, fact.value) for fact in view.facts)
    return Markup(
        '<div class="columns"><section class="card"><h2>{}</h2>{}</section>'
        '<div class="stack"><section class="card"><h2>{}</h2>{}</section>'
        '<section class="card"><h2>{}</h2><dl class="facts">{}</dl></section></div></div>'
    ).format(
        scene.t("case.checks"),
        check_list(scene, view.checks),
        scene.t("case.timeline"),
        timeline(scene, view.happenings),
        scene.t("case.facts"),
        facts,
    )


def draw_like(scene: Scene, view: CaseView) -> Markup:
    """Cases that wait for the same at the same place or for the same vehicle, to be stepped through one by one."""
    if not view.work.like:
        return Markup("")
    cards = Markup("").join(_like(scene, case) for case in view.work.like)
    return Markup(
        '<nav class="card strip" aria-label="{}"><h2>{} <span class="muted basis">{}</span></h2><ul>{}</ul></nav>'
    ).format(scene.t("like.title"), scene.t("like.title"), scene.t("like.one_by_one"), cards)


def _like(scene: Scene, case: LikeCase) -> Markup:
    return Markup('<li><a href="{}">{}<span>{}</span><span class="muted">{} · {}</span></a></li>').format(
        case.href, plate(scene, case.plate, case.plate_colour), case.number, case.why, moment(scene, case.since)
    )
