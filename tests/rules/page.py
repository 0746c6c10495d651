"""Renders the tables in both languages."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from central.cases.composition import compose, load_chapter
from central.cases.playbook import Playbook, shipped_playbook

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "rules.md"
FILES = ("front_path", "proof", "channels", "voiding", "figures")
STEP = re.compile(r"(?P<at>(?:\d\d-\d\d )?\d\d:\d\d:\d\d) (?P<word>\w+)(?: (?P<argument>\S+))?")
_HEAD = """# 规则示例 · Rules as examples

Written by `python -m tests.rules` from [`tests/rules/tables/`](../tests/rules/tables), whose rows the tests check: do
not edit. Times are those of Beijing; limits are the shipped values.
"""


@cache
def book() -> Playbook:
    """The playbook whose words stand in the tables: parking, with the general procedure behind it."""
    return compose(shipped_playbook("parking"), (load_chapter("common"), load_chapter("general")))


@cache
def tables() -> dict[str, dict[str, Any]]:
    """All tables by name, in the order in which they are read."""
    found: dict[str, dict[str, Any]] = {}
    for name in FILES:
        found |= yaml.safe_load((ROOT / "tests" / "rules" / "tables" / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def rows(name: str) -> list[list[Any]]:
    """The rows of a table, without the cells that are only told to people."""
    told = [bool(column.get("told")) for column in tables()[name]["columns"]]
    return [[cell for cell, skipped in zip(row, told, strict=True) if not skipped] for row in tables()[name]["rows"]]


def names(name: str) -> list[str]:
    """What a row of a table is called in the list of tests: its first cell in English."""
    return [str(row[0]["en"] if isinstance(row[0], dict) else row[0]) for row in tables()[name]["rows"]]


def render() -> str:
    """The whole page."""
    return _HEAD + "".join(_table(table) for table in tables().values())


def _table(table: dict[str, Any]) -> str:
    title, about = table["title"], table["about"]
    shown = [column for column in table["columns"] if not column.get("hidden")]
    heads = " | ".join(f"{column['zh']} · {column['en']}" for column in shown)
    words = {**_playbook_words(), **table.get("words", {})}
    lines = "\n".join(_line(table["columns"], row, words) for row in table["rows"])
    rule = "|---" * len(shown) + "|"
    return f"\n## {title['zh']} · {title['en']}\n\n{about['zh']}\n\n{about['en']}\n\n| {heads} |\n{rule}\n{lines}\n"


def _line(columns: list[dict[str, Any]], row: list[Any], words: dict[str, dict[str, str]]) -> str:
    cells = [_cell(cell, words) for column, cell in zip(columns, row, strict=True) if not column.get("hidden")]
    return "| " + " | ".join(cells) + " |"


def _cell(cell: Any, words: dict[str, dict[str, str]]) -> str:
    if isinstance(cell, bool):
        return "是 yes" if cell else "否 no"
    if isinstance(cell, dict):
        return f"{cell['zh']}<br>{cell['en']}"
    if isinstance(cell, list):
        return "<br>".join(_cell(part, words) for part in cell) or "–"
    if isinstance(cell, str) and (step := STEP.fullmatch(cell)):
        return f"{step['at']} {_word(words[step['word']], step['argument'] or '')}"
    if isinstance(cell, str) and cell and all(part in words for part in cell.split()):
        parts = [words[part] for part in cell.split()]
        return _word({"zh": "".join(part["zh"] for part in parts), "en": " ".join(part["en"] for part in parts)})
    return "–" if cell in {None, ""} else str(cell)


def _word(word: dict[str, str], argument: str = "") -> str:
    return f"{word['zh']} · {word['en']}".replace("{}", argument)


@cache
def _playbook_words() -> dict[str, dict[str, str]]:
    """Titles of limits, checks, grounds and states, as the screens have them."""
    titled = {**book().deadlines, **book().checks, **book().void_grounds, **book().states}
    return {name: {"zh": entry.title.zh, "en": entry.title.en} for name, entry in titled.items()}
