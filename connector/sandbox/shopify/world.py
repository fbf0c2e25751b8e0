"""Everything one sandbox shop holds and remembers."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from connector.sandbox.clock import SandboxClock
from connector.sandbox.shopify.access import ALL_SCOPES, Access, App
from connector.sandbox.shopify.bulk import BulkOperation
from connector.sandbox.shopify.catalog import Catalog
from connector.sandbox.shopify.goods import Location, Product, Variant
from connector.sandbox.shopify.jobs import Job
from connector.sandbox.shopify.metafields import Definitions
from connector.sandbox.shopify.orderbook import OrderBook
from connector.sandbox.shopify.records import Customer, Fulfillment, FulfillmentOrder, Order
from connector.sandbox.shopify.switches import ShopifySwitches
from connector.sandbox.shopify.throttle import PLAN_POINTS, PointsBucket
from connector.sandbox.shopify.webhooks import Outbox


class ShopifyWorld:
    """One shop. Safe to use from a test's thread while its server answers: take `lock` for several steps.

    `base_url` is where the outside reaches it; it is set by whoever runs the server and used in the addresses
    of bulk results. `access_token` is a permanent token, `client_id` and `client_secret` are for the
    client-credentials grant; both belong to the same app, so they share one points bucket.
    """

    def __init__(
        self,
        clock: SandboxClock,
        *,
        domain: str = "sandbox.myshopify.com",
        currency: str = "USD",
        plan: str = "standard",
        name: str = "Sandbox Shop",
        taxes_included: bool = False,
        scopes: frozenset[str] = ALL_SCOPES,
        switches: ShopifySwitches | None = None,
        products: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        if plan not in PLAN_POINTS:
            raise ValueError(f"no such plan: {plan}; there are {', '.join(PLAN_POINTS)}")
        self.clock = clock
        self.lock = threading.RLock()
        self.domain = domain
        self.currency = currency
        self.plan = plan
        self.name = name
        self.taxes_included = taxes_included
        self.switches = switches or ShopifySwitches()
        self.base_url = ""
        self.shop_status = 200
        """Any of 402, 403, 423: the shop answers every call with that status."""
        self._counters: dict[str, int] = {}
        self.catalog = Catalog(self.new_id, clock.now, lambda: self.switches.search_lag)
        self.catalog.add_location("Main warehouse")
        self.book = OrderBook()
        self.definitions = Definitions()
        self.customers: dict[str, Customer] = {}
        self.customer_emails: dict[str, Customer] = {}
        self.customer_phones: dict[str, Customer] = {}
        self.fulfillment_orders: dict[str, FulfillmentOrder] = {}
        self.fulfillments: dict[str, Fulfillment] = {}
        self.bulk_operations: dict[str, BulkOperation] = {}
        self.jobs: dict[str, Job] = {}
        self.recent_creates: deque[datetime] = deque()
        self.access = Access()
        self.app = self.access.add_app(
            App(self.new_id("AppInstallation"), "sandbox-client", "sandbox-client-secret", scopes)
        )
        self.access_token = self.access.issue(self.app).text
        self.outbox = Outbox(self)
        self._buckets: dict[str, PointsBucket] = {}
        self._later: list[tuple[datetime, Callable[[], None]]] = []
        for product in products:
            self.add_product(**product)

    @property
    def client_id(self) -> str:
        return self.app.client_id

    @property
    def client_secret(self) -> str:
        return self.app.client_secret

    @property
    def location(self) -> Location:
        """The default location."""
        return self.catalog.locations[0]

    @property
    def orders(self) -> list[Order]:
        """All orders, oldest first."""
        with self.lock:
            return list(self.book)

    def new_id(self, kind: str) -> str:
        """A fresh global id; numbers of different kinds are unrelated."""
        number = self._counters.get(kind, len(self._counters) * 1_000_000 + 5_000_000_000_000) + 1
        self._counters[kind] = number
        return f"gid://shopify/{kind}/{number}"

    def bucket(self, app: App) -> PointsBucket:
        """The points of an app in this shop."""
        bucket = self._buckets.get(app.id)
        if bucket is None:
            bucket = self._buckets[app.id] = PointsBucket(self.clock, PLAN_POINTS[self.plan])
        return bucket

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something `seconds` later by the sandbox's clock; `settle` carries it out."""
        self._later.append((self.clock.now() + timedelta(seconds=seconds), action))

    def settle(self) -> None:
        """Carry out what has become due."""
        if not self._later:
            return
        now = self.clock.now()
        with self.lock:
            due = [action for at, action in self._later if at <= now]
            self._later[:] = [entry for entry in self._later if entry[0] > now]
            for action in due:
                action()

    def add_product(
        self, title: str, variants: Sequence[Mapping[str, Any]], *, status: str = "ACTIVE"
    ) -> Product:
        """See `Catalog.add_product`; subscribers learn of it at once."""
        with self.lock:
            product = self.catalog.add_product(title, variants, status=status)
            self.outbox.product_event("PRODUCTS_CREATE", product)
            return product

    def remove_product(self, product: Product) -> None:
        """Delete a product with its variants; subscribers learn of it at once."""
        with self.lock:
            self.catalog.remove_product(product)
            self.outbox.deleted_event("PRODUCTS_DELETE", product.id)

    def change_sku(self, variant: Variant, sku: str | None) -> None:
        """Give a variant another SKU; search learns of it after `search_lag`, subscribers at once."""
        with self.lock:
            self.catalog.change_sku(variant, sku)
            self.outbox.product_event("PRODUCTS_UPDATE", variant.product)

    def variant(self, sku: str) -> Variant:
        """The first variant that has exactly this SKU; raises LookupError when there is none."""
        for variant in self.catalog.with_sku(sku):
            if variant.sku == sku:
                return variant
        raise LookupError(f"no variant has the SKU {sku}")

    def stock(self, variant: Variant | str) -> int:
        """The available stock of a variant (or of the first one with a SKU) over all locations."""
        with self.lock:
            found = self.variant(variant) if isinstance(variant, str) else variant
            return found.inventory_quantity

    def orders_with_source(self, source_identifier: str) -> list[Order]:
        """The orders whose `sourceIdentifier` is this one; more than one is a duplicate."""
        with self.lock:
            return self.book.with_source(source_identifier)

    def duplicates(self) -> dict[str, list[Order]]:
        """The identifiers that more than one order carries."""
        with self.lock:
            return {source: orders for source, orders in self.book.sources().items() if len(orders) > 1}

    def delete_order(self, order: Order) -> None:
        """Delete an order as a merchant could."""
        with self.lock:
            self.book.remove(order)
            self.definitions.forget(order)
            self.outbox.deleted_event("ORDERS_DELETE", order.id)

    def cancel_order(self, order: Order) -> None:
        """Cancel an order as a merchant could, without restocking."""
        with self.lock:
            now = self.clock.now()
            order.cancelled_at = order.updated_at = now
            self.book.touch(order, now)
            self.outbox.order_event("ORDERS_CANCELLED", order)
            self.outbox.order_event("ORDERS_UPDATED", order)

    def uninstall(self) -> None:
        """Uninstall the connector's app as a merchant could: its tokens die."""
        with self.lock:
            self.access.revoke(self.access_token)
            self.outbox.app_event("APP_UNINSTALLED")

    def alter_total(self, order: Order, total: Decimal) -> None:
        """Change an order's total behind everybody's back, for reconciliation tests."""
        with self.lock:
            order.total = total
            self.book.touch(order, self.clock.now())
