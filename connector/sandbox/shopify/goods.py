"""What a shop sells and where it is kept. Field names are the API's in snake case, as in `records`."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(slots=True)
class Location:
    """A place that holds stock."""

    id: str
    name: str
    is_active: bool = True
    fulfills_online_orders: bool = True


@dataclass(slots=True)
class Product:
    """A product; its variants are in order."""

    id: str
    title: str
    status: str
    vendor: str
    created_at: datetime
    updated_at: datetime
    variants: list["Variant"] = field(default_factory=list)


@dataclass(slots=True)
class StockLevel:
    """The stock of one variant at one location."""

    available: int = 0
    committed: int = 0
    on_hand: int = 0


@dataclass(slots=True)
class Variant:
    """A variant with its inventory item; `indexed_at` is when search knows its SKU."""

    id: str
    inventory_item_id: str
    product: Product
    sku: str | None
    title: str
    price: Decimal
    taxable: bool
    tracked: bool
    requires_shipping: bool
    inventory_policy: str
    barcode: str | None
    created_at: datetime
    updated_at: datetime
    indexed_at: datetime
    stock: dict[str, StockLevel] = field(default_factory=dict)

    @property
    def inventory_quantity(self) -> int:
        return sum(level.available for level in self.stock.values())

    @property
    def display_name(self) -> str:
        return f"{self.product.title} - {self.title}"
