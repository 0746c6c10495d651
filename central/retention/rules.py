"""The periods as data, and what they say about a case. Pure."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from central.cases.playbook import Words
from yuhang.config import load_yaml

SHIPPED = Path(__file__).with_name("rules.yaml")
VIDEO_DAYS = 30
"""Video is kept at least this long (VIDEO 17); clips may be among the files of any case."""
FILES_WITHOUT_CASE, DEAD_LETTERS, LOOKS, ALARMS = "files_without_case", "dead_letters", "looks", "alarms"

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Part(BaseModel):
    """Base of all parts: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(Part):
    """How long something is kept, for what, and on which basis."""

    title: Words
    keep_days: int = Field(ge=1, le=36500)
    purpose: Words
    basis: str = Field(min_length=1, max_length=300)

    @property
    def length(self) -> timedelta:
        """The period."""
        return timedelta(days=self.keep_days)


class CaseRule(Period):
    """For cases that ended in one of these states, or in any other state of this kind."""

    keep_days: int = Field(ge=VIDEO_DAYS, le=36500)
    states: tuple[Name, ...] = ()
    kind: Literal["done", "void"] | None = Field(default=None, description="for the states of this kind that no rule names")
    plate: Literal["pseudonym", "erase"] = Field(
        default="pseudonym", description="what takes the place of the plate: a pseudonym keeps repeats countable"
    )


class FileRule(Period):
    """For files that belong to no case."""

    keep_days: int = Field(ge=VIDEO_DAYS, le=36500)


class AlarmRule(Period):
    """For alarms that a person has confirmed, with their files; all others go after `other_days`."""

    keep_days: int = Field(ge=VIDEO_DAYS, le=36500)
    other_days: int = Field(default=VIDEO_DAYS, ge=VIDEO_DAYS, le=36500)

    @property
    def other_length(self) -> timedelta:
        """The period of alarms that nobody has confirmed."""
        return timedelta(days=self.other_days)


class LivePeriod(Part):
    """For what is only shown."""

    title: Words
    keep_minutes: float = Field(gt=0, le=1440)
    purpose: Words
    basis: str = Field(min_length=1, max_length=300)


class RuleBook(Part):
    """All periods of a site."""

    written_against: str = Field(min_length=1)
    notice_hours: float = Field(ge=1, le=24 * 365)
    cases: dict[Name, CaseRule]
    files_without_case: FileRule
    alarms: AlarmRule
    dead_letters: Period
    looks: Period
    live_pictures: LivePeriod

    @property
    def notice(self) -> timedelta:
        """Between the announcement and the deletion."""
        return timedelta(hours=self.notice_hours)

    def rule_for(self, state: str, kind: str) -> str:
        """Name of the rule for a case that ended in this state."""
        named = next((name for name, rule in self.cases.items() if state in rule.states), None)
        return named or next(name for name, rule in self.cases.items() if rule.kind == kind)

    def due_at(self, state: str, kind: str, closed_at: datetime) -> datetime:
        """When the time of a case is over."""
        return closed_at + self.cases[self.rule_for(state, kind)].length

    @model_validator(mode="after")
    def _every_end_has_one_rule(self) -> Self:
        states = [state for rule in self.cases.values() for state in rule.states]
        twice = sorted({state for state in states if states.count(state) > 1})
        if twice:
            raise ValueError(f"more than one rule names {', '.join(twice)}")
        kinds = [rule.kind for rule in self.cases.values() if rule.kind]
        for kind in ("done", "void"):
            if kinds.count(kind) != 1:
                raise ValueError(f"exactly one rule must say `kind: {kind}`, for the states that no rule names")
        return self


def load_rules(path: Path | None = None) -> RuleBook:
    """The rules of a file, or those that come with Yuhang; `ConfigError` names file, line and key."""
    return load_yaml(path or SHIPPED, RuleBook)
