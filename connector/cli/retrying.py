"""Frees blocked and waiting orders and takes them to Shopify at once, without a flow run."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.cli import output
from connector.cli.run_view import print_run
from connector.errors import UsageError
from connector.ledger.freeing import retryable
from connector.ledger.tables import ORDERS
from connector.runtime import Runtime
from connector.services.results import run_document
from connector.services.retry import retry
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores


def retry_orders(
    runtime: Runtime, order_ids: Sequence[str], reason: str | None, names: Sequence[str] | None
) -> dict[str, Any]:
    """The document of the run, with `retried`: how many orders were made due.

    Raises UsageError for an id that no order has.
    """
    _require_known(runtime, order_ids)
    retried, reasons = 0, [reason] if reason else None
    wanted = [
        store.name
        for store in runtime.active_stores(names)
        if not store.paused
        and runtime.database.read(
            retryable,
            store_id=store.id,
            now=runtime.clock.now(),
            reasons=reasons,
            order_ids=list(order_ids) or None,
        )
    ]

    async def story(session: StoreSession) -> None:
        nonlocal retried
        retried += await retry(session, order_ids=list(order_ids) or None, reason=reason)

    results = asyncio.run(over_stores(runtime, wanted, source="retry", story=story)) if wanted else []
    return {**run_document(results), "retried": retried}


def print_retry(document: dict[str, Any]) -> None:
    """What came of a retry."""
    if not document["retried"]:
        output.people().print("No blocked or waiting order fits, so there was nothing to try again.")
        return
    print_run(document)


def _require_known(runtime: Runtime, order_ids: Sequence[str]) -> None:
    known = runtime.database.read(_known, order_ids=order_ids)
    unknown = [order_id for order_id in order_ids if order_id not in known]
    if unknown:
        raise UsageError(
            f"No order {unknown[0][:64]!r} is in the database; connector orders list shows what is."
        )


def _known(session: Session, *, order_ids: Sequence[str]) -> set[str]:
    wanted = list(dict.fromkeys(order_ids))
    return set(session.scalars(select(ORDERS.c.tiktok_order_id).where(ORDERS.c.tiktok_order_id.in_(wanted))))
