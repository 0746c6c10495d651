"""Catalogues: equal keys, every key used, nothing written in code, no Chinese in the English one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import central.screens
from central.screens.i18n import CatalogueError, Catalogues, Language, choose_language

FOLDER = Path(central.screens.__file__).parent
HAN = re.compile(r"[\u3400-\u9fff]")
PROPER_NAMES = {"language.zh"}
NOT_WORDS = {"check", "class", "data"}  # names of HTML attributes and of modules, not of texts


def constants_of(path: Path) -> Iterator[str]:
    """Every text constant of a module as a regular expression; what an f-string fills in matches one part of a key."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in node.values)
            yield "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield re.escape(node.value)


def key_patterns() -> set[str]:
    modules = [path for path in FOLDER.rglob("*.py") if path.name != "i18n.py"]  # it joins keys of any kind
    found = {text for path in modules for text in constants_of(path) if "." in text}
    for path in (FOLDER / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        found |= {re.escape(key) for key in re.findall(r't(?:\.count)?\("([a-z_.]+)"', source) if not key.endswith(".")}
        found |= {re.escape(key) + r"\w+" for key in re.findall(r't\("([a-z_.]+\.)" ~', source)}
    return found


def test_both_languages_have_the_same_keys(catalogues: Catalogues) -> None:
    chinese, english = (set(catalogues[language].texts) for language in Language)
    assert chinese == english


def test_both_languages_fill_in_the_same_values(catalogues: Catalogues) -> None:
    names = re.compile(r"{(\w+)}")
    for key, text in catalogues[Language.CHINESE].texts.items():
        assert set(names.findall(text)) == set(names.findall(catalogues[Language.ENGLISH].texts[key])), key


def test_every_key_is_used(catalogues: Catalogues) -> None:
    patterns = [re.compile(text + r"(\.(one|other))?") for text in key_patterns()]
    # `Scene.t.word` reads a group by a name that comes from data
    groups = ("nodes.status.", "zones.kind.")
    unused = [
        key
        for key in catalogues[Language.ENGLISH].texts
        if not key.startswith(groups) and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []


def test_every_key_in_code_is_in_the_catalogue(catalogues: Catalogues) -> None:
    keys = set(catalogues[Language.ENGLISH].texts)
    groups = {key.split(".")[0] for key in keys} - NOT_WORDS
    asked = {
        node.args[0].value
        for path in FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id) in {"t", "words"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert asked
    assert {key.split(".")[0] for key in asked} <= groups | NOT_WORDS
    assert asked - keys == set()


def test_no_chinese_in_code_or_in_the_english_catalogue(catalogues: Catalogues) -> None:
    english = {key for key, text in catalogues[Language.ENGLISH].texts.items() if HAN.search(text)}
    assert english == PROPER_NAMES
    sources = [path for path in FOLDER.rglob("*") if path.suffix in {".py", ".html", ".js", ".css"}]
    assert [path.name for path in sources if HAN.search(path.read_text(encoding="utf-8"))] == []


def test_chinese_texts_are_chinese(catalogues: Catalogues) -> None:
    without = {key for key, text in catalogues[Language.CHINESE].texts.items() if not HAN.search(text)}
    assert without <= {
        "language.en",
        "act.and",
        "keys.digits.key",
        "keys.j.key",
        "keys.k.key",
        "keys.question.key",
        "case.moved",
        "age.together",
    }


def test_missing_key_and_missing_value_are_errors(catalogues: Catalogues) -> None:
    t = catalogues[Language.ENGLISH]
    with pytest.raises(CatalogueError, match=r"no\.such"):
        t("no.such")
    with pytest.raises(CatalogueError, match="speed"):
        t("demo.clock")


def test_counting_uses_the_singular_for_one(catalogues: Catalogues) -> None:
    t = catalogues[Language.ENGLISH]
    assert [t.count("queue.count", number) for number in (0, 1, 2)] == ["0 cases", "1 case", "2 cases"]


def test_a_catalogue_with_anything_but_texts_names_the_key(tmp_path: Path) -> None:
    for language in Language:
        write(tmp_path, language, "desk", {"start": {"limit": 5}})
    with pytest.raises(CatalogueError, match=r"start\.limit"):
        Catalogues.load(tmp_path)


def test_a_key_in_two_files_of_a_language_is_refused(tmp_path: Path) -> None:
    for language in Language:
        write(tmp_path, language, "desk", {"start": {"title": "Today"}})
        write(tmp_path, language, "phone", {"start": {"title": "Now"}})
    with pytest.raises(CatalogueError, match=r"phone\.yaml: start\.title is already"):
        Catalogues.load(tmp_path)


def write(folder: Path, language: Language, name: str, texts: object) -> None:
    (folder / language.value).mkdir(exist_ok=True)
    (folder / language.value / f"{name}.yaml").write_text(yaml.safe_dump(texts), encoding="utf-8")


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "expected"),
    [
        ("en", "zh", "zh", "en"),
        (None, "en", "zh", "en"),
        (None, None, "en-GB,en;q=0.9,zh;q=0.8", "en"),
        (None, None, "fr-FR, zh-CN;q=0.5", "zh"),
        ("fr", None, None, "zh"),
        (None, None, None, "zh"),
    ],
)
def test_language_is_asked_for_then_remembered_then_accepted(
    asked: str | None, remembered: str | None, accepted: str | None, expected: str
) -> None:
    assert choose_language(asked, remembered, accepted) == expected
