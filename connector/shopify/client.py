"""One Shopify store's Admin API, as the connector uses it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import httpx

from connector.clock import Clock
from connector.shopify.results import (
    CancelResult,
    CreateResult,
    FoundOrder,
    FulfilResult,
    ShopFacts,
    Tracking,
    VariantRow,
)
from connector.shopify.throttle import Throttle
from connector.shopify.tokens import TokenSource

IDENTIFIER_NAMESPACE = "tiktok_shop_connector"
IDENTIFIER_KEY = "order_id"


class ShopifyClient:
    """Everything the connector asks of one store; safe for many concurrent calls on one event loop.

    Reads raise the errors of `connector.errors`; `create_order` answers with a result instead.
    `calls` counts HTTP requests and `points` the query cost Shopify charged.
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
    ) -> None:
        raise NotImplementedError

    @property
    def calls(self) -> int:
        raise NotImplementedError

    @property
    def points(self) -> int:
        raise NotImplementedError

    async def create_order(self, order_input: Mapping[str, Any], options: Mapping[str, Any]) -> CreateResult:
        raise NotImplementedError

    async def find_by_custom_ids(self, values: Sequence[str]) -> dict[str, FoundOrder]:
        raise NotImplementedError

    async def find_by_source_identifiers(self, ids: Sequence[str]) -> dict[str, list[FoundOrder]]:
        raise NotImplementedError

    def orders_between(
        self,
        start: datetime,
        end: datetime,
        *,
        by: Literal["processed_at", "created_at"] = "processed_at",
        tag: str | None = None,
    ) -> AsyncIterator[FoundOrder]:
        raise NotImplementedError

    async def variants_by_sku(self, skus: Sequence[str]) -> list[VariantRow]:
        raise NotImplementedError

    def catalog(self) -> AsyncIterator[VariantRow]:
        raise NotImplementedError

    async def ensure_identifier_definition(
        self, namespace: str = IDENTIFIER_NAMESPACE, key: str = IDENTIFIER_KEY
    ) -> None:
        raise NotImplementedError

    async def shop(self) -> ShopFacts:
        raise NotImplementedError

    async def cancel_order(self, order_id: str, *, restock: bool) -> CancelResult:
        raise NotImplementedError

    async def fulfil_units(
        self, order_id: str, units: Mapping[str, int], tracking: Tracking | None = None
    ) -> FulfilResult:
        raise NotImplementedError
