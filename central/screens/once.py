"""The one way in which forms act: only from central's own pages, and each form once, however often it is sent.

Every form of a page carries a name of its own. The first time it is sent the act is carried out and the answer kept; sent again
with the same content (a second touch, the browser's "back", a lost answer) it gets the same answer and nothing is done. A form
that was refused may be sent again.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

import anyio
from anyio import to_thread
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from starlette.datastructures import FormData

from central.api.access import SESSION_COOKIE, refuse_other_sites
from central.database import Database
from central.errors import Conflict
from central.screens.tables import FormReceipt
from yuhang.clock import Clock

FIELD = "form"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_KEPT_FOR = timedelta(days=1)
_ABANDONED_AFTER = timedelta(minutes=1)  # whoever carried it out was killed on the way
_WAIT_S, _LOOK_EVERY_S = 10.0, 0.1
_MOST_FIELDS = 2000

Handler = Callable[[Request], Awaitable[Response]]


class _Turn(Enum):
    """Whose turn it is to carry a form out."""

    MINE = "mine"
    ANOTHERS = "anothers"


@dataclass(frozen=True, slots=True)
class Once:
    """Carries forms out once; across all of central's workers, because the receipts stand in the database."""

    database: Database
    clock: Clock

    async def answer(self, request: Request, handle: Handler) -> Response:
        """What the handler answers, or has answered when the form came the first time.

        Raises `Forbidden` for what another site made the browser send, `Conflict` while the same form is still being carried out.
        """
        if request.method in _SAFE:
            return await handle(request)
        refuse_other_sites(request)
        key = await _key_of(request)
        if key is None:
            return await handle(request)
        turn = await self._turn(key)
        if isinstance(turn, str):
            return RedirectResponse(turn, status_code=303)
        location = None
        try:
            response = await handle(request)
            location = response.headers.get("location") if response.status_code == 303 else None
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self._end, key, location)
        return response

    async def _turn(self, key: str) -> _Turn | str:
        """The turn, or the answer of whoever had it before."""
        with anyio.move_on_after(_WAIT_S):
            while True:
                begun = await to_thread.run_sync(self._begin, key)
                if begun is not _Turn.ANOTHERS:
                    return begun
                await anyio.sleep(_LOOK_EVERY_S)
        raise Conflict("this form is being carried out already; look at the page again")

    def _begin(self, key: str) -> _Turn | str:
        now = self.clock.now()
        try:
            with self.database.session() as session:
                session.execute(delete(FormReceipt).where(FormReceipt.at < now - _KEPT_FOR))
                known = session.get(FormReceipt, key, with_for_update=True)
                if known is None:
                    session.add(FormReceipt(key=key, at=now, location=None))
                    return _Turn.MINE
                if known.location is None and known.at < now - _ABANDONED_AFTER:
                    known.at = now
                    return _Turn.MINE
                return known.location or _Turn.ANOTHERS
        except IntegrityError:  # another worker was faster by a moment
            return _Turn.ANOTHERS

    def _end(self, key: str, location: str | None) -> None:
        with self.database.session() as session:
            row = session.get(FormReceipt, key)
            if row is None:
                return
            if location is None:  # refused, or nothing that is done once: it may be sent again
                session.delete(row)
            else:
                row.location = location


def form_name() -> Markup:
    """The hidden field that every form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, secrets.token_urlsafe(16))


async def _key_of(request: Request) -> str | None:
    """What tells this form with this content from every other; None where it is no form of a page."""
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return None
    form = await request.form(max_fields=_MOST_FIELDS)
    name = form.get(FIELD)
    if not isinstance(name, str) or not name:
        return None
    parts = (request.cookies.get(SESSION_COOKIE, ""), name, request.url.path, await _content(form))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


async def _content(form: FormData) -> str:
    """A hash of everything in the form, files included; how the browser has packed it does not matter."""
    digest = hashlib.sha256()
    for name, value in form.multi_items():
        if isinstance(value, str):
            content = value.encode()
        else:
            content = await value.read()
            await value.seek(0)
        digest.update(f"{len(name)} {name} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()
