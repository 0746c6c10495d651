"""What the administrator's forms share: who may come in, what they sent, and a refusal in words."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

from central.api.access import refuse_other_sites
from central.screens.parts import Parts
from central.screens.roles import ADMINISTRATORS
from central.screens.visitor import Visitor, admit


async def sent_values(request: Request) -> dict[str, str]:
    """The texts of a form; files are left out."""
    form = await request.form(max_fields=2000)
    return {name: value for name, value in form.items() if isinstance(value, str)}


Sent = Annotated[Mapping[str, str], Depends(sent_values)]


def administrator(parts: Parts, request: Request) -> Visitor:
    """The administrator; raises `NotAdmittedError` as `admit` does. A form that another site sent is refused."""
    if request.method == "POST":
        refuse_other_sites(request)
    return admit(parts, request, ADMINISTRATORS)
