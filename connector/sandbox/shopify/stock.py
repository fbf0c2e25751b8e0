"""Stock that orders take and give back."""

from collections.abc import Sequence
from typing import Any

from connector.sandbox.shopify.call import Call, UserError, user_error
from connector.sandbox.shopify.goods import Location, Variant
from connector.sandbox.shopify.records import LineItem


def claim_errors(call: Call, lines: Sequence[dict[str, Any]]) -> list[UserError]:
    """The lines that DECREMENT_OBEYING_POLICY cannot serve."""
    errors = []
    for number, line in enumerate(lines):
        variant = call.world.catalog.variants.get(line.get("variantId") or "")
        if variant is None or not variant.tracked or variant.inventory_policy == "CONTINUE":
            continue
        if _stocked_place(call, variant, line["quantity"]) is None:
            path = ("order", "lineItems", str(number))
            errors.append(user_error("Unable to reserve inventory", *path, code="INVENTORY_CLAIM_FAILED"))
    return errors


def claim(call: Call, line: LineItem) -> None:
    """Take a line's units from the first place that has enough, else from the default one."""
    if line.variant is None or not line.variant.tracked:
        return
    place = _stocked_place(call, line.variant, line.quantity) or call.world.location
    level = call.world.catalog.level(line.variant, place.id)
    level.available -= line.quantity
    level.committed += line.quantity
    line.claimed_at = place.id
    call.world.catalog.version += 1


def ship(call: Call, line: LineItem, quantity: int) -> None:
    """Units leave the house: no longer on hand, no longer committed."""
    if line.variant is None or line.claimed_at is None:
        return
    level = call.world.catalog.level(line.variant, line.claimed_at)
    level.committed -= quantity
    level.on_hand -= quantity


def restock(call: Call, line: LineItem, quantity: int) -> None:
    """Claimed units become available again."""
    if line.variant is None or line.claimed_at is None:
        return
    level = call.world.catalog.level(line.variant, line.claimed_at)
    level.available += quantity
    level.committed -= quantity
    call.world.catalog.version += 1


def _stocked_place(call: Call, variant: Variant, quantity: int) -> Location | None:
    catalog = call.world.catalog
    for place in catalog.locations:
        level = variant.stock.get(place.id)
        if level is not None and place.is_active and level.available >= quantity:
            return place
    return None
