"""YAML file to pydantic model; every finding names file, line, key and what is allowed there."""

import difflib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from yuhang.config.document import Document, Place, dotted, parse_document, read_document
from yuhang.config.fields import keys_of, model_at
from yuhang.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)

MAX_FINDINGS = 20


def load_yaml(path: Path, model: type[Model]) -> Model:
    """Read `path` as a `model`; relative paths in it are the caller's matter.

    `ConfigError` lists the findings, one a line: `node.yaml:12: cameras[0].source.urll: unknown key, did you mean 'url'? ...`.
    """
    return _validated(read_document(path), model)


def parse_yaml(text: str, model: type[Model], name: str = "configuration") -> Model:
    """As `load_yaml`, from text that came over the wire; `name` stands in the errors for the file."""
    return _validated(parse_document(text, Path(name)), model)


def _validated(document: Document, model: type[Model]) -> Model:
    if not isinstance(document.data, dict):
        raise ConfigError(f"{document.path}:1: expected keys and values, one of: {', '.join(keys_of(model))}")
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        findings = error.errors(include_url=False, include_input=False)
        lines = [_line_of(document, model, finding) for finding in findings[:MAX_FINDINGS]]
        if len(findings) > MAX_FINDINGS:
            lines.append(f"{document.path}: and {len(findings) - MAX_FINDINGS} more")
        raise ConfigError("\n".join(lines)) from error


def _line_of(document: Document, model: type[BaseModel], finding: ErrorDetails) -> str:
    place = _place_in(document, finding["loc"], missing=finding["type"] == "missing")
    text = _explained(document, model, finding, place)
    return f"{document.path}:{document.line(place)}: {dotted(place)}: {text}"


def _place_in(document: Document, location: tuple[str | int, ...], *, missing: bool) -> Place:
    """Pydantic's location without the parts that stand for union members and validators, which the file does not have."""
    place: Place = ()
    for index, part in enumerate(location):
        last = index == len(location) - 1
        if (*place, part) in document.lines or (last and missing):
            place = (*place, part)
    return place


def _explained(document: Document, model: type[BaseModel], finding: ErrorDetails, place: Place) -> str:
    match finding["type"]:
        case "extra_forbidden":
            return _unknown_key(document, model, place)
        case "missing":
            around = model_at(model, document.data, place[:-1])
            field = keys_of(around).get(str(place[-1])) if around and place else None
            description = f" ({field.description})" if field and field.description else ""
            return f"must be given{description}"
        case "union_tag_not_found" | "union_tag_invalid":
            return _unknown_kind(finding)
        case "string_type":
            return "must be text; put it in quotes"
        case _:
            return finding["msg"].removeprefix("Value error, ")


def _unknown_kind(finding: ErrorDetails) -> str:
    """A section of several kinds that does not say which it is, or names one that does not exist."""
    context = finding.get("ctx", {})
    key, tag = str(context.get("discriminator", "kind")).strip("'"), context.get("tag")
    known = str(context.get("expected_tags", "")).replace("'", "")
    return f"{key} must be given" if tag is None else f"{key} {tag!r} is not known, one of: {known}"


def _unknown_key(document: Document, model: type[BaseModel], place: Place) -> str:
    around = model_at(model, document.data, place[:-1])
    allowed = list(keys_of(around)) if around else []
    close = difflib.get_close_matches(str(place[-1]), allowed, n=1)
    hint = f", did you mean {close[0]!r}?" if close else ""
    return f"unknown key{hint} (allowed here: {', '.join(allowed)})" if allowed else f"unknown key{hint}"
