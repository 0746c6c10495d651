"""A filled-in form as the typed document, or what is wrong with it, field by field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from central.screens.scene import LOCAL_ZONE
from central.screens.sheets.fields import Field, Widget

Document = TypeVar("Document", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Filled(Generic[Document]):
    """The document, or the dotted names of the fields that are missing or wrong."""

    document: Document | None
    wrong: tuple[str, ...] = ()


def parse(
    model: type[Document],
    fields: Collection[Field],
    form: Mapping[str, object],
    given: Mapping[str, object] = MappingProxyType({}),
) -> Filled[Document]:
    """Read the fields of a form into a model; what was left empty is not sent, times without a zone are those of the place.

    `given` are values that nobody fills in.
    """
    document: dict[str, Any] = dict(given)
    for each in fields:
        text = str(form.get(each.name, "")).strip()
        if text:
            _put(document, each.name.split("."), _value(each, text))
    missing = tuple(each.name for each in fields if each.required and not str(form.get(each.name, "")).strip())
    if missing:
        return Filled(None, missing)
    try:
        return Filled(model.model_validate(document))
    except ValidationError as error:
        names = {".".join(str(part) for part in each["loc"] if isinstance(part, str)) for each in error.errors()}
        return Filled(None, tuple(sorted(names)))


def _put(document: dict[str, Any], path: list[str], value: object) -> None:
    for part in path[:-1]:
        document = document.setdefault(part, {})
    document[path[-1]] = value


def _value(each: Field, text: str) -> object:
    if each.widget is Widget.FILES:
        return tuple(part for part in text.split(",") if part)
    if each.widget is not Widget.MOMENT:
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text  # the model says that it is none
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)
