"""The words of escort tasks in both languages, for the report and for screens: states, notes, orders and their reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from central.dispatch.escort.tables import EscortNote
from yuhang.config.document import plain_yaml

_FILE = Path(__file__).with_name("words.yaml")
_DATA_SHOWN = ("place", "engine", "junction")


@dataclass(frozen=True, slots=True)
class EscortWords:
    """One language's words, by group and code."""

    groups: Mapping[str, Mapping[str, str]]

    def of(self, group: str, code: str) -> str:
        """The words for a code; what people wrote and what devices said stays as it is."""
        return self.groups[group].get(code, code)

    def report(self, name: str) -> str:
        """A heading or label of the report; `KeyError` for one that it does not have."""
        return self.groups["report"][name]

    def note(self, note: EscortNote) -> str:
        """What happened, in words: the matter, what it concerns and why."""
        data = note.data or {}
        parts = [self.of("note", note.what), *(str(data[name]) for name in _DATA_SHOWN if data.get(name))]
        if state := data.get("state"):
            parts.append(self.of("answer", str(state)))
        if note.reason:
            parts.append(self.of("reason", note.reason))
        return " · ".join(parts)


@cache
def escort_words(language: str) -> EscortWords:
    """The words in `zh` or `en`."""
    return EscortWords(plain_yaml(_FILE)[language])
