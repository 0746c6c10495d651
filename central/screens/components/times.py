"""Times as people read them: clock time with its age, and timers that run by the server's clock."""

from datetime import datetime

from markupsafe import Markup

from central.screens.scene import Scene


def moment(scene: Scene, at: datetime | None) -> Markup:
    """Local clock time and age together; a dash where there is no time."""
    if at is None:
        return Markup('<span class="muted">–</span>')
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), scene.moment_text(at))


def running(scene: Scene, since: datetime) -> Markup:
    """Minutes and seconds since `since`, counted on by the browser at the server's speed."""
    seconds = int((scene.now - since).total_seconds())
    return _ticking("since", since, seconds)


def countdown(scene: Scene, until: datetime) -> Markup:
    """Minutes and seconds left until `until`, never below zero."""
    seconds = max(0, int((until - scene.now).total_seconds()))
    return _ticking("until", until, seconds)


def _ticking(kind: str, at: datetime, seconds: int) -> Markup:
    return Markup('<time class="timer" data-{}="{}" datetime="{}">{}</time>').format(
        kind, int(at.timestamp() * 1000), at.isoformat(), minutes_and_seconds(seconds)
    )


def minutes_and_seconds(seconds: int) -> str:
    """`mm:ss`, from one hour on `h:mm:ss`; the browser's script writes the same form."""
    hours, rest = divmod(max(0, seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"
