"""Times as people read them: clock time with its age, and timers that run by the server's clock."""

import json
from datetime import datetime, timedelta

from markupsafe import Markup, escape

from central.screens.scene import Scene

_NONE = Markup('<span class="muted">–</span>')
_AGE = "\x00"  # stands for the age while the catalogue's pattern is filled in


def moment(scene: Scene, at: datetime | None) -> Markup:
    """Local clock time and age together; a dash where there is no time."""
    return _NONE if at is None else _together(scene, at, scene.clock_text(at))


def limit(scene: Scene, due: datetime | None) -> Markup:
    """When a limit is over, by its last day where it ends with one, and how long that is; a dash where there is none."""
    return _NONE if due is None else _together(scene, due, scene.limit_text(due))


def _together(scene: Scene, at: datetime, clock: str) -> Markup:
    text = escape(scene.t("age.together", clock=clock, age=_AGE)).replace(_AGE, _age(scene, at))
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), text)


def _age(scene: Scene, at: datetime) -> Markup:
    if scene.ticking:
        return Markup('<span data-age="{}"></span>').format(_milliseconds(at))
    return escape(scene.age_text(at))


def now_clock(scene: Scene) -> Markup:
    """The server's own clock, running."""
    offset = scene.now.astimezone(scene.zone).utcoffset() or timedelta(0)
    return Markup('<time class="timer" data-clock="{}">–:–:–</time>').format(int(offset.total_seconds() * 1000))


def running(since: datetime) -> Markup:
    """Minutes and seconds since `since`, counted by the page's script at the server's speed."""
    return _timer("since", since)


def countdown(until: datetime) -> Markup:
    """Minutes and seconds left until `until`, never below zero; counted like `running`."""
    return _timer("until", until)


def _timer(kind: str, at: datetime) -> Markup:
    return Markup('<time class="timer" data-{}="{}" datetime="{}">–:–</time>').format(kind, _milliseconds(at), at.isoformat())


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def age_words(scene: Scene) -> str:
    """The patterns of ages as JSON for the page's script, so that words stay in the catalogues alone."""
    units = ("seconds", "minutes", "hours", "days")
    patterns = {
        tense: {unit: {form: scene.t.texts[f"age.{tense}.{unit}.{form}"] for form in ("one", "other")} for unit in units}
        for tense in ("ago", "ahead")
    }
    return json.dumps(patterns, ensure_ascii=False)
