"""The words of the screens: one catalogue a language, equal keys, nothing written in code."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from yuhang.config.document import plain_yaml
from yuhang.errors import YuhangError

LOCALE_FOLDER = Path(__file__).parent / "locale"


class CatalogueError(YuhangError):
    """A text that a screen asks for is not in its catalogue, or the catalogue cannot be read."""


class Language(StrEnum):
    """Languages of the screens; the first is what a visitor gets who asks for neither."""

    CHINESE = "zh"
    ENGLISH = "en"

    @property
    def html_tag(self) -> str:
        """The BCP 47 tag for the `lang` attribute."""
        return {"zh": "zh-CN", "en": "en"}[self.value]


def choose_language(asked: str | None, remembered: str | None, accepted: str | None) -> Language:
    """The language of a visitor: asked for in the address, else remembered in the cookie, else the browser's first match."""
    known = {language.value: language for language in Language}
    for wish in (asked, remembered):
        if wish in known:
            return known[wish]
    for part in (accepted or "").split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in known:
            return known[tag]
    return Language.CHINESE


@dataclass(frozen=True, slots=True)
class Translator:
    """Texts of one language by dotted key."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of `key` with `{name}` replaced; raises `CatalogueError` where key or value is missing."""
        try:
            return self.texts[key].format(**values)
        except KeyError as error:
            raise CatalogueError(f"{self.language.value}: no text or value {error} for {key!r}") from error

    def count(self, key: str, number: int, **values: object) -> str:
        """The text for `number` things: `<key>.one` for exactly one, else `<key>.other`, with `{n}` replaced."""
        return self(f"{key}.{'one' if number == 1 else 'other'}", n=number, **values)

    def word(self, group: str, name: str) -> str:
        """The word for a name that comes from data (a state, a reason); the name itself where the catalogue has none."""
        return self.texts.get(f"{group}.{name}", name)


@dataclass(frozen=True, slots=True)
class Catalogues:
    """All languages."""

    translators: Mapping[Language, Translator]

    @classmethod
    def load(cls, *folders: Path) -> "Catalogues":
        """Read `<language>/*.yaml` of every language in these folders (the screens' own), one file an area.

        Raises `CatalogueError` for a file that is not nested texts, and for a key that stands in two files.
        """
        return cls({language: Translator(language, _read_all(folders or (LOCALE_FOLDER,), language)) for language in Language})

    def __getitem__(self, language: Language) -> Translator:
        return self.translators[language]


def _read_all(folders: Sequence[Path], language: Language) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in (path for folder in folders for path in _files(folder / language.value)):
        found = _read(path)
        twice = sorted(texts.keys() & found.keys())
        if twice:
            raise CatalogueError(f"{path.name}: {', '.join(twice)} is already in another file of {language.value}")
        texts |= found
    return texts


def _files(folder: Path) -> list[Path]:
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise CatalogueError(f"{folder}: no catalogue is here")
    return paths


def _read(path: Path) -> dict[str, str]:
    try:
        document = plain_yaml(path)
    except (OSError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    return dict(_flatten(document, "", path))


def _flatten(node: object, prefix: str, path: Path) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield prefix, node
    elif isinstance(node, dict):
        for name, child in node.items():
            if not isinstance(name, str):
                raise CatalogueError(f"{path.name}: key {name!r} under {prefix!r} must be quoted text")
            yield from _flatten(child, f"{prefix}.{name}" if prefix else name, path)
    else:
        raise CatalogueError(f"{path.name}: {prefix!r} must be text, is {type(node).__name__}")
