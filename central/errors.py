"""Errors of central that a caller can do something about; each knows the HTTP status that says so."""

from http import HTTPStatus

from yuhang.errors import YuhangError


class Problem(YuhangError):  # noqa: N818 - RFC 9457 calls it a problem
    """An error of central that the API answers with this status."""

    status = HTTPStatus.BAD_REQUEST


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
