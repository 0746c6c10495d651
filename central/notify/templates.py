"""Templates as they are registered with a carrier: fixed text, typed variables, a code and the sender's signature.

A set holds the templates of one sender under one signature and is chosen by its name. A text that a carrier would refuse is
refused here: when the file is read, or before the message is handed over.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from central.notify.texts import LONGEST, VariableKind, brackets_in, characters, cut, fits_kind, link_in, segments
from yuhang.config import load_yaml
from yuhang.errors import ConfigError, YuhangError

Value = str | Sequence[str]
"""What a variable is filled with; a list's items one by one."""

SHIPPED = Path(__file__).with_name("template_sets")
SEPARATOR = "；"
LEAST_TEXT = 6  # characters of a place that still say something

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


class NoticeError(YuhangError):
    """A notice that cannot be written: a word is missing, of the wrong kind, or a link, or the whole is too long."""


def _free_of_links(text: str) -> str:
    if (link := link_in(text)) is not None:
        raise ValueError(f"{link!r} is or looks like a link; carriers refuse it")
    if brackets_in(text):
        raise ValueError("the brackets 【】 belong to the signature, which is set before the text by itself")
    return text


PlainText = Annotated[str, AfterValidator(_free_of_links)]


class Part(BaseModel):
    """Base of what a set consists of: unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Variable(Part):
    """One variable of a template, as it is registered."""

    kind: VariableKind = Field(description="what it holds")
    max_length: int = Field(ge=1, description="longest value, characters")
    if_empty: PlainText | None = Field(default=None, min_length=1, description="for a list: what stands there without any item")
    of: str | None = Field(default=None, description="for a list spread over several variables: the list's name")
    item: int | None = Field(default=None, ge=1, le=9, description="which of its items stands here, from 1")

    @model_validator(mode="after")
    def _can_be_registered(self) -> Self:
        if self.max_length > LONGEST[self.kind]:
            raise ValueError(f"a variable of the kind {self.kind.value} holds at most {LONGEST[self.kind]} characters")
        if (self.if_empty is not None) != (self.kind is VariableKind.LIST):
            raise ValueError("`if_empty` belongs to a list, and a list needs it: no variable may be empty")
        if (self.of is None) != (self.item is None) or (self.of is not None and self.kind is not VariableKind.LIST):
            raise ValueError("`of` and `item` belong together, and to a list")
        if self.if_empty is not None and characters(self.if_empty) > self.max_length:
            raise ValueError(f"`if_empty` is longer than {self.max_length} characters")
        return self

    def fill(self, name: str, value: Value) -> str:
        """The value as it is sent: shortened by its own rule where it is too long. `NoticeError` for what may not be sent."""
        return self._shorten(name, self._items(value), self.max_length)

    def shorter(self, name: str, value: Value, now: str) -> str | None:
        """The next shorter form of a value that stands as `now`, or None where it cannot be made shorter."""
        least = characters(self.if_empty) if self.if_empty is not None else LEAST_TEXT
        if self.kind not in {VariableKind.TEXT, VariableKind.LIST} or characters(now) <= least:
            return None
        found = self.if_empty if self.item else self._shorten(name, self._items(value), characters(now) - 1)
        if found is None:
            return None
        return found if characters(found) < characters(now) else None

    def _items(self, value: Value) -> tuple[str, ...]:
        return (value,) if isinstance(value, str) else tuple(value)

    def _shorten(self, name: str, items: Sequence[str], length: int) -> str:
        if self.kind is VariableKind.LIST:
            kept = [_checked(name, item) for item in items]
            if self.item:
                kept = [item for item in kept if characters(item) <= length][self.item - 1 : self.item]
            while kept and characters(SEPARATOR.join(kept)) > length:
                kept.pop()
            return SEPARATOR.join(kept) or self.if_empty or ""
        text = _checked(name, "".join(items))
        if not fits_kind(self.kind, text):
            raise NoticeError(f"the variable {name!r} is no {self.kind.value}: {len(text)} characters of another form")
        if characters(text) <= length:
            return text
        if self.kind is not VariableKind.TEXT:
            raise NoticeError(f"the variable {name!r} has {characters(text)} characters, {length} are registered")
        return cut(text, length)


VariableName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,24}$")]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class Template(Part):
    """One registered text."""

    code: Code = Field(description="code that the carrier gave at registration")
    voice_code: Code | None = Field(default=None, description="code of the text as a spoken template, if registered")
    purpose: str = Field(min_length=1, max_length=200, description="what was stated at registration")
    text: PlainText = Field(min_length=1, max_length=500, description="fixed text with ${variables}, without the signature")
    variables: dict[VariableName, Variable] = Field(description="every variable of the text, by its name")
    max_segments: int = Field(default=4, ge=1, le=10, description="messages it may be billed as at most")

    @model_validator(mode="after")
    def _text_and_variables_agree(self) -> Self:
        names = _PLACEHOLDER.findall(self.text)
        for name in names:
            if name not in self.variables:
                raise ValueError(f"the text uses ${{{name}}}, which is not among its variables")
            if names.count(name) > 1:
                raise ValueError(f"the text uses ${{{name}}} twice; a variable may stand in a template once")
        for name in self.variables:
            if name not in names:
                raise ValueError(f"the variable {name!r} does not stand in the text")
        if "}${" in self.text or not _PLACEHOLDER.sub("", self.text).strip():
            raise ValueError("words must stand between and around the variables")
        return self

    def filled(self, words: Mapping[str, str]) -> str:
        """The text with its variables filled in."""
        return _PLACEHOLDER.sub(lambda found: words[found.group(1)], self.text)


@dataclass(frozen=True, slots=True)
class WrittenNotice:
    """A message ready to be queued; `text` begins with the signature, `segments` is what it is billed as."""

    template: str
    code: str
    voice_code: str | None
    signature: str
    text: str
    variables: dict[str, str]
    segments: int


class TemplateSet(Part):
    """The templates of one sender."""

    signature: PlainText = Field(min_length=2, max_length=12, description="registered name of the sender, without 【】")
    templates: dict[str, Template] = Field(min_length=1, description="templates by the name that features ask for")

    def write(self, name: str, values: Mapping[str, Value]) -> WrittenNotice:
        """The notice `name`; values that the template does not use are left out.

        What is too long is shortened first: a variable to what is registered, then the whole to what may be billed (lists before
        places). `NoticeError` where a value is missing or may not be sent, or the whole does not fit even so.
        """
        template = self.templates.get(name)
        if template is None:
            raise NoticeError(f"there is no template {name!r} in this set; there are: {', '.join(self.templates)}")
        values = {key: values.get(variable.of or key, "") for key, variable in template.variables.items()}
        missing = [key for key in template.variables if not values[key] and template.variables[key].if_empty is None]
        if missing:
            raise NoticeError(f"the notice {name!r} needs the words {', '.join(missing)}")
        words = {key: variable.fill(key, values[key]) for key, variable in template.variables.items()}
        while segments(text := f"【{self.signature}】{template.filled(words)}") > template.max_segments:
            key = _shortenable(template, values, words)
            if key is None:
                raise NoticeError(
                    f"the notice {name!r} has {characters(text)} characters, more than {template.max_segments} segments"
                )
            words[key] = template.variables[key].shorter(key, values[key], words[key]) or words[key]
        return WrittenNotice(name, template.code, template.voice_code, self.signature, text, words, segments(text))


@dataclass(frozen=True, slots=True)
class TemplateSets:
    """All sets by name; `default` is the one of matters whose authority has none of its own."""

    sets: Mapping[str, TemplateSet]
    default_name: str

    @property
    def default(self) -> TemplateSet:
        return self.named(self.default_name)

    def of_authority(self, name: str) -> TemplateSet:
        """The set that an authority's profile names, or the default where there are no notices under that name."""
        return self.sets.get(name, self.default)

    def holding(self, names: Collection[str]) -> Self:
        """These sets; `ConfigError` where one of them lacks a template that will be asked for."""
        for name, templates in sorted(self.sets.items()):
            if missing := sorted(set(names) - templates.templates.keys()):
                raise ConfigError(f"template set {name!r}: templates: no {', '.join(missing)}; cases need them")
        return self

    def named(self, name: str) -> TemplateSet:
        """The set of that name; `ConfigError` says which there are."""
        found = self.sets.get(name)
        if found is None:
            raise ConfigError(f"there is no template set {name!r}; there are: {', '.join(sorted(self.sets))}")
        return found


DEFAULT_SET = "urban_management"


def load_template_sets(default_name: str = DEFAULT_SET, folder: Path | None = None) -> TemplateSets:
    """The shipped sets, and those in `folder` (one YAML file each), which win over shipped ones of the same name.

    `ConfigError` names file, line and key.
    """
    files = [*sorted(SHIPPED.glob("*.yaml")), *(sorted(folder.glob("*.yaml")) if folder is not None else ())]
    if folder is not None and not folder.is_dir():
        raise ConfigError(f"notify.template_folder: there is no folder {folder}")
    sets = TemplateSets({file.stem: load_yaml(file, TemplateSet) for file in files}, default_name)
    sets.named(default_name)
    return sets


def _checked(name: str, text: str) -> str:
    if (link := link_in(text)) is not None:
        raise NoticeError(f"the variable {name!r} holds {link!r}, which is or looks like a link")
    if brackets_in(text):
        raise NoticeError(f"the variable {name!r} holds the brackets of a signature")
    return text


def _shortenable(template: Template, values: Mapping[str, Value], words: Mapping[str, str]) -> str | None:
    """The variable to shorten next: lists first, the last of them before the others, then places."""
    for kind in (VariableKind.LIST, VariableKind.TEXT):
        for key, variable in reversed(template.variables.items()):
            if variable.kind is kind and variable.shorter(key, values[key], words[key]) is not None:
                return key
    return None
