"""A call from its JSON."""

from pydantic import ValidationError

from yuhang.errors import MessageError
from yuhang.messages import EmergencyCall, first_error

LARGEST_CALL = 16 * 1024  # bytes


def parse_call(payload: bytes) -> EmergencyCall:
    """One call, or `MessageError` with the first thing that is wrong in it."""
    if len(payload) > LARGEST_CALL:
        raise MessageError(f"{len(payload)} bytes; a call has at most {LARGEST_CALL}")
    try:
        return EmergencyCall.model_validate_json(payload)
    except ValidationError as error:
        raise MessageError(first_error(error)) from error
