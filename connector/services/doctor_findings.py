"""What an examination says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was seen and, when something is at fault, what to do about it in one sentence."""

    store: str | None
    check: str
    ok: bool
    detail: str
    fix: str = ""
