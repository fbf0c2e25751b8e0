"""Puts the sandbox together: one TikTok, a Shopify store for each of its shops, one address for all of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx

from connector.sandbox.catalog import Listing, shopify_products, tiktok_listings
from connector.sandbox.clock import SandboxClock
from connector.sandbox.exchange import PlatformApp
from connector.sandbox.faults import FaultPlan
from connector.sandbox.people import buyer
from connector.sandbox.server import Mounts, RunningServer, serve
from connector.sandbox.shopify import ShopifyWorld, shopify_app
from connector.sandbox.tiktok import Buyer, Grant, Item, OpenFacts, OrderDraft, Shop, TikTokWorld, tiktok_app

US_TAX_RATE = Decimal("0.0825")
API_VERSION = "2026-10"

Wanted = str | tuple[str, int] | Item
"""What is ordered: a SKU, a SKU and so many units, or an `Item` with discounts."""


@dataclass(slots=True)
class StorePair:
    """A TikTok shop and the Shopify store its orders go to, both selling the same invented catalogue."""

    name: str
    tiktok: TikTokWorld
    shop: Shop
    grant: Grant
    shopify: ShopifyWorld
    shopify_app: PlatformApp
    listings: dict[str, Listing]
    _placed: int = field(default=0)

    @property
    def shopify_faults(self) -> FaultPlan:
        """What goes wrong at this store's Shopify."""
        return self.shopify_app.faults

    def draft(self, *skus: Wanted, who: Buyer | None = None, **words: Any) -> OrderDraft:
        """An order for listings named by their SKU, `(SKU, units)` or as an `Item`; one tee when none is.

        Other words are those of `OrderDraft`; tax is added in the US shop and included elsewhere.
        """
        self._placed += 1
        items = tuple(self._item(sku) for sku in skus or ("TEE-BLK-M",))
        words.setdefault("tax_rate", US_TAX_RATE if self.shop.region == "US" else Decimal(0))
        buying = who or buyer(self.shop.region, self._placed)
        return OrderDraft(buyer=buying, items=items, currency=self.shop.currency, **words)

    def place(
        self,
        *skus: Wanted,
        status: str = "AWAITING_SHIPMENT",
        created_at: datetime | None = None,
        **words: Any,
    ) -> str:
        """Place such an order and return its id; see `draft` and `TikTokWorld.place`."""
        return self.tiktok.place(self.shop, self.draft(*skus, **words), status=status, created_at=created_at)

    def _item(self, sku: Wanted) -> Item:
        if isinstance(sku, Item):
            return sku
        name, quantity = (sku, 1) if isinstance(sku, str) else sku
        return Item(self.listings[name], quantity)


class Platforms:
    """All sandbox platforms on one clock, below one address: `/tiktok` and `/shopify/<pair>`."""

    def __init__(
        self,
        clock: SandboxClock | None = None,
        *,
        pairs: Sequence[tuple[str, str]] = (("us", "US"), ("uk", "GB")),
        seed: int = 0,
        plan: str = "standard",
        facts: OpenFacts | None = None,
    ) -> None:
        self.clock = clock or SandboxClock()
        self.tiktok = TikTokWorld(self.clock, facts=facts)
        self.tiktok_app = tiktok_app(self.tiktok, FaultPlan(seed))
        self.base_url = ""
        self.pairs = {name: self._pair(name, region, seed, plan) for name, region in pairs}

    @property
    def tiktok_faults(self) -> FaultPlan:
        """What goes wrong at TikTok."""
        return self.tiktok_app.faults

    @property
    def tiktok_url(self) -> str:
        """Where TikTok answers: its API host and its authorisation host."""
        return f"{self.base_url}/tiktok"

    def shopify_url(self, name: str) -> str:
        """Where a pair's Shopify store answers; `/admin/…` is appended to it."""
        return f"{self.base_url}/shopify/{name}"

    def mount(self, mounts: Mounts, base_url: str, prefix: str = "") -> None:
        """Answer below `prefix` of a server that is reached at `base_url`."""
        self.base_url = base_url + prefix
        mounts.mount(f"{prefix}/tiktok", self.tiktok_app)
        for name, pair in self.pairs.items():
            mounts.mount(f"{prefix}/shopify/{name}", pair.shopify_app)
            pair.shopify.base_url = self.shopify_url(name)

    def unmount(self, mounts: Mounts, prefix: str = "") -> None:
        """Answer no more below `prefix`."""
        mounts.unmount(f"{prefix}/tiktok")
        for name in self.pairs:
            mounts.unmount(f"{prefix}/shopify/{name}")

    def serve(self, port: int = 0) -> RunningServer:
        """Start a server of their own for these platforms; port 0 takes a free one."""
        mounts = Mounts()
        server = serve(mounts, port)
        self.mount(mounts, server.base_url)
        return server

    def settle(self) -> None:
        """Carry out everything at every platform that has become due by the clock."""
        self.tiktok_app.settle()
        for pair in self.pairs.values():
            pair.shopify_app.settle()
            pair.shopify.settle()

    def deliver_webhooks(self, http: httpx.Client) -> int:
        """Send every webhook that is due to where it was subscribed; gives how many were accepted."""

        def post(address: str, body: bytes, headers: dict[str, str]) -> int:
            try:
                return http.post(address, content=body, headers=headers, timeout=3.0).status_code
            except httpx.HTTPError:
                return 0

        accepted = self.tiktok.deliver_webhooks(post=post)
        return accepted + sum(pair.shopify.outbox.deliver(http) for pair in self.pairs.values())

    def store_file(self, name: str, *, shopify_login: str = "token", orders: str = "") -> str:
        """The TOML text that connects a pair with `connector store add`.

        `shopify_login` is `token` or `client_credentials`; `orders` is the text of the `[orders]` table.
        """
        pair = self.pairs[name]
        tiktok = {
            "base_url": self.tiktok_url,
            "auth_url": self.tiktok_url,
            "app_key": self.tiktok.app_key,
            "app_secret": self.tiktok.app_secret,
            "access_token": pair.grant.access_token,
            "refresh_token": pair.grant.refresh_token,
            "access_token_expires_at": pair.grant.access_expires_at,
            "shop_id": pair.shop.id,
            "shop_cipher": pair.shop.cipher,
        }
        shopify: dict[str, object] = {
            "base_url": self.shopify_url(name),
            "domain": pair.shopify.domain,
            "api_version": API_VERSION,
            "webhook_secret": pair.shopify.client_secret,
        }
        if shopify_login == "token":
            shopify["access_token"] = pair.shopify.access_token
        else:
            shopify |= {"client_id": pair.shopify.client_id, "client_secret": pair.shopify.client_secret}
        lines = [f'name = "{name}"', "[tiktok]", *_toml(tiktok), "[shopify]", *_toml(shopify)]
        return "\n".join([*lines, *(["[orders]", orders] if orders else [])]) + "\n"

    def _pair(self, name: str, region: str, seed: int, plan: str) -> StorePair:
        shop = self.tiktok.add_shop(f"Sandbox {name}", region)
        products = [
            {
                "title": product.title,
                "variants": [
                    {
                        "sku": variant.sku,
                        "title": variant.title,
                        "price": str(variant.price),
                        "stock": variant.stock,
                        "taxable": variant.taxable,
                    }
                    for variant in product.variants
                ],
            }
            for product in shopify_products(shop.currency)
        ]
        shopify = ShopifyWorld(
            self.clock,
            domain=f"sandbox-{name}.myshopify.com",
            currency=shop.currency,
            plan=plan,
            name=f"Sandbox {name}",
            taxes_included=region != "US",
            products=products,
        )
        app = shopify_app(shopify, FaultPlan(seed))
        grant = self.tiktok.authorize(shop)
        return StorePair(name, self.tiktok, shop, grant, shopify, app, tiktok_listings(shop.currency))


def _toml(table: dict[str, object]) -> list[str]:
    return [f"{key} = {json.dumps(value)}" for key, value in table.items()]
