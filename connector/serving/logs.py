"""Log lines of the serving process: JSON for machines, readable text at a terminal.

A line has an event and named values (`extra=`). Exceptions are told by their kind and place alone, because
their texts may hold what is in an order; requests are told without their query, because searches hold names.
"""

import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

import orjson

from connector.errors import ConnectorError
from connector.services.unforeseen import as_spoken

LogFormat = Literal["json", "text"]

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the HTTP request under way, for every line written meanwhile."""

_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}
_TALKATIVE = ("httpx", "httpcore", "uvicorn", "prefect", "great_expectations", "alembic", "asyncio")
"""Their everyday lines say nothing here, or name addresses with signatures in them."""


def configure(format_: LogFormat | None, stream: TextIO | None = None, *, least: int = logging.INFO) -> None:
    """Send the process's log lines of level `least` and above to standard error (or another stream).

    Without a format they are JSON unless that is a terminal.
    """
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    as_json = (format_ or ("text" if target.isatty() else "json")) == "json"
    handler.setFormatter(JsonLines() if as_json else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(least)
    for name in _TALKATIVE:
        library = logging.getLogger(name)
        library.setLevel(logging.WARNING)
        # Prefect gives some of them handlers of their own, which print tracebacks.
        library.handlers.clear()
        library.propagate = True
    # Prefect's events are not the orders' history: that some were late at the end is nobody's concern.
    logging.getLogger("EventsWorker").setLevel(logging.ERROR)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _instant(record).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
            **_values(record),
        }
        return orjson.dumps(line, default=str).decode()


class TextLines(logging.Formatter):
    """`12:34:56 warning  connector.serving: event  name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        said = "".join(f"  {name}={_shown(value)}" for name, value in _values(record).items())
        at = _instant(record).strftime("%H:%M:%S")
        return f"{at} {record.levelname.lower():<8} {record.name}: {_event(record)}{said}"


def _event(record: logging.LogRecord) -> str:
    return " ".join(record.getMessage().split())


def _values(record: logging.LogRecord) -> Mapping[str, Any]:
    given = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
    if (current := request_id.get()) and "request_id" not in given:
        given["request_id"] = current
    if record.exc_info and record.exc_info[1] is not None:
        given["error"] = _told(record.exc_info[1])
    return given


def _told(error: BaseException) -> str:
    if not isinstance(error, Exception):
        return type(error).__name__
    spoken = as_spoken(error)
    return f"{type(spoken).__name__}: {spoken}" if isinstance(spoken, ConnectorError) else str(spoken)


def _instant(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _shown(value: object) -> str:
    text = str(value)
    clean = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return clean if clean and " " not in clean else f'"{clean}"'
