"""Logs as JSON lines or for a console, on stderr, with secrets and personal data taken out before anything is written."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

LogLevel = Literal["debug", "info", "warning", "error"]

HIDDEN = "***"
_HIDDEN_NAMES = r"password|passwd|pwd|token|secret|phone|authorization|private_key"
_SECRET_KEY = re.compile(_HIDDEN_NAMES, re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=://)(?:[^\s/@]*|[^\s/@:]+:\S*)@")
_PARAMETER = re.compile(rf"((?:{_HIDDEN_NAMES})=)[^&\s]*", re.IGNORECASE)

EventDict = MutableMapping[str, Any]


def redact_url(text: str) -> str:
    """Hide user names, passwords and secret parameters of every URL in `text` (cameras carry them in all these places)."""
    return _PARAMETER.sub(rf"\1{HIDDEN}", _USER_INFO.sub(f"{HIDDEN}@", text))


def redact_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Processor of structlog: hide values whose key names a secret, and credentials inside URLs, at any depth."""
    return {key: _redacted(key, value) for key, value in event.items()}


def configure_logging(level: LogLevel = "info", *, json: bool = False) -> None:
    """Send the logs of structlog and of the standard library through the same processors to stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, redact_secrets, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if json
        else [
            redact_secrets,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback),
        ]
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses, which carry telephone numbers


def _redacted(key: str, value: Any) -> Any:
    if _SECRET_KEY.search(key):
        return HIDDEN
    if isinstance(value, str):
        return redact_url(value)
    if isinstance(value, dict):
        return {inner: _redacted(str(inner), content) for inner, content in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted("", content) for content in value]
    return value
