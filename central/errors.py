"""Errors of central that a caller can do something about; each knows the HTTP status that says so."""

from http import HTTPStatus

from yuhang.errors import YuhangError


class Problem(YuhangError):  # noqa: N818 - RFC 9457 calls it a problem
    """An error of central that the API answers with this status.

    `key` names the words that screens have for it in each language (`refused.<key>`), `values` what stands in them; without a key
    a screen shows the message itself.
    """

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, message: str = "", key: str = "", **values: object) -> None:
        super().__init__(message)
        self.key = key
        self.values = values


class Unauthorized(Problem):
    """Nobody is logged in."""

    status = HTTPStatus.UNAUTHORIZED


class Forbidden(Problem):
    """Logged in, but not allowed."""

    status = HTTPStatus.FORBIDDEN


class NotFound(Problem):
    """There is no such thing, or not for this caller."""

    status = HTTPStatus.NOT_FOUND


class Conflict(Problem):
    """The state of the thing does not allow this now."""

    status = HTTPStatus.CONFLICT


class TooLarge(Problem):
    """The body is larger than central takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class Unprocessable(Problem):
    """Well-formed, but it makes no sense."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooMany(Problem):
    """Slow down."""

    status = HTTPStatus.TOO_MANY_REQUESTS
