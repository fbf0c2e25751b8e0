"""What a backfill does before and after its pages."""

from connector.ledger import cursors
from connector.services.fetch import Window
from connector.services.prepare import prepare
from connector.services.session import StoreSession


async def prepare_backfill(session: StoreSession, window: Window) -> None:
    """The same safety as before a sync; a window that was read to its end before is read from its start."""
    await prepare(session)
    store_id, stream = session.store.id, window.stream
    position = await session.database.run_read(cursors.position, store_id=store_id, stream=stream)
    if position is not None and position >= int(window.end.timestamp()):
        await session.database.run(cursors.clear, store_id=store_id, stream=stream)


async def finish_backfill(session: StoreSession, window: Window) -> None:
    """Forget the window's cursor: the next backfill over it compares every order again."""
    await session.database.run(cursors.clear, store_id=session.store.id, stream=window.stream)
