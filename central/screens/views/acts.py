"""What comes next for this person: acts with their sheets, and what is not possible with the reason. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from central.authority.profile import AuthorityProfile
from central.cases.acts import ActData
from central.cases.openings import Opening
from central.cases.playbook import Playbook
from central.cases.procedure import Standing, proposed_amount
from central.screens.components.filters import Choice
from central.screens.components.sheet import Sheet
from central.screens.scene import Scene
from central.screens.sheets.fields import Field, Hints, Widget, fields_of
from central.screens.views.naming import say, state_title
from central.users.roles import Principal

REASON_LENGTH = 300
ACT, VOID = "act", "void"
_HAND_OVER = "hand_over"
_KEYS = {"approve": "A", "confirm": "A", "void": "V", "handle": "H"}
_PREPARED = frozenset({"approve", "confirm", "void", "handle"})  # a reason to start from stands in the catalogue
_ENDS_IT = frozenset({"void", "uphold", "revoke"})
_SELDOM = frozenset(
    {"hand_over", "extend", "notify", "state", "object", "name_driver", "reconsider", "take_back", "close", "agree_electronic"}
)  # possible for long, wanted rarely: they stand below


@dataclass(frozen=True, slots=True)
class ActOffer:
    """An act: with its sheet where this person can do it now, else with the reason why not."""

    trigger: str
    label: str
    key: str = ""
    sheet: Sheet | None = None
    why_not: tuple[str, ...] = ()
    seldom: bool = False


@dataclass(frozen=True, slots=True)
class ActFacts:
    """What the sheets are made from: the case for the rules, who acts, profiles by name with their titles, running limits.

    `receipt`: number of the latest receipt of service, which proves one.
    """

    version: int
    state: str
    plate: str | None
    standing: Standing
    user: Principal
    openings: Sequence[Opening]
    authorities: Sequence[Choice]
    running: Collection[str] = ()
    receipt: str = ""


def act_offers(scene: Scene, facts: ActFacts) -> tuple[ActOffer, ...]:
    """All acts in this state: what can be done first, what this person cannot do last."""
    known = [opening for opening in facts.openings if opening.trigger != _HAND_OVER or _targets(facts)]
    possible = [opening for opening in known if opening.possible]
    others = [opening for opening in known if not opening.possible]
    digits = iter("123456789")
    doable = sorted(possible, key=lambda each: (each.trigger in _SELDOM, each.trigger in _ENDS_IT, each.trigger == VOID))
    return (
        *(_offer(scene, facts, opening, _KEYS.get(opening.trigger) or next(digits, "")) for opening in doable),
        *(
            ActOffer(opening.trigger, _title(scene, facts, opening), why_not=tuple(_why_not(scene, facts, opening)))
            for opening in others
        ),
    )


def _targets(facts: ActFacts) -> tuple[Choice, ...]:
    """Authorities to which this one may hand a case over; where there is none, handing over is not offered."""
    return tuple(choice for choice in facts.authorities if choice.value in facts.standing.profile.hand_over_to)


def _title(scene: Scene, facts: ActFacts, opening: Opening) -> str:
    return say(scene, facts.standing.playbook.triggers[opening.trigger].title)


def _offer(scene: Scene, facts: ActFacts, opening: Opening, key: str) -> ActOffer:
    title = _title(scene, facts, opening)
    sheet = Sheet(
        key=f"{ACT}:{opening.trigger}",
        title=title,
        happens=tuple(_happens(scene, facts, opening)),
        fields=(*_fields(scene, facts, opening), *_reason(scene, opening)),
        basis="; ".join(opening.basis),
        done=scene.t("act.done", act=title),
        danger=opening.trigger in _ENDS_IT,
        version=facts.version,
    )
    return ActOffer(opening.trigger, title, key, sheet, seldom=opening.trigger in _SELDOM)


def _happens(scene: Scene, facts: ActFacts, opening: Opening) -> Iterator[str]:
    playbook = facts.standing.playbook
    yield scene.t(f"act.happens.{opening.trigger}", plate=facts.plate or scene.t("plate.unread"))
    if opening.target != facts.state:
        yield scene.t("act.then.state", state=state_title(scene, playbook, opening.target))
    for limit in opening.begins:
        title = say(scene, playbook.deadlines[limit.deadline].title)
        yield scene.t("act.then.begins", limit=title, due=scene.limit_text(limit.due_at))
    for name in opening.ends:
        if name in facts.running:
            yield scene.t("act.then.ends", limit=say(scene, playbook.deadlines[name].title))


def _fields(scene: Scene, facts: ActFacts, opening: Opening) -> tuple[Field, ...]:
    profile, known = facts.standing.profile, opening.takes
    names = (*opening.needs, *(name for name in known if name != "second_officer" or profile.reviewers > 1))
    seconds = tuple(each.user for each in profile.officers if each.user != facts.user.name)
    values = {
        "amount": str(proposed_amount(facts.standing, ActData())),
        "service.at": f"{scene.now.astimezone(scene.zone):%Y-%m-%dT%H:%M:%S}",
        "service.proof": facts.receipt if opening.trigger == "serve" else "",
        "second_officer": seconds[0] if len(seconds) == 1 else "",
    }
    choices = {
        "ground": tuple(
            Choice(name, f"{say(scene, ground.title)} · {ground.basis}")
            for name, ground in facts.standing.playbook.void_grounds.items()
        ),
        "second_officer": tuple(Choice(name, name) for name in seconds),
        "target": _targets(facts),
    }
    needed = {*opening.needs, *(("amount",) if "amount" in known else ()), *(("statement",) if "statement" in known else ())}
    if opening.trigger == "notify":
        values.pop("service.at")  # an empty part is not sent
    return fields_of(scene, ActData, names, Hints(values, choices, needed))


def _reason(scene: Scene, opening: Opening) -> tuple[Field, ...]:
    prepared = scene.t(f"act.reason.{opening.trigger}") if opening.trigger in _PREPARED else ""
    field = Field(
        "reason",
        scene.t("field.reason.label"),
        Widget.TEXT,
        required=opening.reason_required,
        value=prepared,
        max_length=REASON_LENGTH,
    )
    return (field,)


def _why_not(scene: Scene, facts: ActFacts, opening: Opening) -> Iterator[str]:
    if not opening.mine:
        roles = scene.t("act.or").join(scene.t(f"role.{role.value}") for role in opening.who)
        yield scene.t("act.not.role", roles=roles)
        return
    yield from check_words(scene, facts.standing.playbook, opening.failed)
    if "authorised" in opening.failed:
        yield scene.t("act.not.ask", people=_people(scene, facts.standing.profile))


def _people(scene: Scene, profile: AuthorityProfile) -> str:
    return scene.t("act.and").join(each.user for each in profile.officers)


def check_words(scene: Scene, playbook: Playbook, failed: Collection[str]) -> Iterator[str]:
    """What is said where these checks do not hold."""
    for name in failed:
        yield say(scene, playbook.checks[name].failed)
