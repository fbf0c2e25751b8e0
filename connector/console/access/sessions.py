"""Sessions: a random token in the browser, its hash in the database, an end by disuse and one by age."""

import hashlib
import secrets
from datetime import timedelta

from connector.console.access.logins import Login, find_login
from connector.ledger import sessions
from connector.runtime import Runtime

IDLE_END = timedelta(hours=12)
"""A session that was not used for so long is over."""
ABSOLUTE_END = timedelta(days=7)
"""A session is over after this, however often it was used."""
_TOUCH_EVERY = timedelta(minutes=1)
"""Noting each click would make every page a write."""


def begin(runtime: Runtime, login: Login) -> str:
    """Start a session; gives the token that only the browser keeps."""
    token = secrets.token_urlsafe(32)
    now = runtime.clock.now()
    runtime.database.call(
        sessions.start,
        token_hash=_hash(token),
        user_name=login.name,
        password_mark=login.password_mark,
        now=now,
        expires_at=now + ABSOLUTE_END,
    )
    return token


def resume(runtime: Runtime, token: str) -> Login | None:
    """Whose session this is, with the role they have now; None when it is over."""
    token_hash, now = _hash(token), runtime.clock.now()
    found = runtime.database.read(sessions.find, token_hash=token_hash)
    if found is None or now >= found.expires_at or now >= found.seen_at + IDLE_END:
        return None
    login = find_login(runtime, found.user_name)
    if login is None or not secrets.compare_digest(login.password_mark, found.password_mark):
        return None
    if now >= found.seen_at + _TOUCH_EVERY:
        runtime.database.call(sessions.touch, token_hash=token_hash, now=now)
    return login


def end(runtime: Runtime, token: str) -> None:
    """End the session of a token."""
    runtime.database.call(sessions.end, token_hash=_hash(token))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
