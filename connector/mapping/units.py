"""Units and the groups they form: TikTok repeats a line item per unit, Shopify wants a quantity."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from models.wire.tiktok import ListedSku, TikTokLineItem, TikTokOrder


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The units of one TikTok SKU at one price; `unit_price` is what the buyer paid for one."""

    seller_sku: str
    sku_id: str
    unit_price: Decimal
    units: tuple[TikTokLineItem, ...]

    @property
    def quantity(self) -> int:
        """How many units."""
        return len(self.units)

    @property
    def components(self) -> tuple[ListedSku, ...]:
        """What one unit is made of when the SKU is a virtual bundle."""
        return self.units[0].components


def active_units(order: TikTokOrder) -> list[TikTokLineItem]:
    """The units that were not cancelled."""
    return [unit for unit in order.line_items if not unit.is_cancelled]


def group_units(units: Iterable[TikTokLineItem]) -> list[UnitGroup]:
    """Units grouped by SKU and price, in the order in which TikTok first names them."""
    groups: dict[tuple[str, str, Decimal], list[TikTokLineItem]] = {}
    for unit in units:
        groups.setdefault((unit.sku_id, unit.seller_sku, unit.sale_price), []).append(unit)
    return [
        UnitGroup(seller_sku, sku_id, price, tuple(members))
        for (sku_id, seller_sku, price), members in groups.items()
    ]
