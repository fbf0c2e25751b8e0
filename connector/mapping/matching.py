"""Which Shopify variant each line of a TikTok order is."""

from connector.mapping.skus import VariantFacts, VariantIndex, sku_key

__all__ = ["VariantFacts", "VariantIndex", "sku_key"]
