"""The frame around every page: head, navigation, demo clock and the bar that says the connection is lost."""

from dataclasses import dataclass

from markupsafe import Markup

from central.screens.components.times import age_words
from central.screens.i18n import Language
from central.screens.once import form_name
from central.screens.roles import ADMINISTRATORS, CASE_READERS, CASE_WORKERS, CREWS, DISPATCHERS, SUPERVISORS
from central.screens.scene import Scene
from central.users.roles import Principal, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation leads to, and the roles that may open it."""

    href: str
    key: str
    roles: frozenset[Role] = frozenset(Role)


PLACES = (
    Place("/", "nav.start"),
    Place("/queue?state=todo&authority=mine", "nav.queue", CASE_READERS),
    Place("/alarms", "nav.alarms", CASE_READERS),
    Place("/supervision", "nav.supervision", SUPERVISORS),
    Place("/live", "nav.live"),
    Place("/dispatch", "nav.dispatch", DISPATCHERS),
    Place("/crew", "nav.crew", CREWS),
    Place("/foot", "nav.foot", CASE_WORKERS),
    Place("/phone", "nav.phone", CASE_WORKERS),
    Place("/nodes", "nav.nodes"),
    Place("/administration", "nav.office", ADMINISTRATORS),
)


def connection_bar(scene: Scene) -> Markup:
    """Hidden until the browser's script misses the server; then it says so and the page greys."""
    return Markup('<div class="bar connection tone-alarm" role="alert" data-age-words="{}" hidden>{}</div>').format(
        age_words(scene), scene.t("connection.lost")
    )


def demo_bar(scene: Scene) -> Markup:
    """Says that the clock runs faster than the world, and that shares are simulated."""
    if scene.clock_speed == 1.0:
        return Markup("")
    return Markup('<div class="bar demo" role="note">{}</div>').format(scene.t("demo.clock", speed=f"{scene.clock_speed:g}"))


def navigation(scene: Scene, current: str, here: str, user: Principal | None) -> Markup:
    """Title, pages, language and log-out; `current` is the place of the page shown, `here` its whole address."""
    links = (
        Markup('<a href="{}"{}>{}</a>').format(
            place.href, Markup(' aria-current="page"') if place.href.partition("?")[0] == current else "", scene.t(place.key)
        )
        for place in PLACES
        if user is not None and user.role in place.roles
    )
    return Markup(
        '<header class="top"><a class="brand" href="/">{}</a><nav aria-label="{}">{}</nav><div class="who">{}{}</div></header>'
    ).format(
        scene.t("product.name"), scene.t("nav.label"), Markup("").join(links), language_links(scene, here), _who(scene, user)
    )


def language_links(scene: Scene, here: str) -> Markup:
    """The other languages, each in its own words, leading back to this page."""
    separator = "&" if "?" in here else "?"
    return Markup("").join(
        Markup('<a class="language" lang="{}" href="{}{}lang={}">{}</a>').format(
            language.html_tag, here, separator, language.value, scene.t(f"language.{language.value}")
        )
        for language in Language
        if language is not scene.t.language
    )


def _who(scene: Scene, user: Principal | None) -> Markup:
    if user is None:
        return Markup("")
    return Markup(
        '<a class="me" href="/account">{}<span class="role">&nbsp;({})</span></a>'
        '<form method="post" action="/logout">{}<button class="button plain">{}</button></form>'
    ).format(user.display_name, scene.t(f"role.{user.role.value}"), form_name(), scene.t("login.leave"))
