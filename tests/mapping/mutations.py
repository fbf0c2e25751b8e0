"""Every field of an order set to everything it should not be."""

import copy
from collections.abc import Iterator
from typing import Any

from tests.documents import ABSENT, paths, put
from tests.mapping.documents import order, unit

WRONG_VALUES: tuple[object, ...] = (
    ABSENT,
    None,
    "",
    "   ",
    "x",
    "*** ***",
    "\x00\ud800",
    "y" * 20_000,
    "-5",
    "1e400",
    "NaN",
    "0.0000001",
    "999999999999.99",
    "9" * 400,
    0,
    -1,
    1.5,
    float("inf"),
    10**300,
    True,
    False,
    [],
    {},
    [None],
    ["x"],
    [[]],
    [{}],
    {"x": 1},
    [{"sku_count": 10**9}],
    [{"tax_amount": "-1", "tax_rate": "-1"}],
)


def rich_order() -> dict[str, Any]:
    """An order with something in every field: a bundle, a gift, a cancelled unit, fees and taxes."""
    parts = [
        {"seller_sku": "A", "sku_id": "s-A", "sku_count": 1},
        {"seller_sku": "B", "sku_id": "s-B", "sku_count": 2},
    ]
    return order(
        [
            unit("A", "10.00", tax="0.80"),
            unit("KIT", "30.00", tax="2.40", combined_listing_skus=parts, sub_item_info=parts[:1]),
            unit("GIFT", "0", is_gift=True, tracking_number="T1", shipping_provider_name="UPS"),
            unit("B", "5.00", tax="0.40", status="CANCELLED", retail_delivery_fee="0.10"),
        ],
        payment={
            "shipping_fee": "4.00",
            "shipping_fee_tax": "0.32",
            "shipping_fee_cofunded_discount": "0",
            "product_tax": "3.60",
            "tax": "3.92",
            "retail_delivery_fee": "0.30",
            "item_insurance_fee": "0",
            "item_insurance_tax": "0",
            "payment_platform_discount": "0",
            "distance_fee": "0",
        },
        delivery_option_name="Standard",
        tracking_number="",
        shipping_provider="",
        is_cod=False,
        is_sample_order=False,
        is_replacement_order=False,
        replaced_order_id="",
        is_exchange_order=False,
        exchange_source_order_id="",
        rts_time=0,
        delivery_time=0,
        cancel_time=0,
    )


def mutations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each field of the rich order, at every depth, with each wrong value in its place."""
    whole = rich_order()
    for path in paths(whole):
        for value in WRONG_VALUES:
            mutated = copy.deepcopy(whole)
            put(mutated, path, value)
            yield f"{'.'.join(map(str, path))}={str(value)[:20]!r}", mutated
