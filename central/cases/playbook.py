"""A playbook is data: it says how one kind of case runs, by whom, within which limits and on which legal basis.

The YAML beside it (`playbooks/<kind>.yaml`) is what a legal officer reads and changes; what does not hold together (an unknown
state, check, effect or parameter, a state that nothing leads to) is refused when the file is loaded, with file, line and key.
What follows once a person has looked stands in files of its own (`central.cases.composition`).
"""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from yuhang.config import load_yaml
from yuhang.messages import EvidenceKind

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Key = tuple[str | int, ...]


class Part(BaseModel):
    """Base of all parts of a playbook: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Words(Part):
    """One text in both languages of the screens."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class StateKind(StrEnum):
    """What a state means for the matter: still running, ended in order, or ended because it may not go on."""

    OPEN = "open"
    DONE = "done"
    VOID = "void"


class Role(StrEnum):
    """Who may pull a trigger; `system` is the software itself, by rule; `party` the owner or driver, through the public page."""

    SYSTEM = "system"
    PARTY = "party"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


class State(Part):
    """Where a case can stand."""

    title: Words
    kind: StateKind
    waits_for: tuple[Role, ...] = Field(default=(), description="who has to act before the case goes on")


class Unit(StrEnum):
    """Units of parameters; `s`, `day`, `working_day` and `month` are durations.

    Seconds run from the moment itself; days and months of the law from the day after to the end of their last day, Beijing time.
    """

    SECOND = "s"
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    PIXEL = "px"
    COUNT = "count"
    RATIO = "ratio"
    YUAN = "yuan"


DURATIONS = frozenset({Unit.SECOND, Unit.DAY, Unit.WORKING_DAY, Unit.MONTH})
WHOLE = frozenset({Unit.DAY, Unit.WORKING_DAY, Unit.MONTH, Unit.COUNT, Unit.PIXEL})


class Parameter(Part):
    """A number that a site may set, with its unit and article; `at_least` and `at_most` are the law's own bounds."""

    title: Words
    value: float = Field(ge=0, allow_inf_nan=False)
    unit: Unit
    basis: str = Field(min_length=1)
    at_least: float | None = None
    at_most: float | None = None

    def problem(self, value: float) -> str | None:
        """Why this parameter may not have this value, in words, or None."""
        if self.unit in WHOLE and value != round(value):
            return f"must be a whole number of {self.unit.value}, not {value:g}"
        if self.at_least is not None and value < self.at_least:
            return f"must be at least {self.at_least:g} {self.unit.value} ({self.basis}), not {value:g}"
        if self.at_most is not None and value > self.at_most:
            return f"must be at most {self.at_most:g} {self.unit.value} ({self.basis}), not {value:g}"
        return None


class CheckText(Part):
    """A named check: what it asks, what to say when it holds or not (`{name}` stands for a measured value), and its basis."""

    title: Words
    passed: Words
    failed: Words
    basis: str = Field(min_length=1)


class Titled(Part):
    """A trigger or a moment: something with a name for the screens."""

    title: Words


class Deadline(Part):
    """A limit that starts at a moment of the case and pulls a trigger when it is over."""

    title: Words
    starts_at: Name
    after: tuple[Name, ...] = Field(description="parameters whose sum is the duration; none: due at the moment itself")
    on_due: Name
    basis: str = Field(min_length=1)
    to_working_day: bool = Field(
        default=False, description="where the last day is a holiday, it ends with the next working day (Civil Procedure Law 85)"
    )


class StartDeadline(Part):
    """Effect: let a deadline run (again, if it ran before)."""

    do: Literal["start_deadline"]
    deadline: Name


class CancelDeadline(Part):
    """Effect: stop one deadline."""

    do: Literal["cancel_deadline"]
    deadline: Name


class CancelDeadlines(Part):
    """Effect: stop all deadlines of the case."""

    do: Literal["cancel_deadlines"]


class SendNotice(Part):
    """Effect: put a notice in the notification outbox."""

    do: Literal["send_notice"]
    template: Name


class CancelNotices(Part):
    """Effect: hold back notices that have not gone out yet."""

    do: Literal["cancel_notices"]


class Reobserve(Part):
    """Effect: ask the node for a picture at the moment the deadline is due."""

    do: Literal["reobserve"]
    deadline: Name


class Forget(Part):
    """Effect: these moments no longer hold (informing starts anew for another person); the history keeps what they were."""

    do: Literal["forget"]
    moments: tuple[Name, ...] = Field(min_length=1)


class RaiseRedLight(Part):
    """Effect: show the case as overdue to whoever answers for it."""

    do: Literal["red_light"]


Effect = Annotated[
    StartDeadline | CancelDeadline | CancelDeadlines | SendNotice | CancelNotices | Reobserve | Forget | RaiseRedLight,
    Field(discriminator="do"),
]


class Rule(Part):
    """One line of the flow; of several lines for the same trigger and state, the first whose checks all hold is taken."""

    trigger: Name
    source: tuple[Name, ...] = Field(alias="from", min_length=1)
    target: Name | None = Field(default=None, alias="to", description="the new state; none: the case stays where it is")
    who: tuple[Role, ...] = (Role.SYSTEM,)
    requires: tuple[Name, ...] = ()
    reason_required: bool = False
    marks: tuple[Name, ...] = Field(default=(), description="moments that are now, or that the act itself gives")
    effects: tuple[Effect, ...] = ()


class EvidenceNeeded(Part):
    """Kinds of pictures without which a case may not be opened or closed with a decision."""

    to_open: tuple[EvidenceKind, ...]
    to_close: tuple[EvidenceKind, ...]


class Ground(Part):
    """A ground on which a person may void a case."""

    title: Words
    basis: str = Field(min_length=1)


class Retention(Part):
    """How long a closed case and its evidence are kept."""

    parameter: Name
    basis: str = Field(min_length=1)


class Playbook(Part):
    """How one kind of case runs."""

    kind: Name
    version: int = Field(ge=1)
    written_against: Words = Field(description="state of the law this playbook was written against")
    title: Words
    initial: Name
    parameters: dict[Name, Parameter]
    states: dict[Name, State]
    triggers: dict[Name, Titled]
    moments: dict[Name, Titled]
    checks: dict[Name, CheckText]
    deadlines: dict[Name, Deadline]
    rules: tuple[Rule, ...] = Field(min_length=1)
    evidence: EvidenceNeeded
    void_grounds: dict[Name, Ground]
    retention: Retention

    def parameter(self, name: str) -> float:
        """Value of a parameter in its own unit."""
        return self.parameters[name].value

    def rules_for(self, state: str, trigger: str) -> tuple[Rule, ...]:
        """Lines that answer this trigger in this state, in the order in which they are tried."""
        return tuple(rule for rule in self.rules if rule.trigger == trigger and state in rule.source)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        findings = [*_unknown_names(self), *_bad_ends(self), *_unreachable(self)]
        if findings:
            raise ValidationError.from_exception_data(
                type(self).__name__,
                [
                    InitErrorDetails(type=PydanticCustomError("playbook", "{text}", {"text": text}), loc=key, input=key[-1])
                    for key, text in findings
                ],
            )
        return self


Finding = tuple[Key, str]
PLAYBOOKS = Path(__file__).parent / "playbooks"


def load_playbook(path: Path) -> Playbook:
    """The playbook in a YAML file, or `ConfigError` with file, line and key of what does not hold together."""
    return load_yaml(path, Playbook)


def shipped_playbook(kind: str) -> Playbook:
    """A playbook that comes with Yuhang, by its kind."""
    return load_playbook(PLAYBOOKS / f"{kind}.yaml")


def _unknown_names(book: Playbook) -> Iterator[Finding]:
    yield from _known(book.states, ("initial",), book.initial, "state")
    yield from _known(book.parameters, ("retention", "parameter"), book.retention.parameter, "parameter")
    for name, parameter in book.parameters.items():
        if problem := parameter.problem(parameter.value):
            yield ("parameters", name, "value"), problem
    for name, deadline in book.deadlines.items():
        key: Key = ("deadlines", name)
        yield from _known(book.moments, (*key, "starts_at"), deadline.starts_at, "moment")
        yield from _known(book.triggers, (*key, "on_due"), deadline.on_due, "trigger")
        for index, wanted in enumerate(deadline.after):
            yield from _duration(book, (*key, "after", index), wanted)
    for index, rule in enumerate(book.rules):
        yield from _unknown_in_rule(book, ("rules", index), rule)


def _unknown_in_rule(book: Playbook, key: Key, rule: Rule) -> Iterator[Finding]:
    yield from _known(book.triggers, (*key, "trigger"), rule.trigger, "trigger")
    for index, source in enumerate(rule.source):
        yield from _known(book.states, (*key, "from", index), source, "state")
    if rule.target is not None:
        yield from _known(book.states, (*key, "to"), rule.target, "state")
    for index, check in enumerate(rule.requires):
        yield from _known(book.checks, (*key, "requires", index), check, "check")
    for index, moment in enumerate(rule.marks):
        yield from _known(book.moments, (*key, "marks", index), moment, "moment")
    for index, effect in enumerate(rule.effects):
        if isinstance(effect, StartDeadline | CancelDeadline | Reobserve):
            yield from _known(book.deadlines, (*key, "effects", index, "deadline"), effect.deadline, "deadline")
        if isinstance(effect, Forget):
            for position, moment in enumerate(effect.moments):
                yield from _known(book.moments, (*key, "effects", index, "moments", position), moment, "moment")


def _duration(book: Playbook, key: Key, name: str) -> Iterator[Finding]:
    yield from _known(book.parameters, key, name, "parameter")
    found = book.parameters.get(name)
    if found is not None and found.unit not in DURATIONS:
        yield key, f"parameter {name!r} is in {found.unit.value}, but a deadline needs s, day, working_day or month"


def _known(names: dict[str, State] | dict[str, Parameter] | dict[str, Titled] | dict[str, CheckText] | dict[str, Deadline],
           key: Key, name: str, what: str) -> Iterator[Finding]:  # fmt: skip
    if name not in names:
        yield key, f"no {what} is called {name!r}; known: {', '.join(sorted(names))}"


def _bad_ends(book: Playbook) -> Iterator[Finding]:
    """A closed state stays closed; an open one must have a way out."""
    left = {source for rule in book.rules if rule.target not in {None, *rule.source} for source in rule.source}
    for index, rule in enumerate(book.rules):
        for position, source in enumerate(rule.source):
            if source in book.states and book.states[source].kind is not StateKind.OPEN:
                yield ("rules", index, "from", position), f"state {source!r} is closed, nothing may start there"
    for name, state in book.states.items():
        if state.kind is StateKind.OPEN and name not in left:
            yield ("states", name), f"no rule leads out of the open state {name!r}"


def _unreachable(book: Playbook) -> Iterator[Finding]:
    reached, border = {book.initial}, [book.initial]
    while border:
        state = border.pop()
        found = {rule.target for rule in book.rules if state in rule.source and rule.target is not None} - reached
        reached |= found
        border.extend(found)
    for name in book.states:
        if name not in reached:
            yield ("states", name), f"no rule leads to state {name!r}"
