"""One playbook from several files: how a case comes to a person (`parking.yaml`), and what follows (`procedures/*.yaml`).

What follows depends on who enforces (LAW.md 0): every procedure shares `common.yaml` and adds its own parameters and rules. The
parts are put together and checked as one playbook, so that nothing is said twice and nothing refers to what another file forgot.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from central.cases.playbook import (
    PLAYBOOKS,
    CheckText,
    Deadline,
    Name,
    Parameter,
    Part,
    Playbook,
    Rule,
    State,
    Titled,
    Words,
)
from yuhang.config import load_yaml
from yuhang.errors import ConfigError


class Procedure(StrEnum):
    """Kinds of procedure that may follow a review."""

    GENERAL = "general"  # 普通程序, APL 54-64
    SIMPLE = "simple"  # PROC: caught by a device, decided by one officer, up to 200 yuan


class Chapter(Part):
    """A part of a playbook that does not stand alone: what it names may stand in another part."""

    name: Name
    written_against: Words = Field(description="state of the law this part was written against")
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    states: dict[Name, State] = Field(default_factory=dict)
    triggers: dict[Name, Titled] = Field(default_factory=dict)
    moments: dict[Name, Titled] = Field(default_factory=dict)
    checks: dict[Name, CheckText] = Field(default_factory=dict)
    deadlines: dict[Name, Deadline] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()


_GROUPS = ("parameters", "states", "triggers", "moments", "checks", "deadlines")


def load_chapter(name: str) -> Chapter:
    """A chapter that comes with Yuhang; `ConfigError` with file, line and key."""
    return load_yaml(PLAYBOOKS / "procedures" / f"{name}.yaml", Chapter)


def compose(front: Playbook, chapters: tuple[Chapter, ...], limits: Mapping[str, float] | None = None) -> Playbook:
    """The front path and its chapters as one checked playbook, with a site's `limits` in place of the parameters' values.

    Rules are tried in the order of the chapters, the last chapter's first: what is particular stands before what is common.
    `ConfigError` names the chapter and key of what does not hold together.
    """
    document = front.model_dump(by_alias=True, mode="json")
    for chapter in chapters:
        part = chapter.model_dump(by_alias=True, mode="json")
        for group in _GROUPS:
            _add(document[group], part[group], f"{chapter.name}.yaml: {group}")
        document["rules"] = [*part["rules"], *document["rules"]]
    for name, value in (limits or {}).items():
        _set(document, name, value)
    try:
        return Playbook.model_validate(document)
    except ValidationError as error:
        found = [_finding(front, chapters, finding) for finding in error.errors(include_url=False, include_input=False)]
        raise ConfigError("\n".join(found)) from error


def _add(into: dict[str, Any], new: Mapping[str, Any], where: str) -> None:
    for name, value in new.items():
        if name in into:
            raise ConfigError(f"{where}.{name}: another part of the playbook already has this; give it another name")
        into[name] = value


def _set(document: dict[str, Any], name: str, value: float) -> None:
    if name not in document["parameters"]:
        raise ConfigError(f"limits.{name}: no parameter is called so; known: {', '.join(sorted(document['parameters']))}")
    document["parameters"][name]["value"] = value


def _finding(front: Playbook, chapters: tuple[Chapter, ...], finding: ErrorDetails) -> str:
    """The chapter and key of a finding: rules are counted through all chapters, everything else has one name."""
    group, *rest = finding["loc"]
    if group == "rules" and rest and isinstance(rest[0], int):
        index = rest[0]
        for chapter in reversed(chapters):
            if index < len(chapter.rules):
                return _line(chapter.name, ("rules", index, *rest[1:]), finding["msg"])
            index -= len(chapter.rules)
        return _line(front.kind, ("rules", index, *rest[1:]), finding["msg"])
    owner = next((c.name for c in chapters if rest and rest[0] in getattr(c, str(group), {})), front.kind)
    return _line(owner, finding["loc"], finding["msg"])


def _line(chapter: str, place: tuple[str | int, ...], text: str) -> str:
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    return f"{chapter}.yaml: {key}: {text}"
