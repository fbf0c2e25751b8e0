"""What is said of a failure: a known one in its own words, any other by its kind and place alone.

The text of an exception that nobody raised on purpose may hold an order's data: PostgreSQL's name the whole
row. It never reaches a log, a run's state or the ledger.
"""

from connector.errors import ConnectorError


class UnforeseenFailure(Exception):
    """A failure nobody raised on purpose, named by its kind and place."""


def as_spoken(error: Exception) -> Exception:
    """The error that may be shown in place of this one: itself or what it holds, when it is a known one."""
    if isinstance(error, UnforeseenFailure):
        return error
    known = _first_known(error)
    if known is not None:
        return known
    return UnforeseenFailure(f"Unexpected failure ({type(_innermost(error)).__name__} at {_place(error)})")


def _first_known(error: BaseException) -> ConnectorError | None:
    if isinstance(error, ConnectorError):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next((found for each in error.exceptions if (found := _first_known(each))), None)
    return None


def _innermost(error: BaseException) -> BaseException:
    if isinstance(error, BaseExceptionGroup):
        return _innermost(error.exceptions[0])
    return error


def _place(error: BaseException) -> str:
    """Module and line of the deepest frame of ours, or of the deepest of all when none is ours."""
    trace, places = _innermost(error).__traceback__, []
    while trace is not None:
        places.append((str(trace.tb_frame.f_globals.get("__name__", "?")), trace.tb_lineno))
        trace = trace.tb_next
    ours = [place for place in places if place[0].partition(".")[0] in ("connector", "models")]
    module, line = (ours or places or [("an unknown place", 0)])[-1]
    return f"{module}:{line}"
