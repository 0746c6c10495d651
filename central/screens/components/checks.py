"""The checks of a case, each with its verdict in words and the legal basis beside it."""

from dataclasses import dataclass

from markupsafe import Markup

from central.screens.components.marks import verdict
from central.screens.scene import Scene


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check as a person reads it; `passed` is None while it cannot yet be said."""

    title: str
    passed: bool | None
    detail: str
    basis: str


def check_list(scene: Scene, lines: tuple[CheckLine, ...]) -> Markup:
    """All checks as a list; what fails stands first so that nobody has to look for it."""
    ordered = sorted(lines, key=lambda line: {False: 0, None: 1, True: 2}[line.passed])
    items = (
        Markup('<li>{}<div><strong>{}</strong><br><span>{}</span> <span class="basis muted">{}</span></div></li>').format(
            verdict(scene, passed=line.passed), line.title, line.detail, line.basis
        )
        for line in ordered
    )
    return Markup('<ul class="checks">{}</ul>').format(Markup("").join(items))
