"""What a pydantic model allows at each place: used for the hints in errors and for the commented example."""

import types
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def key_of(name: str, field: FieldInfo) -> str:
    """The key under which a field stands in the file."""
    return field.alias or name


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields of a model by their keys."""
    return {key_of(name, field): field for name, field in model.model_fields.items()}


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Models that may stand where `annotation` is declared, looking through Optional, Annotated and unions (not collections)."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return models_in(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return [model for part in get_args(annotation) for model in models_in(part)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return []


def item_of(annotation: Any) -> Any | None:
    """Type of the items (or of the values) if `annotation` is a list, tuple, set or mapping, else None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return item_of(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return next((item for part in get_args(annotation) if (item := item_of(part)) is not None), None)
    arguments = get_args(annotation)
    if not isinstance(origin, type) or not arguments:
        return None
    if issubclass(origin, Mapping):
        return arguments[1]
    if issubclass(origin, tuple):
        return arguments[0] if len(arguments) == 2 and arguments[1] is Ellipsis else None
    return arguments[0] if issubclass(origin, Sequence | set | frozenset) else None


def is_mapping(annotation: Any) -> bool:
    """Whether `annotation` is a dict, possibly optional."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return is_mapping(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return any(is_mapping(part) for part in get_args(annotation))
    return isinstance(origin, type) and issubclass(origin, Mapping)


def choices_in(annotation: Any) -> list[str]:
    """Words that a Literal or an enumeration allows, else nothing."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return choices_in(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return [choice for part in get_args(annotation) for choice in choices_in(part)]
    if origin is Literal:
        return [str(value) for value in get_args(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return []


def tag_of(model: type[BaseModel]) -> tuple[str, str] | None:
    """Key and value by which a model is told from the others of its union: its first field with a single literal."""
    for key, field in keys_of(model).items():
        if get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1:
            return key, str(get_args(field.annotation)[0])
    return None


def model_for(models: list[type[BaseModel]], data: Any) -> type[BaseModel] | None:
    """The model of a union that `data` means by its tag; the first if there is no tag to go by."""
    if isinstance(data, Mapping):
        for model in models:
            tag = tag_of(model)
            if tag and str(data.get(tag[0])) == tag[1]:
                return model
    return models[0] if models else None


def model_at(root: type[BaseModel], data: Any, place: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The model that describes the mapping at `place` of `data`, or None if no model does."""
    annotation: Any = root
    for part in place:
        model = model_for(models_in(annotation), data)
        if model is not None and isinstance(part, str):
            field = keys_of(model).get(part)
            annotation = field.annotation if field else None
        else:
            annotation = item_of(annotation)
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return model_for(models_in(annotation), data)
