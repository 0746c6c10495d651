"""The audit trail of a case in words: every act with who, when and why, every look, whether the chain holds. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from central.audit.service import LookAction
from central.audit.tables import Look
from central.cases.playbook import Playbook, Role
from central.cases.tables import CaseTimeline
from central.evidence.tables import EvidenceRow
from central.screens.components.timeline import Happening
from central.screens.scene import Scene
from central.screens.sheets.fields import field_label
from central.screens.theme import Tone
from central.screens.views.naming import say, state_title, state_tone

_OWN_WORDS = frozenset({"service_at"})
FIRST_REVIEW = frozenset({"approve"})


@dataclass(frozen=True, slots=True)
class Lookup:
    """Names that stand for what rows hold: people by account, things looked at by subject, papers by id."""

    people: Mapping[str, str] = field(default_factory=dict)
    things: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look: who (with unit), at what, how, and why."""

    at: datetime
    who: str
    what: str
    how: str
    reason: str


@dataclass(frozen=True, slots=True)
class TrailView:
    """Looks at the case, the state of its evidence chain, and where the whole case can be taken along."""

    looks: tuple[LookRow, ...]
    chain: str
    chain_tone: Tone
    export_url: str


def happening(scene: Scene, playbook: Playbook, line: CaseTimeline, names: Lookup, *, hide_first: bool) -> Happening:
    """One line of the history. `hide_first`: who reviews second has not chosen yet, so the first one's words are kept back."""
    title = say(scene, playbook.triggers[line.trigger].title) if line.trigger in playbook.triggers else line.trigger
    moved = line.refusal is None and line.target != line.source
    tone = state_tone(playbook, line.target) if moved else Tone.NORMAL
    if hide_first and line.trigger in FIRST_REVIEW:
        return Happening(line.at, title, f"{_moved(scene, playbook, line)}{scene.t('trail.kept_back')}", tone)
    detail = _moved(scene, playbook, line)
    if line.role != Role.SYSTEM.value:
        who = names.people.get(line.actor, line.actor)
        detail += f"{who}: {line.reason}" if line.reason else who
    return Happening(line.at, title, detail.removesuffix(" · "), tone, " · ".join(_facts(scene, playbook, line)))


def _moved(scene: Scene, playbook: Playbook, line: CaseTimeline) -> str:
    if line.refusal is not None:
        return scene.t("case.no_effect") + " · "
    return scene.t("case.moved", state=state_title(scene, playbook, line.target)) + " · " if line.target != line.source else ""


def _facts(scene: Scene, playbook: Playbook, line: CaseTimeline) -> Iterator[str]:
    """What the act brought, each with its name; what has no name in the catalogue is for programs."""
    if line.role not in {Role.SYSTEM.value, Role.PARTY.value}:
        yield scene.t(f"role.{line.role}")
    for name, value in _flat(line.data):
        key = f"field.{name}.label"
        if key in scene.t.texts:
            yield f"{field_label(scene, name)}: {_value(scene, playbook, name, value)}"


def _flat(data: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}_")
        else:
            yield f"{prefix}{name}", value


def _value(scene: Scene, playbook: Playbook, name: str, value: object) -> str:
    if name == "ground" and value in playbook.void_grounds:
        return say(scene, playbook.void_grounds[str(value)].title)
    if name in _OWN_WORDS:
        return f"{datetime.fromisoformat(str(value)).astimezone(scene.zone):%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return str(len(value))
    return scene.t.texts.get(f"field.{name}.choice.{value}", str(value))


def trail_view(scene: Scene, looks: Sequence[Look], records: Sequence[EvidenceRow], names: Lookup, export_url: str) -> TrailView:
    """Looks, latest first, and the chain of the case's own records as it was verified on arrival."""
    bad = sum(not record.verified for record in records)
    key = "trail.chain.broken" if bad else "trail.chain.holds" if records else "trail.chain.none"
    return TrailView(
        looks=tuple(_look(scene, look, names) for look in looks),
        chain=scene.t(key, bad=bad, records=len(records)),
        chain_tone=Tone.ALARM if bad else Tone.DONE if records else Tone.NORMAL,
        export_url=export_url,
    )


def _look(scene: Scene, look: Look, names: Lookup) -> LookRow:
    who = names.people.get(look.user_name, look.user_name)
    return LookRow(
        at=look.at,
        who=f"{who} ({look.unit})" if look.unit else who,
        what=names.things.get(look.subject, look.subject),
        how=scene.t(f"trail.action.{LookAction(look.action).value}"),
        reason=look.reason,
    )
