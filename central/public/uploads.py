"""Reads a form with pictures, whatever somebody sends: never more than the limits, and an answer also for who sends too much."""

from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from central.errors import TooLarge, Unprocessable

_FIELDS = 20
_ROOM = 256 * 1024  # bytes for the fields and the seams between the parts
_SWALLOWED = 8  # times the limit: a browser shows the answer only when it could send all


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How many pictures, and bytes of one."""

    pictures: int
    picture_bytes: int

    @property
    def total(self) -> int:
        """Bytes of a whole form."""
        return self.pictures * self.picture_bytes + _ROOM


@dataclass(frozen=True, slots=True)
class SentForm:
    """The fields (the last of each name) and the pictures as they came."""

    fields: dict[str, str]
    pictures: tuple[bytes, ...] = ()

    def field(self, name: str) -> str:
        """A field, or nothing."""
        return self.fields.get(name, "").strip()


async def read_form(request: Request, limits: UploadLimits) -> SentForm:
    """The form. Raises `TooLarge` (too many bytes, or too many pictures) or `Unprocessable` (no form at all)."""
    counted = _Counted(request, limits.total)
    if counted.announced > limits.total:
        await counted.swallow()
        raise TooLarge("form")
    bounded = Request(request.scope, counted.receive)
    try:
        async with bounded.form(max_files=limits.pictures + _FIELDS, max_fields=_FIELDS) as form:
            return await _read(form, limits)
    except TooLarge:
        await counted.swallow()
        raise
    except HTTPException as error:  # how the parser says that this is no form
        raise Unprocessable("form") from error


async def _read(form: FormData, limits: UploadLimits) -> SentForm:
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.size]
    if len(files) > limits.pictures or any((file.size or 0) > limits.picture_bytes for file in files):
        raise TooLarge("pictures")
    return SentForm(fields, tuple([await file.read() for file in files]))


class _Counted:
    """The body of a request, counted as it comes."""

    def __init__(self, request: Request, most: int) -> None:
        self._request = request
        self._most = most
        self._received = 0
        self._ended = False
        length = request.headers.get("content-length", "0")
        self.announced = int(length) if length.isdecimal() else 0

    async def receive(self) -> Message:
        """The next piece; `TooLarge` once there are too many bytes."""
        message = await self._request.receive()
        self._received += len(message.get("body", b""))
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        if self._received > self._most:
            raise TooLarge("form")
        return message

    async def swallow(self) -> None:
        """Read on and throw away, up to a bound."""
        while not self._ended and self._received <= _SWALLOWED * self._most:
            message = await self._request.receive()
            self._received += len(message.get("body", b""))
            self._ended = message["type"] != "http.request" or not message.get("more_body", False)
