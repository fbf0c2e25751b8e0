"""How far each stream of a store has been read."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from connector.ledger.tables import CURSORS
from connector.ledger.upserts import insert_for

BACKFILL_PREFIX = "backfill:"


def position(session: Session, *, store_id: int, stream: str) -> int | None:
    """Unix seconds before which everything of the stream has been read; None for a stream never read."""
    query = select(CURSORS.c.position).where(CURSORS.c.store_id == store_id, CURSORS.c.stream == stream)
    return session.scalar(query)


def advance(session: Session, *, store_id: int, stream: str, position: int, now: datetime) -> int:
    """Note how far the stream has been read, in the transaction of what was read; it never moves back.

    Gives the position that holds now.
    """
    session.execute(
        insert_for(session, CURSORS)
        .values(store_id=store_id, stream=stream, position=position, updated_at=now)
        .on_conflict_do_nothing()
    )
    session.execute(
        update(CURSORS)
        .where(CURSORS.c.store_id == store_id, CURSORS.c.stream == stream, CURSORS.c.position < position)
        .values(position=position, updated_at=now)
    )
    held = session.scalar(
        select(CURSORS.c.position).where(CURSORS.c.store_id == store_id, CURSORS.c.stream == stream)
    )
    return position if held is None else held


def backfills(session: Session, *, store_id: int) -> dict[str, int]:
    """Positions of the store's unfinished backfills by stream."""
    query = select(CURSORS.c.stream, CURSORS.c.position).where(
        CURSORS.c.store_id == store_id, CURSORS.c.stream.startswith(BACKFILL_PREFIX, autoescape=True)
    )
    return {row.stream: row.position for row in session.execute(query)}


def clear(session: Session, *, store_id: int, stream: str) -> None:
    """Forget a stream, such as a backfill that has ended; read again, it begins at its start."""
    session.execute(delete(CURSORS).where(CURSORS.c.store_id == store_id, CURSORS.c.stream == stream))
