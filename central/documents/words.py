"""The wording of papers: data, one YAML a template set; layout is code.

A template may use the words of `variables.VARIABLES` as `{plate}`; another word, or what would call a paper a decision before
there is one, is refused when the file is loaded, with file, line and key.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Self

from pydantic import Field, RootModel, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from central.cases.playbook import Part, Words
from central.documents.papers import PaperKind
from central.documents.variables import CONDITIONS, NUMBER_VARIABLES, VARIABLES
from yuhang.config import load_yaml

FOLDER = Path(__file__).parent / "templates"
BEFORE_DECISION = (PaperKind.NOTICE_SHEET, PaperKind.INFORMING)
CALLED_DECISION = ("罚单", "处罚决定", "ticket", "penalty decision")


class Section(Part):
    """A part of a paper: a heading (none: no heading, it goes on) and its paragraphs; `when`: only where this holds."""

    heading: str = ""
    when: str = ""
    text: tuple[str, ...] = Field(min_length=1)


class PaperWords(Part):
    """The wording of one kind of paper."""

    title: str = Field(min_length=1)
    number: str = Field(min_length=1, description="with {short}, {year} and {serial}")
    sections: tuple[Section, ...] = ()
    foot: str = Field(default="", description="what stands small at the end")


class TemplateSet(Part):
    """The papers of one kind of authority."""

    name: str
    written_against: str = Field(min_length=1, description="state of the law this wording was written against")
    papers: dict[PaperKind, PaperWords]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        findings = list(_findings(self))
        if findings:
            raise ValidationError.from_exception_data(
                type(self).__name__,
                [
                    InitErrorDetails(type=PydanticCustomError("paper", "{text}", {"text": text}), loc=key, input=key[-1])
                    for key, text in findings
                ],
            )
        return self


class Labels(RootModel[dict[str, Words]]):
    """Captions of tables and boxes in both languages."""

    def __getitem__(self, name: str) -> Words:
        return self.root[name]


@cache
def load_templates(name: str) -> TemplateSet:
    """A template set that comes with Yuhang; `ConfigError` with file, line and key of what does not hold together."""
    return load_template_file(FOLDER / f"{name}.yaml")


def load_template_file(path: Path) -> TemplateSet:
    """A template set from its file."""
    return load_yaml(path, TemplateSet)


@cache
def load_labels() -> Labels:
    """The captions."""
    return load_yaml(FOLDER / "labels.yaml", Labels)


def number_text(words: PaperWords, short: str, year: int, serial: int) -> str:
    """The number of a paper: 余城管停告字〔2026〕第000123号."""
    return words.number.format(short=short, year=year, serial=f"{serial:06d}")


def filled(words: PaperWords, values: Mapping[str, str], holding: Collection[str] = ()) -> PaperWords:
    """The wording with its words filled in, without the parts whose condition is not among those that hold."""
    sections = tuple(
        Section(heading=section.heading, text=tuple(text.format_map(values) for text in section.text))
        for section in words.sections
        if not section.when or section.when in holding
    )
    return PaperWords(title=words.title, number=words.number, sections=sections, foot=words.foot.format_map(values))


def variables_in(text: str) -> set[str]:
    """Names of the words in braces; a brace that is not closed is a `ValueError`."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


Key = tuple[str | int, ...]


def _findings(templates: TemplateSet) -> Iterator[tuple[Key, str]]:
    for kind in PaperKind:
        if kind not in templates.papers:
            yield ("papers",), f"no wording for {kind.value!r}"
            continue
        words = templates.papers[kind]
        key: Key = ("papers", kind.value)
        for place, text in _texts(words):
            allowed: Collection[str] = NUMBER_VARIABLES if place == ("number",) else VARIABLES
            yield from _unknown((*key, *place), text, allowed)
            if kind in BEFORE_DECISION:
                yield from _too_early((*key, *place), text)
        for index, section in enumerate(words.sections):
            if section.when and section.when not in CONDITIONS:
                yield (*key, "sections", index, "when"), _no_condition(section.when)
        for name in sorted(NUMBER_VARIABLES):
            if f"{{{name}}}" not in words.number:
                yield (*key, "number"), f"the number needs {{{name}}}"


def _texts(words: PaperWords) -> Iterator[tuple[Key, str]]:
    yield ("title",), words.title
    yield ("number",), words.number
    yield ("foot",), words.foot
    for index, section in enumerate(words.sections):
        yield ("sections", index, "heading"), section.heading
        for position, text in enumerate(section.text):
            yield ("sections", index, "text", position), text


def _no_condition(name: str) -> str:
    return f"there is no condition {name!r}; known: {', '.join(sorted(CONDITIONS))}"


def _unknown(key: Key, text: str, allowed: Collection[str]) -> Iterator[tuple[Key, str]]:
    try:
        names = variables_in(text)
    except ValueError as error:
        yield key, f"the braces do not match: {error}"
        return
    for name in sorted(names - set(allowed)):
        yield key, f"there is no word {{{name}}}; known: {', '.join(sorted(allowed))}"


def _too_early(key: Key, text: str) -> Iterator[tuple[Key, str]]:
    for word in CALLED_DECISION:
        if word in text.lower():
            yield key, f"before the decision nothing is called {word!r}"
