"""Nothing is forgotten: what could fall between two steps is taken up again by itself."""

import asyncio

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from connector.ledger import aftersales, refresh
from connector.ledger.claims import ClaimedOrder
from connector.ledger.tables import MAPPINGS
from connector.services.batch import Candidate
from connector.services.session import open_session
from connector.services.variants import free_if_mapped_meanwhile
from models.wire.tiktok import parse_order
from tests.services.conftest import Connector

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_mapping_made_while_an_order_was_held_frees_it(shop: Connector) -> None:
    order_id = shop.us.place("CAP-RED")
    shop.sync()
    shop.stands_for(order_id, "blocked", "sku_unmatched")
    # A mapping cannot free an order that somebody holds: all that is left of it then is its own row.
    shop.runtime.database.call(_map_only, shop=shop, seller_sku="CAP-RED", sku="TEE-BLK-M")

    asyncio.run(_give_back(shop, order_id))
    shop.sync()

    shop.stands_once(order_id)


def _map_only(session: Session, *, shop: Connector, seller_sku: str, sku: str) -> None:
    session.execute(
        insert(MAPPINGS).values(
            store_id=shop.store().id,
            seller_sku=seller_sku,
            variant_id=shop.us.shopify.variant(sku).id,
            created_at=shop.runtime.clock.now(),
        )
    )


async def _give_back(shop: Connector, order_id: str) -> None:
    """What a worker does after it has blocked an order by an index it had read before the mapping."""
    raw, now = shop.us.tiktok.order(order_id), shop.runtime.clock.now()
    candidate = Candidate(ClaimedOrder(0, order_id, raw, None, now, 0, None, None))
    candidate.order = parse_order(raw)
    async with open_session(shop.runtime, shop.store(), "sync") as session:
        await free_if_mapped_meanwhile(session, [candidate])


def test_orders_wait_for_a_missing_scope_and_go_on_when_it_is_granted(
    shop: Connector,
) -> None:
    scopes = shop.us.shopify.app.scopes
    order_id = shop.us.place()
    shop.us.shopify.app.grant(scopes - {"write_orders"})

    failed = shop.sync()

    assert failed.error is not None
    assert shop.order(order_id)["state"] == "waiting"
    shop.us.shopify.app.grant(scopes)
    shop.wait(hours=2)
    shop.sync()
    shop.stands_once(order_id)


def test_a_request_on_record_always_has_its_order_read_again(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.sync()
    return_id = shop.us.tiktok.open_return(order_id)
    request = {"return_id": return_id, "order_id": order_id, "return_status": "X", "update_time": 1}
    now = shop.runtime.clock.now()

    def note(session: Session) -> None:
        """What is committed when the process dies right after the feed's page."""
        touched = aftersales.record_aftersales(
            session, store_id=shop.store().id, kind="return", items=[request]
        )
        refresh.ask_again(session, store_id=shop.store().id, order_ids=sorted(touched), now=now)

    shop.runtime.database.call(note)

    due = shop.runtime.database.read(refresh.due_for_refresh, store_id=shop.store().id, now=now, limit=10)
    assert due == [order_id]
