"""What is still to be done on Shopify for orders that exist there: cancel them, or fulfil shipped units."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from connector.ledger import documents, history
from connector.ledger.claims import LEASE_SECONDS
from connector.ledger.tables import DOCUMENTS, LINES, ORDERS

_DONE = {"cancel": "cancelled_on_shopify", "fulfil": "fulfilled_on_shopify"}
_REFUSED = {"cancel": "cancel_refused", "fulfil": "fulfil_refused"}
_FAILED = {"cancel": "cancel_failed", "fulfil": "fulfil_failed"}


@dataclass(frozen=True, slots=True)
class Followup:
    """One thing to do on Shopify for a claimed order; `kind` is `cancel` or `fulfil`."""

    pk: int
    kind: str
    tiktok_order_id: str
    shopify_order_id: str
    raw: dict[str, Any]
    variant_by_sku_id: dict[str, str]
    attempts: int


def claim_followups(
    session: Session,
    *,
    store_id: int,
    owner: str,
    now: datetime,
    lease_seconds: float = LEASE_SECONDS,
    limit: int,
) -> list[Followup]:
    """Take up to `limit` due follow-ups nobody holds, the longest due first."""
    due = (
        select(ORDERS.c.id)
        .where(
            ORDERS.c.store_id == store_id,
            ORDERS.c.followup.is_not(None),
            ORDERS.c.followup_at <= now,
            ORDERS.c.shopify_order_id.is_not(None),
            or_(ORDERS.c.lease_until.is_(None), ORDERS.c.lease_until <= now),
        )
        .order_by(ORDERS.c.followup_at, ORDERS.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = session.scalars(
        update(ORDERS)
        .where(ORDERS.c.id.in_(due.scalar_subquery()))
        .values(lease_owner=owner, lease_until=now + timedelta(seconds=lease_seconds))
        .returning(ORDERS.c.id)
    ).all()
    return _load(session, claimed)


def record_followup(
    session: Session,
    *,
    owner: str,
    pk: int,
    kind: str,
    outcome: str,
    detail: str,
    now: datetime,
    next_try_at: datetime | None = None,
    source: str,
) -> bool:
    """Write down how a follow-up ended and give the order back; False when it is not this owner's any more.

    `done` and `already` settle it, `refused` settles it with a note, `failed` tries again at `next_try_at`.
    A follow-up that was replaced by another one meanwhile leaves that one in place.
    """
    held = session.execute(
        select(ORDERS.c.followup, ORDERS.c.followup_note)
        .where(ORDERS.c.id == pk, ORDERS.c.lease_owner == owner)
        .with_for_update()
    ).one_or_none()
    if held is None:
        return False
    done = outcome in ("done", "already")
    values: dict[str, Any] = {"lease_owner": None, "lease_until": None}
    if done and kind == "cancel":
        values["shopify_cancelled_at"] = now
    if held.followup == kind:
        values |= _settled(outcome, detail, next_try_at)
    session.execute(update(ORDERS).where(ORDERS.c.id == pk).values(**values))
    if outcome != "failed" or held.followup_note != detail:
        names = _DONE if done else _FAILED if outcome == "failed" else _REFUSED
        text = "it was already" if outcome == "already" and not detail else detail
        history.append(session, [history.event_row(pk, now, names[kind], source, text)])
    return True


def _settled(outcome: str, detail: str, next_try_at: datetime | None) -> dict[str, Any]:
    if outcome == "failed":
        return {
            "followup_at": next_try_at,
            "followup_attempts": ORDERS.c.followup_attempts + 1,
            "followup_note": detail or None,
        }
    note = (detail or "refused without a reason") if outcome == "refused" else None
    return {"followup": None, "followup_at": None, "followup_attempts": 0, "followup_note": note}


def _load(session: Session, pks: Sequence[int]) -> list[Followup]:
    if not pks:
        return []
    variants: dict[int, dict[str, str]] = defaultdict(dict)
    matched = select(LINES.c.order_id, LINES.c.sku_id, LINES.c.variant_id).where(
        LINES.c.order_id.in_(pks), LINES.c.variant_id.is_not(None)
    )
    for row in session.execute(matched):
        variants[row.order_id][row.sku_id] = row.variant_id
    query = (
        select(
            ORDERS.c.id,
            ORDERS.c.followup,
            ORDERS.c.tiktok_order_id,
            ORDERS.c.shopify_order_id,
            ORDERS.c.followup_attempts,
            DOCUMENTS.c.body,
        )
        .join(DOCUMENTS, DOCUMENTS.c.order_id == ORDERS.c.id)
        .where(ORDERS.c.id.in_(pks))
        .order_by(ORDERS.c.followup_at, ORDERS.c.id)
    )
    return [
        Followup(
            pk=row.id,
            kind=row.followup,
            tiktok_order_id=row.tiktok_order_id,
            shopify_order_id=row.shopify_order_id,
            raw=documents.decode(row.body),
            variant_by_sku_id=variants[row.id],
            attempts=row.followup_attempts,
        )
        for row in session.execute(query)
    ]
