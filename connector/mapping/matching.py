"""Which Shopify variant each line of a TikTok order is.

A manual mapping wins; then the SKU exactly; then trimmed, spaces collapsed and case ignored, when exactly one
variant fits. A virtual bundle without a SKU of its own on Shopify becomes its components.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connector.mapping.skus import VariantFacts, VariantIndex, sku_key
from connector.mapping.units import UnitGroup, active_units, group_units
from models.money import spread
from models.state import Reason, ReasonCode
from models.wire.tiktok import TikTokOrder

__all__ = ["Match", "MatchedLine", "VariantFacts", "VariantIndex", "match_order", "sku_key", "skus_needed"]

_SHOWN_SKUS = 5
_SHOWN_LETTERS = 80


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """One line of the Shopify order: some units of a group, as one variant at one price.

    `seller_sku` and `sku_id` are those of TikTok's line item, also for the components of a bundle, so that
    (`sku_id`, `seller_sku`, the group's price) finds the order's stored line again.
    """

    group: UnitGroup
    variant: VariantFacts
    matched_by: str
    """`exact`, `normalised`, `mapping` or `bundle`."""
    per_unit: int
    """How many of the variant one TikTok unit stands for: 1 but for bundles."""
    unit_price: Decimal

    @property
    def seller_sku(self) -> str:
        """TikTok's seller SKU of the line item."""
        return self.group.seller_sku

    @property
    def sku_id(self) -> str:
        """TikTok's own id of the SKU."""
        return self.group.sku_id

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """TikTok's line item ids of the units."""
        return tuple(unit.id for unit in self.group.units)

    @property
    def quantity(self) -> int:
        """Units of the variant on this line."""
        return self.group.quantity * self.per_unit

    @property
    def variant_id(self) -> str:
        """Shopify's id of the variant."""
        return self.variant.variant_id

    @property
    def total(self) -> Decimal:
        """What the buyer paid for the line."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Match:
    """Every line of an order with its variant; lines of one bundle follow each other."""

    lines: tuple[MatchedLine, ...]

    def by_group(self) -> Iterable[tuple[UnitGroup, Sequence[MatchedLine]]]:
        """The lines of each group of units together."""
        groups: dict[int, list[MatchedLine]] = {}
        for line in self.lines:
            groups.setdefault(id(line.group), []).append(line)
        return [(lines[0].group, lines) for lines in groups.values()]

    def recorded(self) -> list[tuple[str, str, str, str]]:
        """(SKU id, seller SKU, variant, matched by) for the ledger, one row per group of units.

        A bundle's variants are written with spaces between, each as often as one bundle holds it;
        `shipped.fulfilment_of` reads them again.
        """
        rows = []
        for group, lines in self.by_group():
            variants = " ".join(line.variant_id for line in lines for _ in range(line.per_unit))
            rows.append((group.sku_id, group.seller_sku, variants, lines[0].matched_by))
        return rows


_Found = tuple[VariantFacts, str] | ReasonCode


def skus_needed(order: TikTokOrder) -> set[str]:
    """Every seller SKU to look up on Shopify for this order: its lines' and its bundles' components'."""
    needed: set[str] = set()
    for unit in active_units(order):
        needed.add(unit.seller_sku)
        needed.update(component.seller_sku for component in unit.components)
    return {sku for sku in needed if sku.strip()}


def match_order(order: TikTokOrder, index: VariantIndex) -> Match | Reason:
    """Match every group of units, or say which SKUs are missing, unmatched or ambiguous (in this order)."""
    lines: list[MatchedLine] = []
    failures: list[tuple[ReasonCode, str]] = []
    for group in group_units(active_units(order)):
        matched = _match_group(group, index, order.payment.currency)
        if isinstance(matched, list):
            lines.extend(matched)
        else:
            failures.append(matched)
    return _first_reason(failures) if failures else Match(tuple(lines))


def _match_group(
    group: UnitGroup, index: VariantIndex, currency: str
) -> list[MatchedLine] | tuple[ReasonCode, str]:
    found = _find(group.seller_sku, index)
    if not isinstance(found, ReasonCode):
        variant, matched_by = found
        return [MatchedLine(group, variant, matched_by, 1, group.unit_price)]
    if found is ReasonCode.SKU_AMBIGUOUS or not group.components:
        return found, group.seller_sku if group.seller_sku.strip() else group.units[0].product_name
    return _match_bundle(group, index, currency)


def _match_bundle(
    group: UnitGroup, index: VariantIndex, currency: str
) -> list[MatchedLine] | tuple[ReasonCode, str]:
    parts: list[VariantFacts] = []
    for component in group.components:
        found = _find(component.seller_sku, index)
        if isinstance(found, ReasonCode):
            return found, component.seller_sku or group.seller_sku
        parts.extend([found[0]] * component.sku_count)
    prices = spread(group.unit_price, [part.price for part in parts], currency)
    counts = Counter(zip(parts, prices, strict=True))
    return [MatchedLine(group, variant, "bundle", count, price) for (variant, price), count in counts.items()]


def _find(seller_sku: str, index: VariantIndex) -> _Found:
    if not seller_sku.strip():
        return ReasonCode.SKU_MISSING
    mapped = index.mapped.get(seller_sku) or index.mapped.get(seller_sku.strip())
    if mapped is not None:
        return mapped, "mapping"
    for matched_by, candidates in (
        ("exact", index.exact.get(seller_sku)),
        ("normalised", index.by_key.get(sku_key(seller_sku))),
    ):
        if candidates:
            return (candidates[0], matched_by) if len(candidates) == 1 else ReasonCode.SKU_AMBIGUOUS
    return ReasonCode.SKU_UNMATCHED


def _first_reason(failures: Sequence[tuple[ReasonCode, str]]) -> Reason:
    for code in (ReasonCode.SKU_MISSING, ReasonCode.SKU_UNMATCHED, ReasonCode.SKU_AMBIGUOUS):
        named = list(dict.fromkeys(name for failed, name in failures if failed is code))
        if named:
            return Reason(code, _sentence(code, named))
    raise AssertionError("a group that does not match fails for one of three reasons")


def _sentence(code: ReasonCode, names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:_SHOWN_LETTERS]) for name in names[:_SHOWN_SKUS])
    if len(names) > _SHOWN_SKUS:
        shown += f" and {len(names) - _SHOWN_SKUS} more"
    if code is ReasonCode.SKU_MISSING:
        return f"TikTok gives no seller SKU for {shown}"
    if code is ReasonCode.SKU_UNMATCHED:
        return f"no Shopify variant has the SKU {shown}"
    return f"more than one Shopify variant fits the SKU {shown}"
