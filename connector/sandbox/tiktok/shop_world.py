"""Shops, authorisations and orders of the sandbox TikTok, and what can happen to them."""

import copy
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from connector.sandbox.clock import SandboxClock
from connector.sandbox.tiktok import webhooks
from connector.sandbox.tiktok.book import ShopBook
from connector.sandbox.tiktok.drafts import OrderDraft
from connector.sandbox.tiktok.facts import OpenFacts
from connector.sandbox.tiktok.moulds import CastOrder, Mould
from connector.sandbox.tiktok.moves import PATH, apply_status
from connector.sandbox.tiktok.shops import Shop
from connector.sandbox.tiktok.stored_order import StoredOrder
from connector.sandbox.tiktok.tokens import ALL_SCOPES, Grant, TokenDesk

SANDBOX_SECRET = "sandbox-app-secret"
_CURRENCY_OF = {"US": "USD", "GB": "GBP", "JP": "JPY", "DE": "EUR", "FR": "EUR"}
REACHED_AFTER = {
    "UNPAID": timedelta(0),
    "ON_HOLD": timedelta(minutes=1),
    "AWAITING_SHIPMENT": timedelta(hours=1, minutes=1),
    "PARTIALLY_SHIPPING": timedelta(hours=20),
    "AWAITING_COLLECTION": timedelta(days=1),
    "IN_TRANSIT": timedelta(days=1, hours=8),
    "DELIVERED": timedelta(days=4),
    "COMPLETED": timedelta(days=18),
    "CANCELLED": timedelta(hours=3),
}
"""How long after it was placed an order usually reaches a status."""


class ShopWorld:
    """Shops, authorisations and orders; safe to use from any thread.

    Every change stamps `update_time` by the rules of `facts` and writes the webhooks TikTok would.
    """

    def __init__(
        self,
        clock: SandboxClock,
        app_key: str = "sandbox-app-key",
        app_secret: str = SANDBOX_SECRET,
        *,
        facts: OpenFacts | None = None,
    ) -> None:
        self.clock = clock
        self.app_key = app_key
        self.app_secret = app_secret
        self.facts = facts or OpenFacts()
        self.lock = threading.RLock()
        self.shops: dict[str, Shop] = {}
        self.desk = TokenDesk(clock, self.facts)
        self.outbox = webhooks.Outbox(app_key, app_secret, self.facts)
        self._home: dict[str, Shop] = {}
        self._serials = count(1)

    def add_shop(self, name: str = "Sandbox Shop", region: str = "US", currency: str = "") -> Shop:
        """Open a shop; the currency defaults to the region's."""
        with self.lock:
            number = len(self.shops) + 1
            shop = Shop(
                id=str(7494049642642441600 + number),
                name=name,
                region=region,
                currency=currency or _CURRENCY_OF[region],
                cipher=f"GCP_sandboxcipher{number:04d}",
                code=f"{region}LC{number:06d}",
                book=ShopBook(self.facts),
            )
            self.shops[shop.id] = shop
            return shop

    def authorize(self, *shops: Shop, scopes: Iterable[str] = ALL_SCOPES) -> Grant:
        """Authorise the app for shops of one seller; the grant holds the tokens."""
        region = shops[0].region if shops else "US"
        grant = Grant("Sandbox Seller", region, [shop.id for shop in shops], list(scopes))
        with self.lock:
            return self.desk.authorize(grant)

    def deauthorize(self, grant: Grant) -> None:
        """The seller takes the authorisation back; its tokens die and every shop gets webhook 6."""
        with self.lock:
            grant.revoked = True
            for shop_id in grant.shop_ids:
                message = f"Shop_id {shop_id} is deauthorized from your APP by merchant."
                self.notify(shop_id, webhooks.SELLER_DEAUTHORIZATION, {"message": message})

    def place(
        self,
        shop: Shop,
        draft: OrderDraft,
        *,
        status: str = "AWAITING_SHIPMENT",
        created_at: datetime | None = None,
        edit: Callable[[dict[str, Any]], None] | None = None,
    ) -> str:
        """Place an order that has come as far as `status` by now; returns its id.

        Without `created_at` the order reaches its status at this instant; with it, at the usual pace but not
        later than now. `edit` has the last word on the document.
        """
        with self.lock:
            now = self.clock.now()
            born = created_at or now - REACHED_AFTER[status]
            serial = next(self._serials)
            raw = _walked(draft, serial, born, status, now)
            if edit is not None:
                edit(raw)
            return self._store(shop, raw, serial)

    def add_order(self, shop: Shop, raw: Any) -> str:
        """Put a ready document among a shop's orders, however malformed; returns the key it goes by here.

        The key is the document's `id`, or an invented word when it has none.
        """
        with self.lock:
            return self._store(shop, copy.deepcopy(raw), next(self._serials))

    def add_cast(self, shop: Shop, mould: Mould, number: int, at: int) -> None:
        """Put an order there that is cast from a mould when somebody asks for it, for large volumes.

        `number` is its id (18 digits), `at` when it was placed and paid (Unix seconds).
        """
        with self.lock:
            order = CastOrder(mould, number, next(self._serials), at)
            shop.book.add(order, self.clock.timestamp())
            self._home[order.key] = shop

    def order(self, order_id: str) -> dict[str, Any]:
        """A copy of an order's document with nothing masked; raises KeyError for an unknown id."""
        with self.lock:
            document: dict[str, Any] = copy.deepcopy(self._home[order_id].book.orders[order_id].document)
            return document

    def shop_of(self, order_id: str) -> Shop:
        """The shop an order was placed in; raises KeyError for an unknown id."""
        return self._home[order_id]

    def edit_order(
        self, order_id: str, edit: Callable[[dict[str, Any]], None], *, touch: bool | None = None
    ) -> None:
        """Change an order's document; `touch` says whether `update_time` moves, by default as `facts` say."""
        moves = self.facts.update_time_moves_on_edits if touch is None else touch
        now = self.clock.timestamp()

        def change(raw: dict[str, Any]) -> None:
            edit(raw)
            if moves:
                raw["update_time"] = now

        with self.lock:
            self._home[order_id].book.change(order_id, change, now)

    def move_order(self, order_id: str, status: str, *, at: datetime | None = None) -> None:
        """Bring an order into a status, now or at an instant given; webhook 1 goes out."""
        moment = self.clock.timestamp() if at is None else int(at.timestamp())
        with self.lock:
            shop = self._home[order_id]
            serial = shop.book.orders[order_id].serial
            moved = shop.book.change(order_id, lambda raw: apply_status(raw, status, moment, serial), moment)
            held = bool(moved.document.get("is_on_hold_order"))
            data = {
                "is_on_hold_order": held,
                "order_id": order_id,
                "order_status": "CANCEL" if status == "CANCELLED" else status,
                "update_time": moment,
            }
            self.notify(shop.id, webhooks.ORDER_STATUS_CHANGE, data)

    def change_address(self, order_id: str, changes: dict[str, Any]) -> None:
        """The buyer changes parts of the address; webhook 3 goes out."""

        def edit(raw: dict[str, Any]) -> None:
            raw["recipient_address"] = {**raw["recipient_address"], **changes}
            raw["has_updated_recipient_address"] = True

        with self.lock:
            self.edit_order(order_id, edit)
            data = {"order_id": order_id, "update_time": self.clock.timestamp()}
            self.notify(self._home[order_id].id, webhooks.RECIPIENT_ADDRESS_UPDATE, data)

    def deliver_webhooks(self, url: str | None = None, post: webhooks.Post | None = None) -> int:
        """Deliver what is due, to `url` or to where each shop subscribed; returns how many were accepted."""

        def address_of(webhook: webhooks.Webhook) -> str | None:
            shop = self.shops.get(webhook.shop_id)
            subscribed = shop.subscriptions.get(webhook.event) if shop else None
            return url or (subscribed.address if subscribed else None)

        return self.outbox.deliver(address_of, self.clock.timestamp(), post)

    def _store(self, shop: Shop, raw: Any, serial: int) -> str:
        known = raw.get("id") if isinstance(raw, dict) else None
        key = known if isinstance(known, str) and known else f"unusable-{serial}"
        now = self.clock.timestamp()
        shop.book.add(StoredOrder(key, serial, raw, now), now)
        self._home.setdefault(key, shop)
        return key

    def notify(self, shop_id: str, kind: int, data: dict[str, Any]) -> None:
        """Write a webhook about something that happened in a shop."""
        self.outbox.write(shop_id, kind, data, self.clock.timestamp())


def _walked(draft: OrderDraft, serial: int, born: datetime, status: str, now: datetime) -> dict[str, Any]:
    raw = draft.build(
        str(576461413000000000 + serial), 577086500000000000 + serial * 1000, int(born.timestamp())
    )
    usual = PATH[: PATH.index(status) + 1] if status in PATH else (*PATH[:3], status)
    for step in usual[1:]:
        if step != "ON_HOLD" or draft.on_hold or status == "ON_HOLD":
            apply_status(raw, step, int(min(born + REACHED_AFTER[step], now).timestamp()), serial)
    return raw
