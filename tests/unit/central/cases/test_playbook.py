"""Playbooks are checked when they are loaded; what does not hold together is named with file, line and key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from central.cases.playbook import Playbook, StateKind, load_playbook, shipped_playbook
from yuhang.errors import ConfigError

Small = Callable[..., dict[str, Any]]


def write(tmp_path: Path, book: dict[str, Any]) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(yaml.safe_dump(book, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def line_of(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def test_a_good_playbook_loads(small: Small, tmp_path: Path) -> None:
    assert load_playbook(write(tmp_path, small())).kind == "small"


@pytest.mark.parametrize(
    ("rule", "key", "text"),
    [
        ({"trigger": "seen", "from": ["nwe"], "to": "done"}, "rules[5].from[0]", "no state is called 'nwe'"),
        ({"trigger": "seen", "from": ["new"], "to": "dnoe"}, "rules[5].to", "no state is called 'dnoe'"),
        ({"trigger": "sene", "from": ["new"], "to": "done"}, "rules[5].trigger", "no trigger is called 'sene'"),
        ({"trigger": "seen", "from": ["new"], "requires": ["sur"]}, "rules[5].requires[0]", "no check is called 'sur'"),
        (
            {"trigger": "seen", "from": ["new"], "effects": [{"do": "start_deadline", "deadline": "wiat"}]},
            "rules[5].effects[0].deadline",
            "no deadline is called 'wiat'",
        ),
        ({"trigger": "seen", "from": ["new"], "effects": [{"do": "explode"}]}, "rules[5].effects[0]", "start_deadline"),
        ({"trigger": "seen", "from": ["done"], "to": "new"}, "rules[5].from[0]", "is closed, nothing may start there"),
        ({"trigger": "seen", "from": ["new"], "who": ["mayor"]}, "rules[5].who[0]", "reviewer"),
    ],
)
def test_what_a_rule_gets_wrong_is_named_with_line_and_key(
    small: Small, tmp_path: Path, rule: dict[str, Any], key: str, text: str
) -> None:
    path = write(tmp_path, small(rules=[*small()["rules"], rule]))
    with pytest.raises(ConfigError) as caught:
        load_playbook(path)
    finding = str(caught.value).splitlines()[0]
    rule_line = line_of(path, "from:")
    assert key in finding
    assert text in finding
    assert int(finding.removeprefix(f"{path}:").split(":")[0]) > rule_line


def test_unreachable_and_dead_end_states_are_refused(small: Small, tmp_path: Path) -> None:
    states = {**small()["states"], "island": {"title": {"zh": "岛", "en": "island"}, "kind": "open"}}
    path = write(tmp_path, small(states=states))
    with pytest.raises(ConfigError) as caught:
        load_playbook(path)
    assert "states.island: no rule leads out of the open state 'island'" in str(caught.value)
    assert f"{path}:{line_of(path, 'island')}: states.island: no rule leads to state 'island'" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (lambda book: book.update(initial="start"), "initial: no state is called 'start'"),
        (lambda book: book["retention"].update(parameter="ages"), "retention.parameter: no parameter is called 'ages'"),
        (lambda book: book["deadlines"]["wait"].update(after=["width"]), "deadlines.wait.after[0]: parameter 'width' is in px"),
        (lambda book: book["deadlines"]["wait"].update(on_due="bang"), "deadlines.wait.on_due: no trigger is called 'bang'"),
    ],
)
def test_other_unknown_names(small: Small, tmp_path: Path, changes: Callable[[dict[str, Any]], None], text: str) -> None:
    book = small()
    changes(book)
    with pytest.raises(ConfigError) as caught:
        load_playbook(write(tmp_path, book))
    assert text in str(caught.value)


def test_the_shipped_parking_playbook_holds_together() -> None:
    book = shipped_playbook("parking")
    assert book.parameter("grace") == 600
    assert book.states["draft"].kind is StateKind.OPEN
    assert book.states["decided"].kind is StateKind.DONE


def test_law_parameters_and_checks_of_the_parking_playbook_name_their_basis() -> None:
    book = shipped_playbook("parking")
    sources = ("RTSL", "APL", "PROC", "GA/T 832", "VIDEO")
    bases = [part.basis for group in (book.parameters, book.checks, book.deadlines, book.void_grounds) for part in group.values()]
    assert all(any(source in basis for source in sources) for basis in bases)
    assert len(book.void_grounds) == 8  # PROC 22 names eight grounds


def test_law_06_only_a_reviewer_decides_and_only_on_full_proof() -> None:
    rules = [rule for rule in shipped_playbook("parking").rules if rule.target == "decided"]
    assert [(rule.who, rule.source, rule.reason_required) for rule in rules] == [(("reviewer",), ("draft",), True)]
    assert "fully_proven" in rules[0].requires


def test_law_06_nothing_but_full_proof_leads_to_a_draft() -> None:
    rules = [rule for rule in shipped_playbook("parking").rules if rule.target == "draft"]
    assert [(rule.trigger, rule.requires) for rule in rules] == [
        ("present", ("fully_proven",)),
        ("proof_over", ("fully_proven",)),
    ]


def test_no_title_before_the_decision_speaks_of_a_ticket() -> None:
    book = shipped_playbook("parking")
    titles = [state.title for name, state in book.states.items() if name != "decided"]
    assert not [title for title in titles if "ticket" in title.en.lower() or "罚" in title.zh or "告知单" in title.zh]


def test_a_playbook_is_frozen() -> None:
    book: Playbook = shipped_playbook("parking")
    with pytest.raises(ValueError, match="frozen"):
        book.version = 2
