"""What the administrator's forms share: who may come in, what they sent, and a refusal in words."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

from central.errors import Problem
from central.screens.i18n import Translator
from central.screens.parts import Parts
from central.screens.roles import ADMINISTRATORS
from central.screens.visitor import Visitor, admit
from yuhang.errors import YuhangError


async def sent_values(request: Request) -> dict[str, str]:
    """The texts of a form; boxes of one name are joined by commas, files are left out."""
    form = await request.form(max_fields=2000)
    texts: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            texts[name] = ", ".join(part for part in (texts.get(name, ""), value) if part)
    return texts


def refusal(words: Translator, error: YuhangError) -> str:
    """Why something was refused, in the reader's language where the catalogue has words for it."""
    if isinstance(error, Problem) and error.key:
        return words(f"refused.{error.key}", **error.values)
    return str(error)


Sent = Annotated[Mapping[str, str], Depends(sent_values)]


def administrator(parts: Parts, request: Request) -> Visitor:
    """The administrator; raises `NotAdmittedError` as `admit` does. A form that another site sent is refused."""
    return admit(parts, request, ADMINISTRATORS)
