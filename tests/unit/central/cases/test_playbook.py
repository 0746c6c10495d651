"""Playbooks are checked when they are loaded; what does not hold together is named with file, line and key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from central.cases.composition import Procedure, compose, load_chapter
from central.cases.playbook import Playbook, Role, StateKind, load_playbook, shipped_playbook
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


def composed(procedure: Procedure) -> Playbook:
    return compose(shipped_playbook("parking"), (load_chapter("common"), load_chapter(procedure.value)))


BOTH = pytest.mark.parametrize("book", [composed(procedure) for procedure in Procedure], ids=list(Procedure))


def test_the_shipped_parking_playbook_holds_together() -> None:
    book = shipped_playbook("parking")
    assert book.parameter("grace") == 600
    assert book.states["draft"].kind is StateKind.OPEN


@BOTH
def test_law_00_every_procedure_has_the_same_states_and_words(book: Playbook) -> None:
    other = composed(Procedure.GENERAL)
    assert (book.states, book.triggers, book.moments, book.deadlines) == (
        other.states,
        other.triggers,
        other.moments,
        other.deadlines,
    )


@BOTH
def test_law_parameters_and_checks_of_the_parking_playbook_name_their_basis(book: Playbook) -> None:
    sources = ("RTSL", "APL", "PROC", "GA/T 832", "VIDEO", "Administrative Reconsideration Law")
    bases = [part.basis for group in (book.parameters, book.checks, book.deadlines, book.void_grounds) for part in group.values()]
    assert all(any(source in basis for source in sources) for basis in bases)
    assert len(book.void_grounds) == 8  # PROC 22 names eight grounds


@BOTH
def test_law_06_only_a_reviewer_decides_and_only_on_full_proof(book: Playbook) -> None:
    rules = [rule for rule in book.rules if rule.target == "decided" and rule.trigger == "decide"]
    assert rules
    for rule in rules:
        assert (rule.who, rule.reason_required) == ((Role.REVIEWER,), True)
        assert {"fully_proven", "authorised", "second_officer_named", "amount_allowed"} <= set(rule.requires)


@BOTH
def test_law_06_nothing_but_full_proof_leads_to_a_draft_and_nothing_but_a_person_further(book: Playbook) -> None:
    into_draft = [rule for rule in book.rules if rule.target == "draft" and "draft" not in rule.source]
    assert [(rule.trigger, rule.requires) for rule in into_draft if rule.who == (Role.SYSTEM,)] == [
        ("present", ("fully_proven",)),
        ("proof_over", ("fully_proven",)),
    ]
    onward = [
        rule for rule in book.rules if "draft" in rule.source and book.states[rule.target or "draft"].kind is StateKind.OPEN
    ]
    moving = [rule for rule in onward if rule.target not in {None, "draft"}]
    assert all(rule.who == (Role.REVIEWER,) and "fully_proven" in rule.requires for rule in moving)


@BOTH
def test_law_10_a_case_can_be_voided_at_every_open_step_that_has_a_record(book: Playbook) -> None:
    open_states = {name for name, state in book.states.items() if state.kind is StateKind.OPEN} - {"new", "removing"}
    voidable = {source for rule in book.rules if rule.trigger == "void" for source in rule.source}
    assert open_states == voidable


@BOTH
def test_no_title_before_the_decision_speaks_of_a_ticket(book: Playbook) -> None:
    later = {"decided", "served", "overdue", "paid", "contested", "reconsidered", "revoked", "time_barred"}
    titles = [state.title for name, state in book.states.items() if name not in later]
    assert not [title for title in titles if "ticket" in title.en.lower() or "罚" in title.zh or "告知单" in title.zh]


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"review_limit": 9}, "parameters.review_limit.value: must be at most 5 working_day (PROC 19), not 9"),
        ({"payment_limit": 10}, "common.yaml: parameters.payment_limit.value: must be at least 15 day (APL 67), not 10"),
        ({"notify_limit": 2.5}, "must be a whole number of working_day"),
        ({"grce": 2}, "limits.grce: no parameter is called so; known: "),
    ],
)
def test_law_08_a_site_shortens_limits_but_never_stretches_the_laws(limits: dict[str, float], text: str) -> None:
    front, chapters = shipped_playbook("parking"), (load_chapter("common"), load_chapter("general"))
    assert compose(front, chapters, {"review_limit": 3}).parameter("review_limit") == 3
    with pytest.raises(ConfigError) as caught:
        compose(front, chapters, limits)
    assert text in str(caught.value)


def test_what_does_not_fit_between_chapters_is_named_with_its_chapter() -> None:
    front, common = shipped_playbook("parking"), load_chapter("common")
    general = load_chapter("general")
    lost = general.model_copy(update={"rules": (general.rules[0].model_copy(update={"target": "nowhere"}),)})
    with pytest.raises(ConfigError) as caught:
        compose(front, (common, lost))
    assert "general.yaml: rules[0].to: no state is called 'nowhere'" in str(caught.value)
    with pytest.raises(ConfigError, match=r"common\.yaml: parameters\.notify_limit: another part of the playbook"):
        compose(front, (common, common))


def test_a_playbook_is_frozen() -> None:
    book: Playbook = shipped_playbook("parking")
    with pytest.raises(ValueError, match="frozen"):
        book.version = 2
