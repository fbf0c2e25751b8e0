"""Log lines: one JSON object each, and nothing in them that came from an order."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from connector.errors import LedgerUnavailable
from connector.serving import logs

_log = logging.getLogger("connector.tried")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is written while a test has the log to itself."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.configure("json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_an_event_its_values_and_the_request_it_belongs_to(written: io.StringIO) -> None:
    token = logs.request_id.set("abc")
    _log.info("synced\n%s", "well", extra={"store": "uk", "orders": 3})
    logs.request_id.reset(token)
    (line,) = _lines(written)
    assert line.pop("time")
    assert line == {
        "level": "info",
        "logger": "connector.tried",
        "event": "synced well",
        "store": "uk",
        "orders": 3,
        "request_id": "abc",
    }


def test_an_exception_is_told_by_kind_and_place_alone(written: io.StringIO) -> None:
    try:
        raise ValueError("Zoë Smith, 1 Main Street")
    except ValueError:
        _log.exception("failed")
    (line,) = _lines(written)
    assert "Zoë" not in written.getvalue()
    assert "Main Street" not in written.getvalue()
    assert str(line["error"]).startswith("Unexpected failure (ValueError at ")


def test_an_error_of_ours_is_told_in_its_own_words(written: io.StringIO) -> None:
    try:
        raise LedgerUnavailable("The database cannot be reached.")
    except LedgerUnavailable:
        _log.exception("failed")
    (line,) = _lines(written)
    assert line["error"] == "LedgerUnavailable: The database cannot be reached."


def test_libraries_that_name_addresses_are_quiet(written: io.StringIO) -> None:
    logging.getLogger("httpx").info("GET https://open-api.example/order?sign=secret")
    assert written.getvalue() == ""


def test_text_is_one_line_without_control_characters() -> None:
    record = logging.makeLogRecord({"msg": "a\nb", "name": "x", "levelname": "INFO", "path": "/\x1b[31m"})
    line = logs.TextLines().format(record)
    assert line.endswith("info     x: a b  path=/\N{REPLACEMENT CHARACTER}[31m")
