"""Collects the tests that name a clause and renders the table."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "law.md"
_NAME = re.compile(r"test_law_((?:\d\d_(?:to_|and_)?)+)(.*)")
_HEAD = """# What the law asks, and the tests that show it

Written by `python -m tests.law` from the tests whose names carry a clause, and compared in CI: do not edit.
The clauses and what shows the result stand in [`tests/law/clauses.yaml`](../tests/law/clauses.yaml).
PROC = Road traffic violation procedure rules (2020); RTSL = Road Traffic Safety Law (2021); APL = Administrative Penalties
Law (2021); PIPL = Personal Information Protection Law; VIDEO = Public-safety video image regulation (2025); FACE = Measures on
face recognition (2025). A site's legal officer confirms amendments and local rules.

"""


class LawError(Exception):
    """A clause without a test, or a test that names a clause nobody knows."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: what it asks, by which source, where the result is shown, or why it belongs elsewhere; what no test shows."""

    number: int
    about: str
    source: str
    shown: str
    elsewhere: str
    untested: str


@dataclass(frozen=True, slots=True)
class LawTest:
    """A test that names clauses, with the first line of its docstring."""

    clauses: tuple[int, ...]
    name: str
    says: str
    path: str


def clauses() -> list[Clause]:
    """All clauses in their order."""
    rows = yaml.safe_load((ROOT / "tests" / "law" / "clauses.yaml").read_text(encoding="utf-8"))
    return [
        Clause(
            number=row["clause"],
            about=row["about"],
            source=row["source"],
            shown=row.get("shown", ""),
            elsewhere=row.get("elsewhere", ""),
            untested=row.get("untested", ""),
        )
        for row in rows
    ]


def law_tests() -> list[LawTest]:
    """Every test function whose name carries a clause, by file and line."""
    return [found for path in sorted((ROOT / "tests").rglob("test_*.py")) for found in _tests_of(path)]


def _tests_of(path: Path) -> Iterator[LawTest]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and (named := _NAME.fullmatch(node.name)):
            says = (ast.get_docstring(node) or "").strip().splitlines()
            sentence = says[0] if says else named[2].replace("_", " ").capitalize()
            yield LawTest(numbers_in(named[1]), node.name, sentence.rstrip("."), path.relative_to(ROOT).as_posix())


def numbers_in(text: str) -> tuple[int, ...]:
    """The clauses of a name: `06_to_13_` is 6 to 13, `08_10_` is 8 and 10."""
    found: list[int] = []
    span = False
    for part in text.strip("_").split("_"):
        if part == "to":
            span = True
        elif part != "and":
            number = int(part)
            found += range(found[-1] + 1, number + 1) if span else [number]
            span = False
    return tuple(found)


def render() -> str:
    """The whole page; `LawError` for a clause of this path without a test, and for a clause nobody knows."""
    known, tests = clauses(), law_tests()
    numbers = {clause.number for clause in known}
    if strange := [test.name for test in tests if not set(test.clauses) <= numbers]:
        raise LawError(f"clauses that are not in clauses.yaml: {', '.join(strange)}")
    by_clause = {clause.number: [test for test in tests if clause.number in test.clauses] for clause in known}
    if bare := [clause.number for clause in known if not clause.elsewhere and not by_clause[clause.number]]:
        raise LawError(f"no test names clause {', '.join(map(str, bare))}; write one called test_law_NN_...")
    lines = ["| clause | asks | source | tests | shown in |", "|---|---|---|---|---|"]
    lines += [
        f"| {clause.number} | {clause.about} | {clause.source} | {len(by_clause[clause.number]) or '–'} "
        f"| {clause.shown or 'another path: ' + clause.elsewhere} |"
        for clause in known
    ]
    sections = (_section(clause, by_clause[clause.number]) for clause in known if by_clause[clause.number])
    return _HEAD + "\n".join(lines) + "\n" + "".join(sections)


def _section(clause: Clause, tests: list[LawTest]) -> str:
    rows = "".join(f"| {test.says} | [`{test.name}`](../{test.path}) |\n" for test in tests)
    untested = f"\nNo test shows: {clause.untested}.\n" if clause.untested else ""
    return f"\n## {clause.number}. {clause.about}\n\n| what is shown | test |\n|---|---|\n{rows}{untested}"
