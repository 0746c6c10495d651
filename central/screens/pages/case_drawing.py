"""How the parts of a case's page are drawn."""

from markupsafe import Markup

from central.screens.components.checks import check_list
from central.screens.components.marks import badge, red_light
from central.screens.components.pictures import picture_row
from central.screens.components.plate import plate
from central.screens.components.timeline import timeline
from central.screens.components.times import moment
from central.screens.scene import Scene
from central.screens.views.case import CaseView, Decision, Limit, Offer

_KEYS = {Decision.APPROVE: "A", Decision.VOID: "V", Decision.HANDLE: "H"}


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


def draw_decision(scene: Scene, view: CaseView) -> Markup:
    """What is missing, what limits run, and what the visitor may do."""
    buttons = Markup("").join(_button(offer) for offer in view.offers)
    nothing = Markup('<p class="muted">{}</p>').format(view.why_no_offer) if not view.offers else ""
    return Markup('<section class="card stack"><h2>{}</h2>{}{}{}<p class="muted">{}</p></section>').format(
        scene.t("case.decision"), _missing(scene, view.missing), buttons, nothing, scene.t("keys.hint")
    ) + _limits(scene, view.limits)


def _button(offer: Offer) -> Markup:
    kind = "danger" if offer.decision is Decision.VOID else ""
    return Markup('<button class="button {}" type="button" data-decision="{}">{} <kbd>{}</kbd></button>').format(
        kind, offer.decision.value, offer.label, _KEYS[offer.decision]
    )


def _missing(scene: Scene, missing: tuple[str, ...]) -> Markup:
    if not missing:
        return Markup("<p>{}</p>").format(scene.t("case.nothing_missing"))
    items = Markup("").join(Markup("<li>{}</li>").format(item) for item in missing)
    return Markup('<div><h3>{}</h3><ul class="missing-list">{}</ul></div>').format(scene.t("case.missing"), items)


def _limits(scene: Scene, limits: tuple[Limit, ...]) -> Markup:
    if not limits:
        return Markup("")
    lines = Markup("").join(
        Markup("<dt>{}</dt><dd>{} {}</dd>").format(
            limit.title, moment(scene, limit.due_at), red_light(scene) if limit.passed else ""
        )
        for limit in limits
    )
    return Markup('<section class="card"><h2>{}</h2><dl class="facts">{}</dl></section>').format(scene.t("case.limits"), lines)
