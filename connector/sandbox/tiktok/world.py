"""The whole sandbox TikTok: shops and orders, and what is asked for after the sale."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from connector.sandbox.tiktok.aftersales import cancellation_request, return_request
from connector.sandbox.tiktok.moves import cancel_units, open_units
from connector.sandbox.tiktok.shop_world import ShopWorld
from connector.sandbox.tiktok.shops import Shop
from connector.sandbox.tiktok.webhooks import CANCELLATION_STATUS_CHANGE, RETURN_STATUS_CHANGE


class TikTokWorld(ShopWorld):
    """Shops, authorisations, orders, returns and cancellations; safe to use from any thread.

    Every change stamps `update_time` by the rules of `facts` and writes the webhooks TikTok would.
    """

    def cancel_units(self, order_id: str, unit_ids: Iterable[str], *, by: str = "SELLER") -> str:
        """Cancel some units, with a completed cancellation request; returns its id.

        When no unit is left the whole order becomes CANCELLED.
        """
        wanted = set(unit_ids)

        def edit(raw: dict[str, Any]) -> None:
            cancelled = cancel_units(raw, wanted, by, "Out of stock")
            if self.facts.payment_after_partial_cancel == "recalculated":
                _take_off(raw["payment"], cancelled)

        with self.lock:
            self.edit_order(order_id, edit)
            cancel_id = self.open_cancellation(
                order_id, "CANCELLATION_REQUEST_COMPLETE", by=by, unit_ids=wanted
            )
            if not open_units(self.order(order_id)):
                self.move_order(order_id, "CANCELLED")
            return cancel_id

    def open_return(
        self,
        order_id: str,
        status: str = "RETURN_OR_REFUND_REQUEST_PENDING",
        *,
        kind: str = "RETURN_AND_REFUND",
        arbitration: str = "",
        unit_ids: Iterable[str] | None = None,
    ) -> str:
        """A buyer asks for a return or refund of some units, by default all; returns `return_id`."""
        with self.lock:
            shop, raw, units = self._units(order_id, unit_ids)
            return_id = str(4035318504086600000 + next(self._serials))
            now = self.clock.timestamp()
            shop.returns[return_id] = return_request(raw, units, return_id, status, kind, now)
            self._arbitrate(shop.returns[return_id], arbitration)
            self._notify_return(shop, return_id)
            return return_id

    def move_return(self, return_id: str, status: str, *, arbitration: str = "") -> None:
        """Bring a return request into a status; webhook 12 goes out."""
        with self.lock:
            shop = next(shop for shop in self.shops.values() if return_id in shop.returns)
            shop.returns[return_id].update(return_status=status, update_time=self.clock.timestamp())
            self._arbitrate(shop.returns[return_id], arbitration)
            self._notify_return(shop, return_id)

    def open_cancellation(
        self,
        order_id: str,
        status: str = "CANCELLATION_REQUEST_PENDING",
        *,
        by: str = "BUYER",
        unit_ids: Iterable[str] | None = None,
    ) -> str:
        """Somebody asks to cancel some units, by default all; returns `cancel_id`."""
        with self.lock:
            shop, raw, units = self._units(order_id, unit_ids)
            cancel_id = str(4035318504086700000 + next(self._serials))
            now = self.clock.timestamp()
            shop.cancellations[cancel_id] = cancellation_request(raw, units, cancel_id, status, by, now)
            self._notify_cancellation(shop, cancel_id)
            return cancel_id

    def move_cancellation(self, cancel_id: str, status: str) -> None:
        """Bring a cancellation request into a status; webhook 11 goes out."""
        with self.lock:
            shop = next(shop for shop in self.shops.values() if cancel_id in shop.cancellations)
            shop.cancellations[cancel_id].update(cancel_status=status, update_time=self.clock.timestamp())
            self._notify_cancellation(shop, cancel_id)

    def _units(
        self, order_id: str, unit_ids: Iterable[str] | None
    ) -> tuple[Shop, dict[str, Any], list[dict[str, Any]]]:
        raw = self.order(order_id)
        wanted = None if unit_ids is None else set(unit_ids)
        units = [unit for unit in raw["line_items"] if wanted is None or unit["id"] in wanted]
        return self.shop_of(order_id), raw, units

    def _notify_return(self, shop: Shop, return_id: str) -> None:
        request = shop.returns[return_id]
        names = ("order_id", "return_type", "return_status", "return_id", "create_time", "update_time")
        data = {"return_role": request["role"], **{name: request[name] for name in names}}
        self.notify(shop.id, RETURN_STATUS_CHANGE, data)

    def _notify_cancellation(self, shop: Shop, cancel_id: str) -> None:
        request = shop.cancellations[cancel_id]
        names = ("order_id", "cancel_status", "cancel_id", "create_time")
        data = {"cancellations_role": request["role"], **{name: request[name] for name in names}}
        self.notify(shop.id, CANCELLATION_STATUS_CHANGE, data)

    @staticmethod
    def _arbitrate(request: dict[str, Any], arbitration: str) -> None:
        if arbitration:
            request["arbitration_status"] = arbitration


def _take_off(payment: dict[str, str], units: list[dict[str, Any]]) -> None:
    prices = sum((Decimal(unit["sale_price"]) for unit in units), Decimal(0))
    taxes = [Decimal(entry["tax_amount"]) for unit in units for entry in unit.get("item_tax", [])]
    tax = sum(taxes, Decimal(0))
    for name, part in (
        ("sub_total", prices),
        ("product_tax", tax),
        ("tax", tax),
        ("total_amount", prices + tax),
    ):
        payment[name] = f"{Decimal(payment[name]) - part:f}"
    for name in ("original_price", "seller_discount", "platform_discount"):
        total = "original_total_product_price" if name == "original_price" else name
        part = sum((Decimal(unit[name]) for unit in units), Decimal(0))
        payment[total] = f"{Decimal(payment[total]) - part:f}"
