"""A rehearsed backfill writes nothing, whether it goes well or not."""

import asyncio
from datetime import timedelta

from connector.ledger import counters
from connector.sandbox.faults import Fault, FaultKind
from connector.services.dry_run import rehearse
from connector.services.fetch import backfill_window
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from tests.services.conftest import Connector, only_sqlite

pytestmark = only_sqlite


def test_a_rehearsal_that_fails_leaves_no_trace_on_the_store(shop: Connector) -> None:
    now = shop.runtime.clock.now()
    shop.platforms.tiktok_faults.add("order.search", Fault(FaultKind.STATUS, status=403), probability=1.0)
    before = shop.store(), shop.runtime.database.read(counters.totals)

    async def story(session: StoreSession) -> None:
        await rehearse(session, backfill_window(now - timedelta(days=1), now))

    (result,) = asyncio.run(
        over_stores(shop.runtime, ["us"], source="backfill", story=story, rehearsing=True)
    )

    assert result.error is not None
    assert (shop.store(), shop.runtime.database.read(counters.totals)) == before
