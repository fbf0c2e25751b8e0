"""Sessions of the console: kept by a hash of their token, ended by time, by logout and by a new password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from connector.ledger.tables import SESSIONS


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as it was read; whether it still holds is for the caller to say."""

    user_name: str
    password_mark: str
    seen_at: datetime
    expires_at: datetime


def start(
    session: Session,
    *,
    token_hash: str,
    user_name: str,
    password_mark: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep a new session; those that ended by age are cleared away with it."""
    session.execute(delete(SESSIONS).where(SESSIONS.c.expires_at <= now))
    session.execute(
        insert(SESSIONS).values(
            token_hash=token_hash,
            user_name=user_name,
            password_mark=password_mark,
            created_at=now,
            seen_at=now,
            expires_at=expires_at,
        )
    )


def find(session: Session, *, token_hash: str) -> SessionRow | None:
    """The session of a token's hash, whether or not its time is over."""
    columns = (SESSIONS.c.user_name, SESSIONS.c.password_mark, SESSIONS.c.seen_at, SESSIONS.c.expires_at)
    row = session.execute(select(*columns).where(SESSIONS.c.token_hash == token_hash)).one_or_none()
    return None if row is None else SessionRow(*row)


def touch(session: Session, *, token_hash: str, now: datetime) -> None:
    """Note that the session was used."""
    session.execute(update(SESSIONS).where(SESSIONS.c.token_hash == token_hash).values(seen_at=now))


def end(session: Session, *, token_hash: str) -> None:
    """End one session."""
    session.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))


def end_all(session: Session, *, user_name: str) -> None:
    """End every session of somebody."""
    session.execute(delete(SESSIONS).where(SESSIONS.c.user_name == user_name))
