"""Set up structured logs on stderr: a console for people, JSON lines for machines."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, Literal, TextIO

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

Format = Literal["console", "json"]

UNIT_DONE = "unit done"
"""The event that ends each unit: for machines at info, for people, whom it floods, at debug."""

SECRETS = ("secret", "password", "token", "external_id", "credential", "authorization")


_NAME = "scanner-"
"""What the handler's name begins with; the format follows."""


def configure(format: Format, level: str, stream: TextIO | None = None) -> None:
    """Send the program's logs, and warnings of libraries, to `stream` (default: stderr)."""
    out = stream or sys.stderr
    number = logging.getLevelNamesMapping()[level.upper()]
    told: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_secrets,
    ]
    spared: list[Processor] = [_drop_units] if format == "console" and level != "debug" else []
    renderers = _json() if format == "json" else _console(colors=out.isatty())
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=told,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
    )
    # A handler of the standard library, unlike print, survives a reader that goes away.
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    handler.set_name(f"{_NAME}{format}")
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("scanner").setLevel(number)
    structlog.configure(
        processors=[*spared, *told, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def in_force() -> tuple[str, str]:
    """Return the format and the level to log with, for another process to do the same."""
    names = [name for each in logging.getLogger().handlers if (name := each.get_name())]
    found = next((name for name in names if name.startswith(_NAME)), f"{_NAME}console")
    level = logging.getLogger("scanner").level or logging.WARNING
    return found.removeprefix(_NAME), logging.getLevelName(level).lower()


def _json() -> list[Processor]:
    # Local variables may hold credentials: tracebacks are shown without them, here and below.
    plain = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [structlog.processors.ExceptionRenderer(plain), structlog.processors.JSONRenderer()]


def _console(*, colors: bool) -> list[Processor]:
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]


def _drop_units(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if event["event"] == UNIT_DONE:
        raise structlog.DropEvent
    return event


def _hide_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Blank values whose names say that they are secret; the last net, not the first."""
    return {
        key: "***" if any(word in key.lower() for word in SECRETS) else value
        for key, value in event.items()
    }
