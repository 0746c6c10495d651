"""An authority's profile as a form by section, and what a change means in words; pure.

A field's name is the key of the profile, with dots; `officers.0.user` is the first officer's account.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from central.authority.findings import Finding, ProfileRefused
from central.authority.profile import AuthorityProfile, NoticeRule, Officer
from central.cases.composition import Procedure
from central.cases.playbook import Parameter, Playbook
from central.screens.components.filters import Choice
from central.screens.scene import Scene
from central.screens.views.naming import say

SPARE_OFFICERS = 2
_SWITCHES = ("notice", "informing_with_decision", "one_case_a_day", "commercial_observation")
_LAW = ("procedure", "legal_basis", "violation_code", "fine", "templates", "number_prefix", "reconsideration_organ")
_REVIEW = "legal_review"
_LEGAL = ("reconsideration_first", "court", f"{_REVIEW}.by", f"{_REVIEW}.on", f"{_REVIEW}.law_as_of")
_SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("names", ("title.zh", "title.en", "authority", "unit_code", "contact", "address", "hours")),
    ("law", _LAW),
    ("legal", _LEGAL),
    ("review", ("reviewers", "hand_over_to")),
    ("switches", tuple(f"switches.{name}" for name in _SWITCHES)),
    ("money", ("late_fee.percent_a_day", "late_fee.cap_percent", "account.bank", "account.name", "account.number")),
)
_KINDS = {
    "string_too_short": "missing",
    "too_short": "missing",
    "int_parsing": "number",
    "float_parsing": "number",
    "int_from_float": "number",
    "date_from_datetime_parsing": "day",
    "date_parsing": "day",
    "enum": "choice",
    "string_pattern_mismatch": "choice",
}
"""Kinds of findings that are one to a reader."""
_OFFICER = ("user", "certificate", "valid_until")
_YES_NO = (
    "reconsideration_first",
    "switches.informing_with_decision",
    "switches.one_case_a_day",
    "switches.commercial_observation",
)
_LISTS = ("hand_over_to",)
_DAYS = (f"{_REVIEW}.on", f"{_REVIEW}.law_as_of")
_NOTES = {"fine": "fine", "reconsideration_first": "reconsideration_first", f"{_REVIEW}.by": "legal_review"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its key, label, value as text, and the choices where it is a drop-down."""

    name: str
    label: str
    value: str
    choices: tuple[Choice, ...] = ()
    note: str = ""
    kind: str = "text"

    @property
    def several(self) -> frozenset[str]:
        """What of the choices is chosen, where several may be."""
        return frozenset(part.strip() for part in self.value.split(","))


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, in words."""

    label: str
    before: str
    after: str


Values = Mapping[str, str]


def values_of(profile: AuthorityProfile) -> dict[str, str]:
    """A profile as the texts of its form."""
    return dict(_flat("", profile.model_dump(mode="json")))


def _flat(prefix: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, child in node.items():
            yield from _flat(f"{prefix}.{name}" if prefix else name, child)
    elif isinstance(node, list) and prefix == "officers":
        for index, child in enumerate(node):
            yield from _flat(f"{prefix}.{index}", child)
    elif isinstance(node, list):
        yield prefix, ", ".join(str(child) for child in node)
    elif isinstance(node, bool):
        yield prefix, "yes" if node else "no"
    elif isinstance(node, float):
        yield prefix, f"{node:g}"
    else:
        yield prefix, "" if node is None else str(node)


def document_of(name: str, values: Values) -> dict[str, Any]:
    """The profile's plain data from the texts of a form; what they are worth is judged by `parse_profile`."""
    document: dict[str, Any] = {"name": name, "officers": officers_of(values), "limits": _limits_of(values)}
    for key in (key for _, keys in _SECTIONS for key in keys):
        text = values.get(key, "").strip()
        *groups, last = key.split(".")
        into = document
        for group in groups:
            into = into.setdefault(group, {})
        if key in _YES_NO:
            into[last] = text == "yes"
        elif key in _LISTS:
            into[last] = [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
        else:
            into[last] = text
    if not any(document[_REVIEW].values()):
        document[_REVIEW] = None
    return document


def officers_of(values: Values) -> list[dict[str, str | None]]:
    """The lines of the table of officers that are not empty."""
    rows = [[values.get(f"officers.{index}.{part}", "").strip() for part in _OFFICER] for index in range(officer_lines(values))]
    return [{"user": user, "certificate": number, "valid_until": until or None} for user, number, until in rows if user or number]


def officer_lines(values: Values) -> int:
    """How many lines the table of officers has."""
    numbers = [int(key.split(".")[1]) for key in values if key.startswith("officers.") and key.split(".")[1].isdecimal()]
    return min(max(numbers, default=-1) + 1, 200)


def _limits_of(values: Values) -> dict[str, str]:
    found = {key.removeprefix("limits."): text.strip() for key, text in values.items() if key.startswith("limits.")}
    return {name: text for name, text in found.items() if text}


def sections(scene: Scene, values: Values, others: Sequence[Choice]) -> tuple[Section, ...]:
    """All fields but officers and limits, which are tables; `others` are the authorities to which a case may be handed over."""
    return tuple(
        Section(scene.t(f"office.section.{title}"), tuple(_field(scene, key, values.get(key, ""), others) for key in keys))
        for title, keys in _SECTIONS
    )


def _field(scene: Scene, key: str, value: str, others: Sequence[Choice] = ()) -> Field:
    label = field_label(scene, key)
    choices: tuple[Choice, ...] = ()
    if key == "procedure":
        choices = tuple(Choice(one.value, scene.t(f"office.procedure.{one.value}")) for one in Procedure)
    elif key == "switches.notice":
        choices = tuple(Choice(one.value, scene.t(f"office.notice.{one.value}")) for one in NoticeRule)
    elif key in _YES_NO:
        choices = tuple(Choice(one, scene.t(f"office.answer.{one}")) for one in ("yes", "no"))
    elif key == "reviewers":
        choices = (Choice("1", "1"), Choice("2", "2"))
    elif key in _LISTS:
        return Field(key, label, value, tuple(others), kind="several")
    note = scene.t(f"office.note.{_NOTES[key]}") if key in _NOTES else ""
    return Field(key, label, value, choices, note, "date" if key in _DAYS else "text")


def field_label(scene: Scene, key: str) -> str:
    """The label of a field of the profile."""
    return scene.t(f"office.field.{key.replace('.', '_')}")


def limit_fields(scene: Scene, playbook: Playbook, values: Values) -> tuple[Field, ...]:
    """All parameters of the playbook; an empty field means the playbook's own value. The law's bounds stand beside each."""
    return tuple(
        Field(f"limits.{name}", say(scene, parameter.title), values.get(f"limits.{name}", ""), note=_bounds(scene, parameter))
        for name, parameter in playbook.parameters.items()
    )


def _bounds(scene: Scene, parameter: Parameter) -> str:
    unit = scene.t(f"office.unit.{parameter.unit.value}")
    parts = [scene.t("office.usual", value=f"{parameter.value:g}", unit=unit)]
    if parameter.at_least is not None:
        parts.append(scene.t("office.at_least", value=f"{parameter.at_least:g}"))
    if parameter.at_most is not None:
        parts.append(scene.t("office.at_most", value=f"{parameter.at_most:g}"))
    return f"{' · '.join(parts)} ({parameter.basis})"


def changes(scene: Scene, playbook: Playbook, before: AuthorityProfile, after: AuthorityProfile) -> tuple[Change, ...]:
    """What is different, in the words of the form; nothing where both are the same."""
    old, new = values_of(before), values_of(after)
    plain = [key for _, keys in _SECTIONS for key in keys]
    found = [
        Change(field_label(scene, key), _word(scene, key, old.get(key, "")), _word(scene, key, new.get(key, "")))
        for key in plain
        if old.get(key, "") != new.get(key, "")
    ]
    return (*found, *_officer_changes(scene, before, after), *_limit_changes(scene, playbook, old, new))


def _word(scene: Scene, key: str, value: str) -> str:
    choices = {choice.value: choice.word for choice in _field(scene, key, value).choices}
    return choices.get(value, value) or "–"


def _officer_changes(scene: Scene, before: AuthorityProfile, after: AuthorityProfile) -> Iterator[Change]:
    for user in dict.fromkeys(officer.user for officer in (*before.officers, *after.officers)):
        old, new = before.officer(user), after.officer(user)
        if old != new:
            yield Change(scene.t("office.officer", user=user), _officer(scene, old), _officer(scene, new))


def _officer(scene: Scene, officer: Officer | None) -> str:
    if officer is None:
        return scene.t("office.officer_none")
    until = officer.valid_until.isoformat() if officer.valid_until else scene.t("office.officer_open")
    return scene.t("office.officer_line", certificate=officer.certificate, until=until)


def _limit_changes(scene: Scene, playbook: Playbook, old: Values, new: Values) -> Iterator[Change]:
    for name, parameter in playbook.parameters.items():
        key = f"limits.{name}"
        before, after = old.get(key, ""), new.get(key, "")
        if before != after:
            unit = scene.t(f"office.unit.{parameter.unit.value}")
            usual = scene.t("office.usual", value=f"{parameter.value:g}", unit=unit)
            yield Change(
                say(scene, parameter.title), f"{before} {unit}" if before else usual, f"{after} {unit}" if after else usual
            )


def findings(scene: Scene, playbook: Playbook, error: ProfileRefused) -> str:
    """What is wrong, finding by finding, in the reader's words; a kind without words is said as the rules say it."""
    return "; ".join(_finding(scene, playbook, finding) for finding in error.findings)


def _finding(scene: Scene, playbook: Playbook, finding: Finding) -> str:
    key = f"office.finding.{_KINDS.get(finding.kind, finding.kind)}"
    said = scene.t(key, **finding.values) if key in scene.t.texts else finding.text
    label = _label_of(scene, playbook, finding.place)
    return f"{label}: {said}" if label else said


def _label_of(scene: Scene, playbook: Playbook, place: str) -> str:
    group, _, rest = place.partition(".")
    match group:
        case "limits":
            return say(scene, playbook.parameters[rest].title) if rest in playbook.parameters else rest
        case "officers" if rest:
            line, _, part = rest.partition(".")
            return f"{scene.t('office.section.officers')} {int(line) + 1}, {field_label(scene, f'officer.{part}')}"
        case "officers":
            return scene.t("office.section.officers")
        case _:
            key = f"office.field.{place.replace('.', '_')}"
            return scene.t(key) if key in scene.t.texts else place
