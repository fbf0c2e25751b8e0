"""What `productVariants(query:)` can ask, and how variants are sorted."""

from typing import Any

from connector.sandbox.shopify.call import Call
from connector.sandbox.shopify.catalog import sku_word
from connector.sandbox.shopify.goods import Variant
from connector.sandbox.shopify.records import legacy_id
from connector.sandbox.shopify.search import Matcher, SearchFields, instants, read_query, words
from connector.sandbox.shopify.search_syntax import Term
from connector.sandbox.shopify.world import ShopifyWorld


def _sku(world: ShopifyWorld) -> Matcher[Variant]:
    def match(variant: Variant, term: Term) -> bool:
        value, wanted = sku_word(variant.sku), sku_word(term.value)
        if wanted.endswith("*"):
            return value.startswith(wanted[:-1])
        return value == wanted or (
            world.switches.fuzzy_sku_search and bool(wanted) and value.startswith(wanted)
        )

    return match


class VariantSearch:
    """Answers `productVariants(query:)` through an index that learns of a new SKU after `search_lag`."""

    def __init__(self, world: ShopifyWorld) -> None:
        self._world = world
        self._fields = SearchFields[Variant](
            matchers={
                "id": words(lambda variant: legacy_id(variant.id)),
                "sku": _sku(world),
                "title": words(lambda variant: variant.title),
                "barcode": words(lambda variant: variant.barcode),
                "product_id": words(lambda variant: legacy_id(variant.product.id)),
                "product_status": words(lambda variant: variant.product.status),
                "vendor": words(lambda variant: variant.product.vendor),
                "created_at": instants(lambda variant: variant.created_at),
                "updated_at": instants(lambda variant: variant.updated_at),
            },
            lookups={"sku": self._with_sku},
            default=("sku", "title", "barcode"),
        )

    def find(self, call: Call, text: str | None, sort_key: str) -> list[Variant]:
        """The matching variants, sorted; warnings go to `call.search`."""
        query = read_query(text or "", self._fields, call.world.switches.search_terms_limit)
        if query.warnings:
            call.search.append({"path": ["productVariants"], "query": query.text, "warnings": query.warnings})
        found = query.select(call.world.catalog.variants.values())
        return sorted((variant for variant in found if variant.indexed_at <= call.now), key=_key(sort_key))

    def _with_sku(self, sku: str) -> list[Variant]:
        if self._world.switches.fuzzy_sku_search:
            return list(self._world.catalog.variants.values())
        return self._world.catalog.with_sku(sku)


def _key(sort_key: str) -> Any:
    if sort_key == "SKU":
        return lambda variant: (variant.sku or "", int(legacy_id(variant.id)))
    return lambda variant: int(legacy_id(variant.id))
