"""What is wrong in a profile, finding by finding: where, which kind, with which values; screens say it in the reader's words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from central.authority.profile import AuthorityProfile
from central.cases.playbook import Parameter
from central.errors import Unprocessable


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the key of the profile (empty: the profile as a whole), the kind, and the English words."""

    place: str
    kind: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


class ProfileRefused(Unprocessable):
    """A profile that cannot be; names each key that is wrong and what it takes."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = tuple(findings)


def findings_of(error: ValidationError) -> Iterator[Finding]:
    """What pydantic has found, by its own kinds (`missing`, `less_than_equal`) and those of `unlawful`."""
    for each in error.errors(include_url=False, include_input=False):
        values = {name: value for name, value in each.get("ctx", {}).items() if isinstance(value, (str, int, float))}
        yield Finding(".".join(map(str, each["loc"])), each["type"], each["msg"], values)


def limit_findings(profile: AuthorityProfile, parameters: Mapping[str, Parameter]) -> Iterator[Finding]:
    """Limits that the playbook does not know, or that lie outside the law's own bounds."""
    for name, value in profile.limits.items():
        parameter = parameters.get(name)
        if parameter is None:
            yield Finding(f"limits.{name}", "limit_unknown", f"no parameter is called so; known: {', '.join(sorted(parameters))}")
            continue
        problem = parameter.problem(value)
        if problem is not None:
            kind, bound = _bound(parameter, value)
            yield Finding(f"limits.{name}", kind, problem, {"bound": bound, "basis": parameter.basis})


def _bound(parameter: Parameter, value: float) -> tuple[str, str]:
    if parameter.at_most is not None and value > parameter.at_most:
        return "limit_high", f"{parameter.at_most:g}"
    if parameter.at_least is not None and value < parameter.at_least:
        return "limit_low", f"{parameter.at_least:g}"
    return "limit_whole", ""
