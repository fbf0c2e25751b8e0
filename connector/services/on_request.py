"""What a person asks to be done at once: try orders again, read one again, send what a mapping freed."""

from collections.abc import Awaitable, Callable, Sequence

from connector.runtime import Runtime
from connector.services import background
from connector.services.fetch import keep_orders
from connector.services.prepare import prepare
from connector.services.process import BATCH_SIZE, process_all
from connector.services.results import StoreResult
from connector.services.retry import retry
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores

Work = Callable[[StoreSession], Awaitable[None]]


def retrying(order_ids: Sequence[str] | None, reason: str | None) -> Work:
    """Try these orders again, all with the reason when none is named."""

    async def work(session: StoreSession) -> None:
        if order_ids is None:
            await retry(session, order_ids=None, reason=reason)
            return
        for start in range(0, len(order_ids), BATCH_SIZE):
            await retry(session, order_ids=order_ids[start : start + BATCH_SIZE], reason=reason)

    return work


def reading_again(tiktok_order_id: str) -> Work:
    """Read one order from TikTok by its id, keep it, and take it to Shopify if it is due."""

    async def work(session: StoreSession) -> None:
        orders = await session.tiktok.order_details([tiktok_order_id])
        await keep_orders(session, orders, source=session.source, scheduled=True)
        await prepare(session)
        await process_all(session, order_ids=[tiktok_order_id])

    return work


async def sending(session: StoreSession) -> None:
    """Take everything that is due to Shopify."""
    await prepare(session)
    await process_all(session)


async def do_now(runtime: Runtime, store: str, work: Work, *, source: str) -> StoreResult:
    """Do something for one store; gives its figures, with one sentence in `error` when it did not go well."""
    return (await over_stores(runtime, [store], source=source, story=work))[0]


def do_soon(runtime: Runtime, store: str, work: Work, *, source: str) -> None:
    """Do it in the background of this process; what came of it stands in the ledger."""
    background.start(do_now(runtime, store, work, source=source), name=f"{source} for {store}")
