"""A commented, complete and valid example of a configuration, made from the fields of its model.

The comment of a key is its field's title and description, its value the field's example, else its default. A model may give one
example for all its keys (`model_config = ConfigDict(json_schema_extra={"examples": [...]})`). Keys that are off by default
stand in the file as comments.
"""

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

from yuhang.config.fields import choices_in, is_mapping, item_of, keys_of, model_for, models_in, tag_of
from yuhang.errors import ConfigError

WIDTH = 110
_INDENT = "  "


def example_yaml(model: type[BaseModel]) -> str:
    """YAML text that `load_yaml` accepts for `model`."""
    title = (model.__doc__ or "").strip().splitlines()
    head = [f"# {title[0]}", ""] if title else []
    return "\n".join([*head, *_lines_of_model(model, _example_of(model))]) + "\n"


def _lines_of_model(model: type[BaseModel], example: Mapping[str, Any]) -> Iterator[str]:
    for key, field in keys_of(model).items():
        yield from _comment(field)
        yield from _lines_of_field(model, key, field, example)


def _lines_of_field(model: type[BaseModel], key: str, field: FieldInfo, example: Mapping[str, Any]) -> Iterator[str]:
    value = example[key] if key in example else _value_of(field)
    nested = models_in(field.annotation)
    item = item_of(field.annotation)
    if value is PydanticUndefined and not nested and item is None:
        raise ConfigError(f"{model.__name__}.{key} needs a default or an example, so that an example can be written")
    if value is None and field.default is None:
        yield f"# {key}:"
    elif nested:
        yield f"{key}:"
        yield from _indented(_lines_of_union(nested, {} if value is PydanticUndefined else _plain(value)))
    elif item is not None and models_in(item) and not is_mapping(field.annotation):
        yield from _lines_of_list(key, models_in(item), [{}] if value is PydanticUndefined else _plain(value))
    else:
        yield from _lines_of_value(key, [] if value is PydanticUndefined else _plain(value))


def _lines_of_union(models: list[type[BaseModel]], value: Mapping[str, Any]) -> Iterator[str]:
    chosen = model_for(models, value) or models[0]
    yield from _lines_of_model(chosen, {**_example_of(chosen), **value})
    for other in models:
        tag = tag_of(other)
        if other is not chosen and tag:
            yield f"# or, with {tag[0]}: {tag[1]}"
            yield from (f"# {line}" if line else "#" for line in _lines_of_model(other, _example_of(other)))


def _lines_of_list(key: str, models: list[type[BaseModel]], values: Sequence[Any]) -> Iterator[str]:
    if not values:
        yield f"{key}: []"
        return
    yield f"{key}:"
    for value in values:
        lines = list(_lines_of_union(models, value))
        first = next(index for index, line in enumerate(lines) if not line.startswith("#"))
        for index, line in enumerate(lines):
            yield f"{_INDENT}{'- ' if index == first else _INDENT}{line}"


def _lines_of_value(key: str, value: Any) -> Iterator[str]:
    flow = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    text = flow.removesuffix("...\n").strip()
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
    yield f"{key}: {text}"


def _comment(field: FieldInfo) -> Iterator[str]:
    parts = [part for part in (field.title, field.description) if part]
    choices = choices_in(field.annotation)
    if len(choices) > 1:
        parts.append(f"one of: {', '.join(choices)}")
    if not field.is_required() and not models_in(field.annotation):
        parts.append(f"default: {_shown(field.get_default(call_default_factory=True))}")
    for line in textwrap.wrap("; ".join(parts), WIDTH):
        yield f"# {line}"


def _shown(value: Any) -> str:
    return "none" if value is None else json.dumps(_plain(value), ensure_ascii=False)


def _value_of(field: FieldInfo) -> Any:
    if field.examples:
        return field.examples[0]
    if field.is_required():
        return PydanticUndefined
    return field.get_default(call_default_factory=True)


def _plain(value: Any) -> Any:
    """`value` as YAML can write it; secrets come out as stars."""
    return to_jsonable_python(value, by_alias=True)


def _example_of(model: type[BaseModel]) -> Mapping[str, Any]:
    extra = model.model_config.get("json_schema_extra")
    examples = extra.get("examples") if isinstance(extra, Mapping) else None
    return examples[0] if isinstance(examples, list) and examples and isinstance(examples[0], Mapping) else {}


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"{_INDENT}{line}" for line in lines)
