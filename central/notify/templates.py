"""Texts of notices: data, filled by name, never longer than the gateway takes."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, RootModel

from yuhang.config import load_yaml
from yuhang.errors import YuhangError


class NoticeError(YuhangError):
    """A notice that cannot be written: a word is missing or it is too long."""


class Template(BaseModel):
    """One text and how long it may become."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1)
    max_chars: int = Field(ge=1, le=1000)

    def render(self, words: Mapping[str, str]) -> str:
        """The text with its words filled in; `NoticeError` if a word is missing or the result is too long."""
        try:
            text = self.text.format_map(words)
        except KeyError as error:
            raise NoticeError(f"the notice needs the word {error}") from error
        if len(text) > self.max_chars:
            raise NoticeError(f"the notice has {len(text)} characters, {self.max_chars} are allowed")
        return text


class Templates(RootModel[dict[str, Template]]):
    """All templates by name."""

    def __getitem__(self, name: str) -> Template:
        return self.root[name]


SHIPPED = Path(__file__).with_name("templates.yaml")


def load_templates(path: Path = SHIPPED) -> Templates:
    """The templates in a YAML file; `ConfigError` names file, line and key."""
    return load_yaml(path, Templates)
