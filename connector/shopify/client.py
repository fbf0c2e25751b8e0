"""One Shopify store's Admin API, as the connector uses it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import httpx

from connector.clock import Clock
from connector.mapping.identity import KEY, NAMESPACE
from connector.shopify import followups, lookups, setup, subscriptions, variants
from connector.shopify.calls import Calls
from connector.shopify.results import (
    CancelResult,
    CreateResult,
    FoundOrder,
    FulfilResult,
    OrderStanding,
    ShopFacts,
    Tracking,
    VariantRow,
)
from connector.shopify.subscriptions import Subscription
from connector.shopify.throttle import Throttle
from connector.shopify.tokens import TokenSource
from connector.shopify.transport import BeforeSending, Transport


class ShopifyClient:
    """Everything the connector asks of one store; safe for many concurrent calls on one event loop.

    Reads raise the errors of `connector.errors`, TemporaryError only after several tries within seconds;
    ConfigurationError also when Shopify has retired `api_version`. The throttle is to be shared by all
    clients of one app and store; `namespace` and `key` name the unique order metafield.
    """

    def __init__(
        self,
        *,
        base_url: str,
        domain: str,
        api_version: str,
        tokens: TokenSource,
        http: httpx.AsyncClient,
        clock: Clock,
        throttle: Throttle | None = None,
        namespace: str = NAMESPACE,
        key: str = KEY,
    ) -> None:
        self.domain = domain
        self.throttle = throttle or Throttle(clock)
        self._transport = Transport(
            base_url=base_url,
            api_version=api_version,
            tokens=tokens,
            http=http,
            clock=clock,
            throttle=self.throttle,
        )
        self._calls = Calls(self._transport)
        self._namespace = namespace
        self._key = key

    @property
    def calls(self) -> int:
        """HTTP requests sent so far."""
        return self._transport.calls

    @property
    def throttled(self) -> int:
        """Answers so far that said: too many requests, or too few points left."""
        return self._transport.throttled

    @property
    def points(self) -> int:
        """Query cost that Shopify charged so far."""
        return round(self._transport.points)

    async def create_order(
        self,
        order_input: Mapping[str, Any],
        options: Mapping[str, Any],
        *,
        before_sending: BeforeSending | None = None,
    ) -> CreateResult:
        """Create an order (`OrderCreateOrderInput`, `OrderCreateOptionsInput`); gives a result, not an error.

        Within seconds it sends again what surely did nothing (no connection, too few points, 429, and once
        with a new token after 401), and never what may have been made. Once Shopify has answered in another
        API version than the one asked for, nothing is sent any more: `unavailable`, and the next read raises
        the ConfigurationError.

        `before_sending` is called at the last moment before a request leaves, each time one does; what it
        raises keeps the request from leaving, and is raised.
        """
        return await self._calls.create_order(order_input, options, before_sending)

    async def find_by_custom_ids(self, values: Sequence[str]) -> dict[str, FoundOrder]:
        """The orders with these values in the unique metafield, by value; missing ones are left out.

        Raises ConfigurationError when the metafield has no definition: nothing would ever be found.
        """
        return await lookups.by_custom_ids(self._calls, values, namespace=self._namespace, key=self._key)

    async def find_by_source_identifiers(self, ids: Sequence[str]) -> dict[str, list[FoundOrder]]:
        """All orders whose `sourceIdentifier` equals one of these, by id; ids without an order are left out.

        The search index runs behind, by seconds to minutes. Raises Unavailable for an answer that cannot be
        believed.
        """
        return await lookups.by_source_identifiers(self._calls, ids, namespace=self._namespace, key=self._key)

    def orders_between(
        self,
        start: datetime,
        end: datetime,
        *,
        by: Literal["processed_at", "created_at"] = "processed_at",
        tag: str | None = None,
    ) -> AsyncIterator[FoundOrder]:
        """The orders of `start` ≤ time < `end`, oldest first; `processed_at` is TikTok's order time.

        Without the scope read_all_orders Shopify shows the last 60 days only.
        """
        return lookups.between(
            self._calls, start, end, by=by, tag=tag, namespace=self._namespace, key=self._key
        )

    async def variants_by_sku(self, skus: Sequence[str]) -> list[VariantRow]:
        """The variants Shopify's search gives for these SKUs; the caller compares, and none is no proof."""
        return await variants.by_sku(self._calls, skus)

    def catalog(self) -> AsyncIterator[VariantRow]:
        """Every variant of the store, in any order; complete only if the iteration ends without an error."""
        return variants.catalog(self._calls)

    async def variants_of_product(self, product_id: str) -> list[VariantRow] | None:
        """All variants of a product, by gid, without the search index; None when it is not there."""
        return await variants.of_product(self._calls, product_id)

    async def order_standing(self, order_id: str) -> OrderStanding:
        """Whether an order, by gid, is still there, and whether it is cancelled."""
        return await followups.order_standing(self._calls, order_id)

    async def webhook_subscriptions(self) -> list[Subscription]:
        """The app's subscriptions to webhooks of this store."""
        return await subscriptions.subscriptions(self._calls)

    async def subscribe(self, topic: str, uri: str, fields: Sequence[str] = ()) -> None:
        """Have a topic sent to an address, of its fields only those named; repeating it changes nothing."""
        await subscriptions.subscribe(self._calls, topic, uri, fields)

    async def unsubscribe(self, subscription_id: str) -> None:
        """End a subscription; repeating it changes nothing."""
        await subscriptions.unsubscribe(self._calls, subscription_id)

    async def ensure_identifier_definition(self, namespace: str = "", key: str = "") -> None:
        """Make the unique order metafield's definition unless it is there.

        Raises ConfigurationError when the store uses the name for a metafield of another type.
        """
        await setup.ensure_identifier_definition(
            self._calls, namespace=namespace or self._namespace, key=key or self._key
        )

    async def shop(self) -> ShopFacts:
        """The store's name, currency, plan, location, supported API versions and the app's scopes."""
        return await setup.shop_facts(self._calls)

    async def cancel_order(self, order_id: str, *, restock: bool) -> CancelResult:
        """Cancel an order by gid, without refund or mail; repeating it is safe.

        Raises Unavailable when Shopify has not finished: ask again later.
        """
        return await followups.cancel_order(self._calls, order_id, restock=restock)

    async def fulfil_units(
        self, order_id: str, units: Mapping[str, int], tracking: Tracking | None = None
    ) -> FulfilResult:
        """Make so many units of each variant (by gid) fulfilled in all; repeating it is safe.

        Raises Unavailable when it is not known whether Shopify did it: ask again later.
        """
        return await followups.fulfil_units(self._calls, order_id, units, tracking)
