"""From a case's rows and its playbook to the view of its page; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from central.cases.playbook import CheckText, Playbook, Words
from central.cases.public_code import shown_code
from central.cases.tables import Case, CaseEvidence, CaseTimeline
from central.deadlines.tables import Deadline
from central.screens.components.checks import CheckLine
from central.screens.roles import CASE_WORKERS
from central.screens.scene import Scene
from central.screens.views.case import NO_WORK, CaseView, Fact, Limit, Work
from central.screens.views.evidence import EvidenceFiles, clips_of, pictures_of
from central.screens.views.naming import say, state_title, state_tone
from central.screens.views.trail import Lookup, happening
from central.users.roles import Principal, Role

NO_NAMES = Lookup()
SECOND_REVIEW = "second_review"
CheckDocument = Mapping[str, object]
"""One check as parking stores it: name, passed, measured."""

_KNOWN_FROM_THE_START = frozenset({"owner_reachable", "not_exempt"})  # the other checks are open until the proof is due
_STILL_GATHERING = frozenset({"notifying", "gone", "grace", "proving", "new"})
_NO_PROOF_SOUGHT = frozenset({"on_foot", "posted", "handled_on_foot", "watching", "exempt", "repeated"})
"""Where no ticket can come of it: a check that does not hold is no fault that anybody has to look at."""


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Everything that is stored about one case."""

    case: Case
    timeline: Sequence[CaseTimeline]
    evidence: Sequence[CaseEvidence]
    deadlines: Sequence[Deadline]
    checks: Sequence[CheckDocument]
    arrived: frozenset[str]
    place: str
    zone: str
    camera: str
    owner: str | None
    names: Lookup = NO_NAMES


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads the case and why, and where the list goes on."""

    user: Principal
    reason: str
    previous_href: str | None
    next_href: str | None


def case_view(scene: Scene, playbook: Playbook, rows: CaseRows, reading: Reading, work: Work = NO_WORK) -> CaseView:
    """The page of a case."""
    case = rows.case
    red_light = case.red_light_at is not None and case.closed_at is None
    checks = check_lines(scene, playbook, rows)
    files = EvidenceFiles(rows.evidence, rows.arrived, reading.reason, blurred=reading.user.role not in CASE_WORKERS)
    hide_first = must_choose_unseen(case, reading.user)
    return CaseView(
        id=case.id,
        version=case.version,
        number=case.number,
        plate=case.plate,
        plate_colour=case.plate_colour,
        place=rows.place,
        tone=state_tone(playbook, case.state, red_light=red_light),
        state=state_title(scene, playbook, case.state),
        red_light=red_light,
        facts=tuple(_facts(scene, playbook, rows)),
        pictures=pictures_of(scene, playbook, case, files),
        clips=clips_of(scene, files),
        happenings=tuple(happening(scene, playbook, line, rows.names, hide_first=hide_first) for line in rows.timeline),
        checks=checks,
        missing=None if case.state in _NO_PROOF_SOUGHT else tuple(line.title for line in checks if line.passed is not True),
        limits=tuple(_limits(scene, playbook, case, rows.deadlines)),
        work=work,
        previous_href=reading.previous_href,
        next_href=reading.next_href,
    )


def check_lines(scene: Scene, playbook: Playbook, rows: CaseRows) -> tuple[CheckLine, ...]:
    """The stored checks in words. What cannot hold before the proof is due is open, and where none is sought it is left out."""
    gathering, left_out = rows.case.state in _STILL_GATHERING, rows.case.state in _NO_PROOF_SOUGHT
    return tuple(
        _check_line(scene, playbook.checks[name], name, document, gathering=gathering)
        for document in rows.checks
        if (name := str(document["name"])) in playbook.checks
        and (document["passed"] or not left_out or name in _KNOWN_FROM_THE_START)
    )


def _check_line(scene: Scene, text: CheckText, name: str, document: CheckDocument, *, gathering: bool) -> CheckLine:
    passed = bool(document["passed"])
    if not passed and gathering and name not in _KNOWN_FROM_THE_START:
        return CheckLine(say(scene, text.title), None, scene.t("check.open_detail"), text.basis)
    measured = document.get("measured")
    values = measured if isinstance(measured, Mapping) else {}
    words = text.passed if passed else text.failed
    return CheckLine(say(scene, text.title), passed, _filled(scene, words, values), text.basis)


def _filled(scene: Scene, words: Words, values: Mapping[str, object]) -> str:
    """The words with measured values; times as local clock time, a dash for a value that was not measured."""
    shown = {name: _value(scene, value) for name, value in values.items()}
    return say(scene, words).format_map(_Dashes(shown))


class _Dashes(dict[str, str]):
    """A dash for every value that is not known."""

    def __missing__(self, key: str) -> str:
        return "–"


def _value(scene: Scene, value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if not isinstance(value, str) or "T" not in value:
        return str(value)
    try:
        return scene.clock_text(datetime.fromisoformat(value))
    except ValueError:
        return value


def _facts(scene: Scene, playbook: Playbook, rows: CaseRows) -> Iterator[Fact]:
    case = rows.case
    yield Fact(scene.t("case.fact.place"), rows.place)
    yield Fact(scene.t("case.fact.zone"), rows.zone)
    yield Fact(scene.t("case.fact.camera"), rows.camera)
    for name, at in case.moment_times().items():
        if name in playbook.moments:
            yield Fact(say(scene, playbook.moments[name].title), scene.clock_text(at))
    yield Fact(scene.t("case.fact.owner"), rows.owner or scene.t("case.fact.owner_unknown"))
    if case.void_ground in playbook.void_grounds:
        yield Fact(scene.t("case.fact.ground"), say(scene, playbook.void_grounds[case.void_ground or ""].title))
    yield Fact(scene.t("case.fact.public_code"), shown_code(case.public_code))
    yield Fact(scene.t("case.fact.playbook"), f"{say(scene, playbook.title)} {case.playbook_version}")
    yield Fact(scene.t("case.fact.law"), say(scene, playbook.written_against))


def must_choose_unseen(case: Case, user: Principal) -> bool:
    """Whether this person reviews second and has not chosen yet: until then the first one's words are kept back."""
    return case.state == SECOND_REVIEW and user.role is Role.REVIEWER and case.reviewed_by != user.name


def _limits(scene: Scene, playbook: Playbook, case: Case, deadlines: Sequence[Deadline]) -> Iterator[Limit]:
    for deadline in deadlines:
        late = deadline.fired_at is not None and deadline.trigger in case.red_lights and case.closed_at is None
        running = deadline.fired_at is None and deadline.cancelled_at is None
        if running or late:
            yield Limit(say(scene, playbook.deadlines[deadline.name].title), deadline.due_at, passed=late)
