"""The products, variants and stock of one shop."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from connector.sandbox.shopify.goods import Location, Product, StockLevel, Variant


def sku_word(sku: str | None) -> str:
    """A SKU as the search index keeps it: spaces collapsed, case folded."""
    return " ".join((sku or "").split()).casefold()


class Catalog:
    """Products by id; `version` grows with every change."""

    def __init__(
        self, new_id: Callable[[str], str], now: Callable[[], datetime], lag: Callable[[], float]
    ) -> None:
        self._new_id = new_id
        self._now = now
        self._lag = lag
        self.version = 0
        self.locations: list[Location] = []
        self.products: dict[str, Product] = {}
        self.variants: dict[str, Variant] = {}
        self._by_sku: dict[str, list[Variant]] = {}

    def add_location(self, name: str, *, active: bool = True) -> Location:
        """A further place that holds stock; the first one is the default."""
        location = Location(self._new_id("Location"), name, active, active)
        self.locations.append(location)
        return location

    def add_product(
        self,
        title: str,
        variants: Sequence[Mapping[str, Any]],
        *,
        status: str = "ACTIVE",
        vendor: str = "Sandbox",
    ) -> Product:
        """A product with its variants.

        A variant is a mapping of `sku` and `price`, and optionally `title`, `stock` (at the first location;
        None: not tracked), `taxable`, `requires_shipping`, `inventory_policy` (or CONTINUE), `barcode`.
        """
        now = self._now()
        product = Product(self._new_id("Product"), title, status, vendor, now, now)
        self.products[product.id] = product
        for given in variants:
            self._add_variant(product, given, now)
        self.version += 1
        return product

    def change_sku(self, variant: Variant, sku: str | None) -> None:
        """Give a variant another SKU; the search index learns of it later (`search_lag`)."""
        self._by_sku[sku_word(variant.sku)].remove(variant)
        variant.sku = sku
        self._by_sku.setdefault(sku_word(sku), []).append(variant)
        self._touched(variant)

    def set_stock(self, variant: Variant, available: int, location: Location | None = None) -> None:
        """Put the available stock of a variant at a location (default: the first)."""
        level = self.level(variant, (location or self.locations[0]).id)
        level.on_hand = available + level.committed
        level.available = available
        self.version += 1

    def remove_product(self, product: Product) -> None:
        """Delete a product with its variants."""
        del self.products[product.id]
        for variant in product.variants:
            del self.variants[variant.id]
            self._by_sku[sku_word(variant.sku)].remove(variant)
        self.version += 1

    def with_sku(self, sku: str) -> list[Variant]:
        """The variants whose SKU is this one but for case and spaces."""
        return list(self._by_sku.get(sku_word(sku), ()))

    def level(self, variant: Variant, location_id: str) -> StockLevel:
        """The stock level of a variant at a location, made if needed."""
        return variant.stock.setdefault(location_id, StockLevel())

    def _add_variant(self, product: Product, given: Mapping[str, Any], now: datetime) -> None:
        stock = given.get("stock", 100)
        variant = Variant(
            id=self._new_id("ProductVariant"),
            inventory_item_id=self._new_id("InventoryItem"),
            product=product,
            sku=given.get("sku"),
            title=given.get("title", "Default Title"),
            price=Decimal(given["price"]),
            taxable=given.get("taxable", True),
            tracked=stock is not None,
            requires_shipping=given.get("requires_shipping", True),
            inventory_policy=given.get("inventory_policy", "DENY"),
            barcode=given.get("barcode"),
            created_at=now,
            updated_at=now,
            indexed_at=now,
        )
        if stock is not None:
            variant.stock[self.locations[0].id] = StockLevel(available=stock, on_hand=stock)
        product.variants.append(variant)
        self.variants[variant.id] = variant
        self._by_sku.setdefault(sku_word(variant.sku), []).append(variant)

    def _touched(self, variant: Variant) -> None:
        now = self._now()
        variant.updated_at = variant.product.updated_at = now
        variant.indexed_at = datetime.fromtimestamp(now.timestamp() + self._lag(), tz=now.tzinfo)
        self.version += 1
