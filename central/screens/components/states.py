"""What a list or figure shows when it has nothing to show: empty, loading, failed."""

from markupsafe import Markup

from central.screens.scene import Scene


def empty(title: str, what_to_do: str, href: str | None = None, link: str = "") -> Markup:
    """Nothing here, and what to do about it."""
    action = Markup('<a class="button" href="{}">{}</a>').format(href, link) if href else Markup("")
    return Markup('<div class="notice empty"><h3>{}</h3><p>{}</p>{}</div>').format(title, what_to_do, action)


def loading(scene: Scene) -> Markup:
    """The data is on its way."""
    return Markup('<div class="notice" role="status" aria-busy="true"><p>{}</p></div>').format(scene.t("state.loading"))


def failed(scene: Scene, retry_href: str) -> Markup:
    """The data could not be had; one touch tries again."""
    return Markup(
        '<div class="notice tone-alarm" role="alert"><h3>{}</h3><p>{}</p><a class="button" href="{}">{}</a></div>'
    ).format(scene.t("state.failed"), scene.t("state.failed_detail"), retry_href, scene.t("state.retry"))
