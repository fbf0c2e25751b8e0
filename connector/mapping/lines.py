"""Line items of a Shopify order: one per TikTok SKU and unit price, and one per fee."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from connector.mapping.matching import Match, MatchedLine
from connector.mapping.settlement import INSURANCE_FEE, Settlement, Taxes
from connector.mapping.units import UnitGroup
from models.money import ZERO, format_amount, spread
from models.wire.shopify import LineItem, MoneyBag, ShippingLine, TaxLine

UNIT_IDS_PROPERTY = "_tiktok_line_ids"
"""Hidden line property with TikTok's line item ids, so that units can be told apart later."""

_RATE_STEP = Decimal("0.000001")
_TaxKey = tuple[str, Decimal]


def money(amount: Decimal, currency: str) -> MoneyBag:
    """An amount as Shopify takes it; raises ValueError if the currency has fewer digits."""
    return {"shopMoney": {"amount": format_amount(amount, currency), "currencyCode": currency}}


def line_items(match: Match, settlement: Settlement, currency: str) -> list[LineItem]:
    """Every matched line, then every fee."""
    taxes = settlement.taxes
    items = [
        item for group, lines in match.by_group() for item in _group_items(group, lines, taxes, currency)
    ]
    return items + [_fee_item(name, amount, taxes, currency) for name, amount in settlement.fees.items()]


def shipping_line(title: str, settlement: Settlement, currency: str) -> ShippingLine:
    """What the buyer paid for shipping, zero included."""
    line: ShippingLine = {"title": title, "priceSet": money(settlement.shipping, currency)}
    tax = settlement.taxes.of_shipping if settlement.taxes else ZERO
    if tax:
        line["taxLines"] = [tax_line("Shipping tax", tax, settlement.shipping, currency)]
    return line


def tax_line(title: str, amount: Decimal, taxed: Decimal, currency: str, rate: Decimal = ZERO) -> TaxLine:
    """Tax that TikTok remits; a rate it does not give is worked out from what was taxed."""
    if rate <= 0:
        rate = (amount / taxed).quantize(_RATE_STEP).normalize() if taxed else ZERO
    return {
        "title": title,
        "rate": f"{rate:f}",
        "priceSet": money(amount, currency),
        "channelLiable": True,
    }


def fee_title(name: str) -> str:
    """A fee's name for people: `buyer_service_fee` is "Buyer service fee"."""
    return name.replace("_", " ").capitalize()


def _group_items(
    group: UnitGroup, lines: Sequence[MatchedLine], taxes: Taxes | None, currency: str
) -> Iterator[LineItem]:
    taxed = taxes is not None
    shares: list[list[TaxLine]] = [[] for _ in lines]
    if taxes is not None and taxes.of_order is None:
        shares = _group_taxes(group, lines, currency)
    for line, tax_lines in zip(lines, shares, strict=True):
        item: LineItem = {
            "variantId": line.variant_id,
            "quantity": line.quantity,
            "priceSet": money(line.unit_price, currency),
            "requiresShipping": True,
            "taxable": taxed or line.variant.taxable,
            "properties": [{"name": UNIT_IDS_PROPERTY, "value": ",".join(line.unit_ids)}],
        }
        if tax_lines:
            item["taxLines"] = tax_lines
        yield item


def _group_taxes(group: UnitGroup, lines: Sequence[MatchedLine], currency: str) -> list[list[TaxLine]]:
    """The units' taxes by kind and rate, spread over the lines of a bundle by what each costs."""
    sums: dict[_TaxKey, Decimal] = defaultdict(lambda: ZERO)
    for unit in group.units:
        for tax in unit.item_tax:
            sums[tax.tax_type, tax.tax_rate] += tax.tax_amount
    shares: list[list[TaxLine]] = [[] for _ in lines]
    for (kind, rate), amount in sums.items():
        parts = [amount] if len(lines) == 1 else spread(amount, [line.total for line in lines], currency)
        for line, share, part in zip(lines, shares, parts, strict=True):
            if part:
                share.append(tax_line(_tax_title(kind), part, line.total, currency, rate))
    return shares


def _fee_item(name: str, amount: Decimal, taxes: Taxes | None, currency: str) -> LineItem:
    item: LineItem = {
        "title": fee_title(name),
        "quantity": 1,
        "priceSet": money(amount, currency),
        "requiresShipping": False,
        "taxable": False,
    }
    if name == INSURANCE_FEE and taxes and taxes.of_insurance:
        item["taxable"] = True
        item["taxLines"] = [tax_line("Item insurance tax", taxes.of_insurance, amount, currency)]
    return item


def _tax_title(kind: str) -> str:
    return kind.replace("_", " ").capitalize()[:100] or "Tax"
