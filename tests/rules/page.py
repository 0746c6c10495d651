"""Renders the tables in both languages."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "rules.md"
_HEAD = """# 规则示例 · Rules as examples

Written by `python -m tests.rules` from [`tests/rules/tables.yaml`](../tests/rules/tables.yaml), whose rows the tests check: do
not edit. Times are those of Beijing; limits are the shipped values.
"""


def tables() -> dict[str, dict[str, Any]]:
    """All tables by name."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "rules" / "tables.yaml").read_text(encoding="utf-8"))
    return found


def rows(name: str) -> list[list[Any]]:
    """The rows of a table."""
    return list(tables()[name]["rows"])


def render() -> str:
    """The whole page."""
    return _HEAD + "".join(_table(table) for table in tables().values())


def _table(table: dict[str, Any]) -> str:
    title, about = table["title"], table["about"]
    heads = " | ".join(f"{column['zh']} · {column['en']}" for column in table["columns"])
    lines = "\n".join("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in table["rows"])
    rule = "|---" * len(table["columns"]) + "|"
    return f"\n## {title['zh']} · {title['en']}\n\n{about['zh']}\n\n{about['en']}\n\n| {heads} |\n{rule}\n{lines}\n"


def _cell(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是 yes" if cell else "否 no"
    return "–" if cell in {None, ""} else str(cell)
