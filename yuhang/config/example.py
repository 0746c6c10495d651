"""A commented, complete and valid example of a configuration, made from the fields of its model.

The comment of a key is its field's title and description, its value the field's example, else its default. A model may give one
example for all its keys (`model_config = ConfigDict(json_schema_extra={"examples": [...]})`). Keys that are off by default
stand in the file as comments.
"""

import json
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
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


def _lines_of_model(model: type[BaseModel], example: Mapping[str, Any], skipped: Collection[str] = ()) -> Iterator[str]:
    tag = tag_of(model)
    fields = keys_of(model)
    for key in sorted(fields, key=lambda key: tag is None or key != tag[0]):  # what tells the kind comes first
        if key not in skipped:
            yield from _lines_of_field(model, key, fields[key], example)


def _lines_of_field(model: type[BaseModel], key: str, field: FieldInfo, example: Mapping[str, Any]) -> Iterator[str]:
    value = example[key] if key in example else _value_of(field)
    nested = models_in(field.annotation)
    items = [] if is_mapping(field.annotation) else models_in(item_of(field.annotation))
    if value is PydanticUndefined and not nested and item_of(field.annotation) is None:
        raise ConfigError(f"{model.__name__}.{key} needs a default or an example, so that an example can be written")
    yield from _comment(field, value)
    if value is None and field.default is None:
        yield f"# {key}:"
        yield from _commented(_indented(_lines_of_union(nested, {}))) if nested else ()
    elif nested:
        yield f"{key}:"
        yield from _indented(_lines_of_union(nested, {} if value is PydanticUndefined else _plain(value)))
    elif items:
        yield from _lines_of_list(key, items, [{}] if value is PydanticUndefined else _plain(value) or [{}])
    else:
        yield from _lines_of_value(key, [] if value is PydanticUndefined else _plain(value))


def _lines_of_union(models: list[type[BaseModel]], value: Mapping[str, Any]) -> Iterator[str]:
    chosen = model_for(models, value) or models[0]
    yield from _lines_of_model(chosen, {**_example_of(chosen), **value})
    for other in models:
        tag = tag_of(other)
        if other is not chosen and tag:
            yield from _alternative(chosen, other, tag)


def _alternative(chosen: type[BaseModel], other: type[BaseModel], tag: tuple[str, str]) -> Iterator[str]:
    """Another kind, as comments: only the keys that it does not share with the chosen one."""
    ours, theirs = keys_of(chosen), keys_of(other)
    shared = {key for key in theirs.keys() & ours.keys() if key != tag[0] and _same(ours[key], theirs[key])}
    replaced = [key for key in ours if key not in shared and key != tag[0]]
    instead = f" (in place of {', '.join(replaced)})" if replaced else ""
    yield f"# or, with {tag[0]}: {tag[1]}{instead}"
    yield from _commented(_lines_of_model(other, _example_of(other), shared))


def _same(one: FieldInfo, two: FieldInfo) -> bool:
    return (one.annotation, one.default, one.description) == (two.annotation, two.default, two.description)


def _lines_of_list(key: str, models: list[type[BaseModel]], values: Sequence[Any]) -> Iterator[str]:
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


def _comment(field: FieldInfo, value: Any) -> Iterator[str]:
    """What the field is, what is allowed, and the default where the example shows another value."""
    parts = [part for part in (field.title, field.description) if part]
    choices = choices_in(field.annotation)
    if len(choices) > 1:
        parts.append(f"one of: {', '.join(choices)}")
    default = None if field.is_required() else _plain(field.get_default(call_default_factory=True))
    if default is not None and default != _plain(value) and not models_in(field.annotation):
        parts.append(f"default: {json.dumps(default, ensure_ascii=False)}")
    for line in textwrap.wrap("; ".join(parts), WIDTH):
        yield f"# {line}"


def _value_of(field: FieldInfo) -> Any:
    if field.examples:
        return field.examples[0]
    if field.is_required():
        return next(iter(choices_in(field.annotation)), PydanticUndefined)
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


def _commented(lines: Iterator[str]) -> Iterator[str]:
    return (f"# {line}" for line in lines)
