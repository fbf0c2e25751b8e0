"""What an examination says of one thing."""

from dataclasses import dataclass

from connector.errors import AccessDenied, ConnectorError, NeedsReauthorization


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was seen and, when something is at fault, what to do about it in one sentence."""

    store: str | None
    check: str
    ok: bool
    detail: str
    fix: str = ""


def refused(store: str, check: str, error: ConnectorError) -> Finding:
    """A check that a platform did not let through, with what to do about it."""
    fix = "Try again when the platform answers."
    if isinstance(error, NeedsReauthorization):
        fix = "Authorise the shop again and repeat connector store add with the new credentials."
    elif isinstance(error, AccessDenied):
        fix = "Grant the permission it names to the app."
    return Finding(store, check, ok=False, detail=str(error), fix=fix)
