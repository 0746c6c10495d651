"""The words of the public page: the same keys in both languages, all of them used, and none written anywhere else."""

import re
from pathlib import Path

import central.public
from central.public.rules import Phase
from central.screens.i18n import Catalogues, Language

FOLDER = Path(central.public.__file__).parent
HAN = re.compile(r"[\u3400-\u9fff]")
CATALOGUES = Catalogues.load(FOLDER / "locale")


def used() -> tuple[set[str], tuple[str, ...]]:
    """Keys that templates and code name whole, and beginnings to which something from data is added."""
    sources = [path.read_text(encoding="utf-8") for path in (*FOLDER.rglob("*.html"), *FOLDER.rglob("*.py"))]
    text = "\n".join(sources)
    whole = set(re.findall(r'"(public\.[a-z_.]+[a-z])"', text))
    whole.remove("public.css")  # the style sheet, not a key
    return whole, tuple(re.findall(r'"(public\.[a-z_.]+)" ~', text))


def test_both_languages_have_the_same_keys_and_fill_in_the_same_values() -> None:
    chinese, english = (CATALOGUES[language].texts for language in Language)
    assert set(chinese) == set(english)
    names = re.compile(r"{(\w+)")
    assert [key for key in chinese if set(names.findall(chinese[key])) != set(names.findall(english[key]))] == []


def test_every_key_is_used_and_every_key_that_is_used_is_there() -> None:
    whole, beginnings = used()
    keys = set(CATALOGUES[Language.ENGLISH].texts)
    assert [key for key in keys if key not in whole and not key.startswith(beginnings)] == []
    assert whole - keys == set()
    assert all(any(key.startswith(beginning) for key in keys) for beginning in beginnings)
    assert {key.split(".")[2] for key in keys if key.startswith("public.phase.")} == {phase.value for phase in Phase}


def test_no_chinese_in_code_or_in_the_english_catalogue() -> None:
    english = CATALOGUES[Language.ENGLISH].texts
    assert [key for key, text in english.items() if HAN.search(text)] == []
    sources = [path for path in FOLDER.rglob("*") if path.suffix in {".html", ".css"}]
    assert [path.name for path in sources if HAN.search(path.read_text(encoding="utf-8"))] == []


def test_chinese_texts_are_chinese() -> None:
    assert [key for key, text in CATALOGUES[Language.CHINESE].texts.items() if not HAN.search(text)] == []
