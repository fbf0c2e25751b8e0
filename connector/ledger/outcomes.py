"""Writes down what became of claimed orders: fenced by the lease owner, with history, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.ledger import history
from connector.ledger.attempts import begin_attempts, close_attempts, count_looks, record_lines
from connector.ledger.freeing import count_blocked, free_blocked, free_ignored
from connector.ledger.reading import maybe_made_pks
from connector.ledger.tables import LINES, ORDERS, STORES, VARIANTS
from connector.ledger.verdict_rows import Held, created_row, events_of, uncreated_row
from connector.ledger.verdicts import AttemptEnd, Blocked, Created, Ignored, Looked, Outcome, Waiting
from models.state import OrderState, Reason, ReasonCode
from models.status import OrderStatus

__all__ = [
    "AttemptEnd",
    "Blocked",
    "Created",
    "Ignored",
    "Looked",
    "Outcome",
    "Waiting",
    "begin_attempts",
    "count_blocked",
    "free_blocked",
    "free_ignored",
    "record_lines",
    "record_outcomes",
]

CLAIMED_TWICE = "shopify_order_claimed_twice"


def record_outcomes(
    session: Session, *, owner: str, now: datetime, source: str, outcomes: Sequence[Outcome]
) -> set[int]:
    """Write the outcomes of orders this owner still holds, and give them back; gives the orders written.

    An order that is missing in the answer was lost to another owner, and nothing of it was changed. A Shopify
    order that belongs to another order already leaves its order blocked; it stops nothing else.
    """
    verdicts = {outcome.pk: outcome for outcome in outcomes}
    held = _held(session, owner, list(verdicts))
    # What exists on Shopify never goes back to waiting, whatever is said of it later.
    verdicts = {
        pk: verdicts[pk]
        for pk, order in held.items()
        if order.state != OrderState.CREATED or isinstance(verdicts[pk], Created)
    }
    _end_attempts(session, verdicts.values(), now)
    verdicts = _not_created_when_cancelled(session, held, verdicts)
    taken = _taken_twice(session, held, verdicts)
    try:
        with session.begin_nested():
            _write(session, owner, now, source, held, _without_twins(verdicts, taken))
    except IntegrityError:
        # Somebody else linked the same Shopify order since it was looked for; now that can be seen.
        taken = _taken_twice(session, held, verdicts)
        _write(session, owner, now, source, held, _without_twins(verdicts, taken))
    _note_twins(session, taken, now, source)
    _forget_variants(session, held, verdicts.values())
    return set(verdicts)


def _held(session: Session, owner: str, pks: Sequence[int]) -> dict[int, Held]:
    query = (
        select(
            ORDERS.c.id,
            ORDERS.c.store_id,
            ORDERS.c.status,
            ORDERS.c.state,
            ORDERS.c.reason_code,
            ORDERS.c.reason_detail,
            ORDERS.c.attempts,
            ORDERS.c.shopify_cancelled_at,
            STORES.c.order_settings,
        )
        .join(STORES, STORES.c.id == ORDERS.c.store_id)
        .where(ORDERS.c.id.in_(pks), ORDERS.c.lease_owner == owner)
        .order_by(ORDERS.c.id)
        .with_for_update(of=ORDERS)
    )
    return {row.id: Held(*tuple(row)) for row in session.execute(query)}


def _end_attempts(session: Session, verdicts: Iterable[Outcome], now: datetime) -> None:
    close_attempts(session, {each.pk: each.attempt for each in verdicts if each.attempt is not None}, now)
    count_looks(session, [each.pk for each in verdicts if isinstance(each, Looked)], now)


def _not_created_when_cancelled(
    session: Session, held: Mapping[int, Held], verdicts: Mapping[int, Outcome]
) -> dict[int, Outcome]:
    """An order cancelled at TikTok while it was worked on is ignored, once it surely was not created."""
    cancelled = [
        pk
        for pk, verdict in verdicts.items()
        if held[pk].status == OrderStatus.CANCELLED and isinstance(verdict, Blocked | Waiting)
    ]
    doubtful = maybe_made_pks(session, cancelled)
    ignored = {
        pk: Ignored(pk, Reason(ReasonCode.CANCELLED_BEFORE_CREATE)) for pk in cancelled if pk not in doubtful
    }
    return {**verdicts, **ignored}


def _taken_twice(
    session: Session, held: Mapping[int, Held], verdicts: Mapping[int, Outcome]
) -> dict[int, str]:
    """Orders whose Shopify order belongs to another order of the store already, with that Shopify order."""
    created = [each for each in verdicts.values() if isinstance(each, Created)]
    if not created:
        return {}
    query = select(ORDERS.c.store_id, ORDERS.c.shopify_order_id, ORDERS.c.id).where(
        ORDERS.c.store_id.in_({held[each.pk].store_id for each in created}),
        ORDERS.c.shopify_order_id.in_([each.shopify_order_id for each in created]),
    )
    owners = {(row.store_id, row.shopify_order_id): row.id for row in session.execute(query)}
    taken = {}
    for each in created:
        owner_pk = owners.setdefault((held[each.pk].store_id, each.shopify_order_id), each.pk)
        if owner_pk != each.pk:
            taken[each.pk] = each.shopify_order_id
    return taken


def _without_twins(verdicts: Mapping[int, Outcome], taken: Mapping[int, str]) -> dict[int, Outcome]:
    blocked = {
        pk: Blocked(
            pk, Reason(ReasonCode.SHOPIFY_REFUSED, f"{shopify_id} belongs to another TikTok order already")
        )
        for pk, shopify_id in taken.items()
    }
    return {**verdicts, **blocked}


def _note_twins(session: Session, taken: Mapping[int, str], now: datetime, source: str) -> None:
    history.append(
        session,
        [history.event_row(pk, now, CLAIMED_TWICE, source, shopify_id) for pk, shopify_id in taken.items()],
    )


def _write(
    session: Session,
    owner: str,
    now: datetime,
    source: str,
    held: Mapping[int, Held],
    verdicts: Mapping[int, Outcome],
) -> None:
    created = [each for each in verdicts.values() if isinstance(each, Created)]
    others = [each for each in verdicts.values() if not isinstance(each, Created)]
    _update(session, owner, [created_row(held[each.pk], each, now) for each in created])
    _update(session, owner, [uncreated_row(held[each.pk], each) for each in others])
    history.append(
        session, [row for each in verdicts.values() for row in events_of(held[each.pk], each, now, source)]
    )


def _update(session: Session, owner: str, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    names = [name for name in rows[0] if name != "b_id"]
    statement = update(ORDERS).where(ORDERS.c.id == bindparam("b_id"), ORDERS.c.lease_owner == owner)
    session.connection().execute(
        statement.values(lease_owner=None, lease_until=None, **{name: bindparam(name) for name in names}),
        list(rows),
    )


def _forget_variants(session: Session, held: Mapping[int, Held], verdicts: Iterable[Outcome]) -> None:
    """Drop variants Shopify did not accept from the local index, so that they are asked for again."""
    stale = [each.pk for each in verdicts if isinstance(each, Waiting) and each.variants_stale]
    for pk in stale:
        used = select(LINES.c.variant_id).where(LINES.c.order_id == pk, LINES.c.variant_id.is_not(None))
        session.execute(
            delete(VARIANTS).where(
                VARIANTS.c.store_id == held[pk].store_id,
                VARIANTS.c.variant_id.in_(used.scalar_subquery()),
            )
        )
