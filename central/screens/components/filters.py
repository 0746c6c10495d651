"""The filter bar of a list: an ordinary form, so the filters are the address and the page works without a script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from markupsafe import Markup

from central.screens.scene import Scene
from central.screens.views.tasks import Tab


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter with its word."""

    value: str
    word: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A drop-down filter; an empty value means all."""

    name: str
    label: str
    chosen: str
    choices: tuple[Choice, ...]


def filter_bar(
    scene: Scene, path: str, search: str, filters: tuple[Filter, ...], kept: Mapping[str, str] = MappingProxyType({})
) -> Markup:
    """Search box and drop-downs that submit to `path` by GET; `kept` are further parts of the address that stay."""
    hidden = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in kept.items() if value
    )
    return Markup(
        '<form class="filters" method="get" action="{}" role="search" data-autosubmit>{}'
        '<label class="wide"><span>{}</span><input type="search" name="search" value="{}" placeholder="{}"></label>{}{}'
        '<button class="button" type="submit">{}</button><a class="button plain" href="{}">{}</a></form>'
    ).format(
        path,
        hidden,
        scene.t("filter.search"),
        search,
        scene.t("filter.search_hint"),
        _fold(scene, sum(1 for item in filters if item.chosen)),
        Markup("").join(_drop_down(scene, item) for item in filters),
        scene.t("filter.apply"),
        path,
        scene.t("filter.clear"),
    )


def tab_bar(scene: Scene, tabs: Sequence[Tab]) -> Markup:
    """Kinds of work as links with their numbers; the chosen one is said to be so."""
    links = (
        Markup('<a href="{}"{}{}>{} {}</a>').format(
            tab.href,
            Markup(' class="nothing"') if tab.count == 0 else "",
            Markup(' aria-current="page"') if tab.chosen else "",
            tab.word,
            Markup('<span class="count{}">{}</span>').format(" tone-alarm" if tab.pressing else "", tab.count)
            if tab.count >= 0
            else "",
        )
        for tab in tabs
    )
    return Markup('<nav class="tabs" aria-label="{}">{}</nav>').format(scene.t("queue.tabs"), Markup("").join(links))


def _fold(scene: Scene, chosen: int) -> Markup:
    """On a phone the drop-downs are folded away: first come the cases. It says how many of them are set."""
    count = Markup(' <span class="count">{}</span>').format(chosen) if chosen else ""
    return Markup('<label class="fold button plain"><input type="checkbox"><span>{}{}</span></label>').format(
        scene.t("filter.more"), count
    )


def _drop_down(scene: Scene, item: Filter) -> Markup:
    choices = (Choice("", scene.t("filter.all")), *item.choices)
    options = (
        Markup('<option value="{}"{}>{}</option>').format(
            choice.value, Markup(" selected") if choice.value == item.chosen else "", choice.word
        )
        for choice in choices
    )
    return Markup('<label class="drop"><span>{}</span><select name="{}">{}</select></label>').format(
        item.label, item.name, Markup("").join(options)
    )


def address(path: str, values: Mapping[str, str]) -> str:
    """`path` with the values that are not empty as its query."""
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if query else path


def pager(scene: Scene, path: str, values: Mapping[str, str], page: int, pages: int) -> Markup:
    """Links to the page before and after (both from 1), with the filters kept."""
    if pages <= 1:
        return Markup("")
    before = _page_link(scene.t("pager.previous"), path, values, page - 1, possible=page > 1)
    after = _page_link(scene.t("pager.next"), path, values, page + 1, possible=page < pages)
    return Markup('<nav class="pager" aria-label="{}">{}<span>{}</span>{}</nav>').format(
        scene.t("pager.label"), before, scene.t("pager.position", page=page, pages=pages), after
    )


def _page_link(word: str, path: str, values: Mapping[str, str], page: int, *, possible: bool) -> Markup:
    if not possible:
        return Markup('<span class="button plain" aria-disabled="true">{}</span>').format(word)
    return Markup('<a class="button plain" href="{}">{}</a>').format(address(path, {**values, "page": str(page)}), word)
