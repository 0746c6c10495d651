"""The fields of a form, made from a pydantic model: widget, bounds and need from its types, words from the catalogues."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from central.screens.components.filters import Choice
from central.screens.scene import Scene

LONG = 500
"""Characters from which a text gets a box of several lines."""


class Widget(StrEnum):
    """How a value is asked for."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a form; `name` is dotted where it stands in a part of the document."""

    name: str
    label: str
    widget: Widget
    help: str = ""
    required: bool = False
    value: str = ""
    choices: tuple[Choice, ...] = ()
    max_length: int | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Hints:
    """What a form starts from: values and choices by dotted name, and what must be filled in whatever the model says."""

    values: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    needed: Collection[str] = ()


NO_HINTS = Hints()


def fields_of(scene: Scene, model: type[BaseModel], names: Collection[str], hints: Hints = NO_HINTS) -> tuple[Field, ...]:
    """The fields of these values of a model, in the order of `names`; a part that is a model itself gives a field a value."""
    return tuple(
        made
        for name in names
        for made in _fields(
            scene, name, model.model_fields[name], hints, needed=name in hints.needed or model.model_fields[name].is_required()
        )
    )


def field_label(scene: Scene, name: str) -> str:
    """What a field is called."""
    return scene.t(f"field.{name.replace('.', '_')}.label")


def _fields(scene: Scene, name: str, info: FieldInfo, hints: Hints, *, needed: bool) -> Iterator[Field]:
    kind = bare_type(info.annotation)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for part, about in kind.model_fields.items():
            yield from _fields(scene, f"{name}.{part}", about, hints, needed=needed and about.is_required())
        return
    flat = name.replace(".", "_")
    bounds = {type(each): each for each in _metadata(info)}
    longest = bounds[MaxLen].max_length if MaxLen in bounds else None  # type: ignore[attr-defined]
    choices = hints.choices.get(name) or _choices(scene, flat, kind)
    yield Field(
        name=name,
        label=scene.t(f"field.{flat}.label"),
        help=scene.t.texts.get(f"field.{flat}.help", ""),
        widget=_widget(kind, longest, choices=bool(choices)),
        required=needed,
        value=hints.values.get(name, ""),
        choices=choices,
        max_length=longest,
        least=bounds[Ge].ge if Ge in bounds else None,  # type: ignore[attr-defined]
        most=bounds[Le].le if Le in bounds else None,  # type: ignore[attr-defined]
    )


def bare_type(annotation: Any) -> Any:
    """The type without `None`."""
    if get_origin(annotation) in {Union, UnionType}:
        return next(part for part in get_args(annotation) if part is not NoneType)
    return annotation


def _metadata(info: FieldInfo) -> Iterator[object]:
    for each in info.metadata:
        yield from getattr(each, "metadata", (each,))


def _choices(scene: Scene, flat: str, kind: Any) -> tuple[Choice, ...]:
    values: tuple[str, ...] = ()
    if isinstance(kind, type) and issubclass(kind, Enum):
        values = tuple(each.value for each in kind)
    elif get_origin(kind) is Literal:
        values = get_args(kind)
    return tuple(Choice(value, scene.t(f"field.{flat}.choice.{value}")) for value in values)


def _widget(kind: Any, longest: int | None, *, choices: bool) -> Widget:
    if choices:
        return Widget.CHOICE
    if get_origin(kind) is tuple:
        return Widget.FILES
    if kind is int:
        return Widget.NUMBER
    if kind is date:
        return Widget.DATE
    if isinstance(kind, type) and issubclass(kind, str):
        return Widget.LONG_TEXT if longest is not None and longest >= LONG else Widget.TEXT
    return Widget.MOMENT if _is_moment(kind) else Widget.TEXT


def _is_moment(kind: Any) -> bool:
    return (isinstance(kind, type) and issubclass(kind, datetime)) or getattr(kind, "__name__", "") == "AwareDatetime"
