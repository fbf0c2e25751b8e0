"""How a SKU is written down for comparison, and the Shopify variants known by SKU."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache


@lru_cache(maxsize=16384)
def sku_key(sku: str) -> str:
    """A SKU trimmed, its spaces collapsed and its case folded: equal keys may mean the same SKU."""
    return " ".join(sku.replace("\x00", "").casefold().split())


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """What matching needs of a Shopify variant; `price` is in the shop's currency."""

    variant_id: str
    sku: str
    price: Decimal
    taxable: bool = True


@dataclass(frozen=True, slots=True)
class VariantIndex:
    """The variants that may fit the SKUs of a batch of orders.

    `exact` is keyed by the variant's SKU as it is on Shopify, `by_key` by its `sku_key`, `mapped` by the
    TikTok seller SKU a person mapped.
    """

    exact: Mapping[str, Sequence[VariantFacts]] = field(default_factory=dict)
    by_key: Mapping[str, Sequence[VariantFacts]] = field(default_factory=dict)
    mapped: Mapping[str, VariantFacts] = field(default_factory=dict)
