"""TikTok Shop in miniature: shops, tokens, orders, returns, cancellations and webhooks over the real wire."""

from connector.sandbox.tiktok.app import tiktok_app
from connector.sandbox.tiktok.drafts import Buyer, Item, OrderDraft
from connector.sandbox.tiktok.facts import OpenFacts
from connector.sandbox.tiktok.shops import Shop
from connector.sandbox.tiktok.tokens import Grant
from connector.sandbox.tiktok.world import TikTokWorld

__all__ = ["Buyer", "Grant", "Item", "OpenFacts", "OrderDraft", "Shop", "TikTokWorld", "tiktok_app"]
