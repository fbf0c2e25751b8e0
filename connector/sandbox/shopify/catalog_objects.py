"""How products, variants and stock are read from the shop's records."""

from collections.abc import Callable
from typing import Any

from connector.sandbox.shopify.call import Info
from connector.sandbox.shopify.goods import Product, StockLevel, Variant
from connector.sandbox.shopify.paging import connect
from connector.sandbox.shopify.records import legacy_id

Resolver = Callable[..., Any]


def _variants(product: Product, info: Info, **arguments: Any) -> Any:
    return connect(product.variants, arguments, everything=info.context.bulk)


def _levels(variant: Variant, info: Info, **arguments: Any) -> Any:
    places = {place.id: place for place in info.context.world.catalog.locations}
    levels = [_level(variant, places[place_id], level) for place_id, level in variant.stock.items()]
    return connect(levels, arguments, everything=info.context.bulk)


def _level(variant: Variant, place: Any, level: StockLevel) -> dict[str, Any]:
    number = f"{legacy_id(variant.inventory_item_id)}{legacy_id(place.id)}"
    return {
        "id": f"gid://shopify/InventoryLevel/{number}",
        "location": place,
        "item": variant,
        "level": level,
    }


def _quantities(level: dict[str, Any], _info: Info, *, names: list[str]) -> list[dict[str, Any]]:
    known = level["level"]
    figures = {"available": known.available, "committed": known.committed, "on_hand": known.on_hand}
    return [
        {"id": f"gid://shopify/InventoryQuantity/{name}", "name": name, "quantity": figures[name]}
        for name in names
        if name in figures
    ]


PRODUCT_VARIANT: dict[str, Resolver] = {
    "availableForSale": lambda variant, _info: (
        variant.inventory_policy == "CONTINUE" or variant.inventory_quantity > 0
    ),
    "inventoryItem": lambda variant, _info: variant,
    "price": lambda variant, _info: f"{variant.price:.2f}",
}

INVENTORY_ITEM: dict[str, Resolver] = {
    "id": lambda variant, _info: variant.inventory_item_id,
    "legacyResourceId": lambda variant, _info: legacy_id(variant.inventory_item_id),
    "variant": lambda variant, _info: variant,
    "inventoryLevels": _levels,
}

PRODUCT: dict[str, Resolver] = {"variants": _variants}

INVENTORY_LEVEL: dict[str, Resolver] = {"quantities": _quantities}
