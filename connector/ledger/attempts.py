"""Create requests on record before they leave, so that none is ever forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from connector.ledger.claims import LEASE_SECONDS
from connector.ledger.lines import LineMatch, write_matches
from connector.ledger.tables import ATTEMPTS, ORDERS
from models.state import OrderState


def record_lines(session: Session, *, owner: str, matches: Mapping[int, Sequence[LineMatch]]) -> set[int]:
    """Note which variant each line of claimed orders was matched to; gives the orders still this owner's."""
    query = select(ORDERS.c.id).where(ORDERS.c.id.in_(list(matches)), ORDERS.c.lease_owner == owner)
    ours = set(session.scalars(query.with_for_update()))
    write_matches(session, {pk: lines for pk, lines in matches.items() if pk in ours})
    return ours


def begin_attempts(
    session: Session,
    *,
    owner: str,
    now: datetime,
    attempts: Sequence[tuple[int, str]],
    lease_seconds: float = LEASE_SECONDS,
) -> dict[int, int]:
    """Record that these (order, payload hash) requests are about to leave; gives each attempt's number.

    An order that is missing in the answer is not this owner's any more: its request must not be sent.
    The leases are prolonged, so that nobody takes an order over while its request is under way. An earlier
    attempt ends as `not_made`: the caller begins another one only when the last one surely did nothing.
    """
    hashes = dict(attempts)
    begun = session.execute(
        update(ORDERS)
        .where(
            ORDERS.c.id.in_(list(hashes)),
            ORDERS.c.lease_owner == owner,
            ORDERS.c.state == OrderState.WAITING.value,
        )
        .values(attempts=ORDERS.c.attempts + 1, lease_until=now + timedelta(seconds=lease_seconds))
        .returning(ORDERS.c.id, ORDERS.c.attempts)
    ).all()
    close_attempts(session, {row.id: "not_made" for row in begun if row.attempts > 1}, now)
    rows = [
        {
            "order_id": row.id,
            "number": row.attempts,
            "payload_hash": hashes[row.id],
            "started_at": now,
            "empty_looks": 0,
        }
        for row in begun
    ]
    if rows:
        session.execute(insert(ATTEMPTS), rows)
    return {row.id: row.attempts for row in begun}


def close_attempts(session: Session, outcomes: Mapping[int, str], now: datetime) -> None:
    """Write down how the open attempts of orders ended: `made`, `not_made` or `unknown`.

    The end of the request is noted once; what is found out later changes the outcome alone.
    """
    rows: list[dict[str, Any]] = [
        {"b_order_id": pk, "b_outcome": outcome, "b_now": now} for pk, outcome in outcomes.items()
    ]
    if not rows:
        return
    not_settled = or_(ATTEMPTS.c.outcome.is_(None), ATTEMPTS.c.outcome == "unknown")
    mine = (ATTEMPTS.c.order_id == bindparam("b_order_id"), not_settled)
    connection = session.connection()
    connection.execute(
        update(ATTEMPTS).where(*mine, ATTEMPTS.c.ended_at.is_(None)).values(ended_at=bindparam("b_now")),
        rows,
    )
    connection.execute(update(ATTEMPTS).where(*mine).values(outcome=bindparam("b_outcome")), rows)


def count_looks(session: Session, pks: Sequence[int], now: datetime) -> None:
    """Note that orders with an open attempt were looked for on Shopify and not found.

    A request whose end its owner never wrote down ended before now, as the order is somebody else's.
    """
    if pks:
        session.execute(
            update(ATTEMPTS)
            .where(
                ATTEMPTS.c.order_id.in_(pks),
                or_(ATTEMPTS.c.outcome.is_(None), ATTEMPTS.c.outcome == "unknown"),
            )
            .values(
                empty_looks=ATTEMPTS.c.empty_looks + 1,
                last_look_at=now,
                ended_at=func.coalesce(ATTEMPTS.c.ended_at, now),
            )
        )
