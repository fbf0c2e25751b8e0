"""Every way a call can fail: before the platform has carried it out, and after."""

from connector.sandbox.faults import Fault, FaultKind

_HANG = 0.4
LATEST = 30.0
"""Seconds after its connection died at which a request is carried out at the latest."""
_STATUSES = (500, 502, 503, 504)


def of_reads(platform: str) -> dict[str, Fault]:
    """Ways in which a read fails; whether it was carried out makes no difference."""
    return {
        "reset": Fault(FaultKind.RESET),
        "hang": Fault(FaultKind.HANG, delay=_HANG),
        **{f"status {status}": Fault(FaultKind.STATUS, status=status) for status in _STATUSES},
        "429": Fault(FaultKind.STATUS, status=429),
        "429 with Retry-After": Fault(FaultKind.STATUS, status=429, retry_after=2.0),
        "throttled": Fault(FaultKind.THROTTLED),
        "truncated": Fault(FaultKind.TRUNCATED),
        "garbled": Fault(FaultKind.GARBLED),
        "internal error": Fault(FaultKind.INTERNAL_ERROR),
        "error code in a 200": _error_code(platform),
        "slow": Fault(FaultKind.SLOW, delay=0.05),
    }


def of_writes(platform: str) -> dict[str, Fault]:
    """Ways in which a write fails; ` after` are those in which it was carried out all the same."""
    before = {name: fault for name, fault in of_reads(platform).items() if name != "truncated"}
    after = {
        "reset after": Fault(FaultKind.RESET, committed=True),
        "hang after": Fault(FaultKind.HANG, committed=True, delay=_HANG),
        **{
            f"status {status} after": Fault(FaultKind.STATUS, status=status, committed=True)
            for status in _STATUSES
        },
        "truncated after": Fault(FaultKind.TRUNCATED),
        "garbled after": Fault(FaultKind.GARBLED, committed=True),
        "internal error after": Fault(FaultKind.INTERNAL_ERROR, committed=True),
        "error code in a 200 after": _error_code(platform, committed=True),
        "late by 5 s": late(5.0),
        "late by 30 s": late(LATEST),
    }
    return {**before, **after}


def late(delay: float) -> Fault:
    """The connection dies, and the request is carried out so many seconds later."""
    return Fault(FaultKind.LATE, delay=delay)


def name_of(fault: Fault) -> str:
    """What a fault is counted under."""
    word = f"status {fault.status}" if fault.kind is FaultKind.STATUS else fault.kind.value.replace("_", " ")
    done = fault.committed or fault.kind is FaultKind.TRUNCATED
    return f"{word}{' with Retry-After' if fault.retry_after else ''}{' after' if done else ''}"


def _error_code(platform: str, *, committed: bool = False) -> Fault:
    if platform == "tiktok":
        return Fault(FaultKind.ERROR_CODE, code="36009007", message="busy", status=200, committed=committed)
    return Fault(FaultKind.ERROR_CODE, code="TIMEOUT", message="timed out", status=200, committed=committed)
