"""The sandbox Shopify for tests: one fresh shop per test, spoken to over HTTP by a client of a few lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from connector.sandbox.clock import SandboxClock
from connector.sandbox.exchange import PlatformApp
from connector.sandbox.faults import FaultPlan
from connector.sandbox.server import Mounts, RunningServer
from connector.sandbox.shopify import ShopifyWorld, shopify_app

CREATE = """mutation Create($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
  orderCreate(order: $order, options: $options) {
    order {
      id name sourceIdentifier displayFinancialStatus displayFulfillmentStatus createdAt processedAt
      totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
      customer { id }
    }
    userErrors { code field message }
  }
}"""

DEFINE = """mutation Define($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id namespace key type { name } capabilities { uniqueValues { enabled } } }
    userErrors { code field message }
  }
}"""

NAMESPACE = "tiktok_shop_connector"
KEY = "order_id"


def usd(amount: str, currency: str = "USD") -> dict[str, Any]:
    """A `MoneyBagInput`."""
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}


def line(variant_id: str, quantity: int = 1, price: str = "12.00", **more: Any) -> dict[str, Any]:
    """An `OrderCreateLineItemInput`."""
    return {"variantId": variant_id, "quantity": quantity, "priceSet": usd(price), **more}


@dataclass
class ShopifySandbox:
    """A shop with two variants, `TEE` and `MUG`, answering at `base_url`."""

    clock: SandboxClock
    world: ShopifyWorld
    app: PlatformApp
    base_url: str
    http: httpx.Client
    version: str = "2026-10"
    token: str = ""

    def __post_init__(self) -> None:
        self.token = self.world.access_token

    @property
    def faults(self) -> FaultPlan:
        """What goes wrong."""
        return self.app.faults

    def post(self, query: str, variables: dict[str, Any] | None = None) -> httpx.Response:
        """One GraphQL request."""
        return self.http.post(
            f"{self.base_url}/admin/api/{self.version}/graphql.json",
            json={"query": query, "variables": variables or {}},
            headers={"X-Shopify-Access-Token": self.token},
        )

    def ask(self, query: str, /, **variables: Any) -> Any:
        """The `data` of an answer that has no errors."""
        answer = self.post(query, variables).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def create(self, options: dict[str, Any] | None = None, **given: Any) -> Any:
        """The payload of `orderCreate`; without lines one tee is ordered."""
        given.setdefault("lineItems", [line(self.world.variant("TEE").id)])
        return self.ask(CREATE, order=given, options=options)["orderCreate"]

    def order_id(self, **given: Any) -> str:
        """The id of a new order."""
        payload = self.create(**given)
        assert payload["userErrors"] == []
        made: str = payload["order"]["id"]
        return made

    def define(self, **given: Any) -> Any:
        """The payload of `metafieldDefinitionCreate` for the unique order identifier."""
        definition = {
            "ownerType": "ORDER",
            "namespace": NAMESPACE,
            "key": KEY,
            "name": "Order id",
            "type": "id",
            **given,
        }
        return self.ask(DEFINE, definition=definition)["metafieldDefinitionCreate"]

    def identified(self, value: str, **given: Any) -> Any:
        """The payload of creating an order with an identifier."""
        metafield = {"namespace": NAMESPACE, "key": KEY, "type": "id", "value": value}
        return self.create(metafields=[metafield], sourceIdentifier=value, **given)


@contextmanager
def mounted_shop(
    running: RunningServer, mounts: Mounts, prefix: str, clock: SandboxClock, http: httpx.Client
) -> Iterator[ShopifySandbox]:
    """A fresh shop below a prefix of a running server."""
    world = ShopifyWorld(clock)
    world.add_product("Crew Tee", [{"sku": "TEE", "price": "12.00", "stock": 10}])
    world.add_product("Mug", [{"sku": "MUG", "price": "7.50", "stock": 5}])
    app = shopify_app(world)
    mounts.mount(prefix, app)
    world.base_url = running.base_url + prefix
    sandbox = ShopifySandbox(clock, world, app, world.base_url, http)
    yield sandbox
    mounts.unmount(prefix)
