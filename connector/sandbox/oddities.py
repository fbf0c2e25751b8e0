"""The demo's orders that are not plain: each kind a merchant meets, and what each is there to show."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connector.sandbox.catalog import AMBIGUOUS_SKU, BUNDLE_SKU, GIFT_SKU, Listing
from connector.sandbox.tiktok import Item

Edit = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Oddity:
    """One odd order: what is bought, how it differs, and how far it has come."""

    items: tuple[Item, ...]
    status: str = "AWAITING_SHIPMENT"
    words: dict[str, Any] = field(default_factory=dict)
    edit: Edit | None = None
    cancel_first_unit: bool = False


def oddities(listings: dict[str, Listing], currency: str) -> list[Oddity]:
    """Every odd order of one shop's demo."""
    tee, mug, note = Item(listings["TEE-BLK-M"]), Item(listings["MUG-01"], 2), Item(listings["NOTE-A5"])
    cap, scarf = Item(listings["CAP-RED"]), Item(listings["SCARF-WOOL"])
    gift = Item(listings[GIFT_SKU], gift=True)
    free = Item(listings["MUG-02"], seller_discount=listings["MUG-02"].price)
    bundle = Item(listings[BUNDLE_SKU])
    fee = {"retail_delivery_fee": Decimal("0.28")} if currency == "USD" else {"handling_fee": Decimal("0.50")}
    warehouse = {"fulfillment_type": "FULFILLMENT_BY_TIKTOK", "shipping_type": "TIKTOK"}
    return [
        *(Oddity((cap,)) for _ in range(3)),
        Oddity((scarf, tee)),
        *(Oddity((Item(listings[AMBIGUOUS_SKU], 2),)) for _ in range(2)),
        Oddity((Item(listings["NO-SKU"]),)),
        *(Oddity((bundle, tee)) for _ in range(2)),
        *(Oddity((note,)) for _ in range(3)),
        *(Oddity((tee, gift)) for _ in range(2)),
        Oddity((free,), words={"extra": {"is_sample_order": True}}),
        Oddity((tee, mug), words={"fees": fee}),
        *(Oddity((tee, mug), cancel_first_unit=True) for _ in range(2)),
        *(Oddity((mug,), words=warehouse) for _ in range(4)),
        Oddity((mug,), "DELIVERED", warehouse),
        Oddity((tee,), edit=_nonsense),
        Oddity((tee,), edit=_other_currency),
        Oddity((mug,), edit=_other_total),
        Oddity((tee,), edit=_without_address),
        Oddity((tee,), "AWAITING_COLLECTION", {"extra": {"is_buyer_request_cancel": True}}),
    ]


def _nonsense(raw: dict[str, Any]) -> None:
    raw["payment"]["sub_total"] = "-1.00"
    raw["line_items"][0]["sale_price"] = "n/a"


def _other_currency(raw: dict[str, Any]) -> None:
    raw["payment"]["currency"] = "EUR"
    for unit in raw["line_items"]:
        unit["currency"] = "EUR"


def _other_total(raw: dict[str, Any]) -> None:
    raw["payment"]["total_amount"] = f"{Decimal(raw['payment']['total_amount']) + Decimal('0.50'):f}"


def _without_address(raw: dict[str, Any]) -> None:
    blank = {name: "" for name, value in raw["recipient_address"].items() if isinstance(value, str)}
    raw["recipient_address"] = {**blank, "district_info": []}
