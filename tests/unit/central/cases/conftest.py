"""A small playbook that the tests of the engine and of the loader take apart."""

from collections.abc import Callable
from typing import Any

import pytest


def words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def small_playbook(**changes: Any) -> dict[str, Any]:
    """A playbook of four states: new -> waiting -> done, or void by a reviewer with a reason."""
    check = {"title": words("c"), "passed": words("yes"), "failed": words("no"), "basis": "APL 40"}
    book: dict[str, Any] = {
        "kind": "small",
        "version": 1,
        "written_against": words("2025-04"),
        "title": words("small"),
        "initial": "new",
        "parameters": {
            "limit": {"title": words("limit"), "value": 60, "unit": "s", "basis": "APL 60"},
            "extra": {"title": words("extra"), "value": 5, "unit": "s", "basis": "APL 60"},
            "days": {"title": words("days"), "value": 5, "unit": "working_day", "basis": "PROC 19"},
            "width": {"title": words("width"), "value": 5, "unit": "px", "basis": "GA/T 832"},
        },
        "states": {
            "new": {"title": words("new"), "kind": "open"},
            "waiting": {"title": words("waiting"), "kind": "open"},
            "done": {"title": words("done"), "kind": "done"},
            "void": {"title": words("void"), "kind": "void"},
        },
        "moments": {"seen_at": {"title": words("seen")}},
        "triggers": {name: {"title": words(name)} for name in ("seen", "over", "finish", "void")},
        "checks": {"sure": check, "late": check},
        "deadlines": {
            "wait": {
                "title": words("w"),
                "starts_at": "seen_at",
                "after": ["limit", "extra"],
                "on_due": "over",
                "basis": "APL 60",
            },
            "review": {"title": words("r"), "starts_at": "seen_at", "after": ["days"], "on_due": "over", "basis": "PROC 19"},
        },
        "rules": [
            {"trigger": "seen", "from": ["new"], "to": "done", "requires": ["sure"]},
            {
                "trigger": "seen",
                "from": ["new"],
                "to": "waiting",
                "effects": [{"do": "start_deadline", "deadline": "wait"}, {"do": "reobserve", "deadline": "wait"}],
            },
            {"trigger": "finish", "from": ["waiting"], "to": "done", "requires": ["sure", "late"]},
            {"trigger": "over", "from": ["waiting"], "effects": [{"do": "cancel_deadlines"}]},
            {"trigger": "void", "from": ["waiting"], "to": "void", "who": ["reviewer"], "reason_required": True},
        ],
        "evidence": {"to_open": ["notice"], "to_close": ["notice", "present"]},
        "void_grounds": {},
        "retention": {"parameter": "days", "basis": "APL 36"},
    }
    return {**book, **changes}


@pytest.fixture
def small() -> Callable[..., dict[str, Any]]:
    """The small playbook as plain data; keyword arguments replace whole parts."""
    return small_playbook
