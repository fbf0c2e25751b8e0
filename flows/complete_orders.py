"""The completion flow: delivered orders become completed when the time for returns is over."""

from typing import Any

from prefect import flow

from connector.services.session import StoreSession
from connector.services.spans import checked_instant
from connector.services.stores_run import over_stores
from flows.ending import ended
from flows.opening import opened
from flows.parameters import AsOf, Stores
from tasks.complete import complete


@flow(name="complete-orders", persist_result=False)
async def complete_orders(stores: Stores = None, as_of: AsOf = None) -> Any:
    """Complete orders delivered long enough ago for which no return or refund is open or was granted.

    Runs daily and by hand; repeating it changes nothing. TikTok is asked for returns in this very run: if it
    cannot be asked, nothing is completed and the run fails, naming the store.
    """
    with opened() as ledger:
        instant = checked_instant("time to judge at", as_of or ledger.clock.now())

        async def story(session: StoreSession) -> None:
            await complete(session, instant)

        return await ended(
            "complete-orders", await over_stores(ledger, stores, source="complete", story=story)
        )
