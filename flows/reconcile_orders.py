"""The reconciliation flow: is every order where it belongs, exactly once?"""

from typing import Any

from prefect import flow
from prefect.states import Completed, Failed

from connector.services.comparison import Comparison, summary, verdict
from connector.services.session import StoreSession
from connector.services.spans import checked_span
from connector.services.stores_run import over_stores
from flows.differences import show_differences
from flows.opening import opened
from flows.parameters import Since, Stores, Until
from tasks.reconcile import reconcile


@flow(name="reconcile-orders", persist_result=False)
async def reconcile_orders(start: Since = None, end: Until = None, stores: Stores = None) -> Any:
    """Compare TikTok, the ledger and Shopify by order id, and report every difference.

    Runs nightly over the last seven days when no instants are given. It changes nothing. A difference ends
    the run as failed; its message names the stores, its table the orders.
    """
    compared: dict[str, Comparison] = {}

    async def story(session: StoreSession) -> None:
        compared[session.store.name] = await reconcile(session, since, until)

    with opened() as ledger:
        since, until = checked_span(start, end, now=ledger.clock.now())
        results = await over_stores(ledger, stores, source="reconcile", story=story)
    await show_differences(compared)
    document = verdict(since, until, results, compared)
    return (Completed if document["ok"] else Failed)(message=summary(document), data=document)
