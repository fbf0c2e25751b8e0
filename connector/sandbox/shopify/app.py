"""The sandbox shop as an ASGI application."""

from connector.sandbox.exchange import PlatformApp
from connector.sandbox.faults import FaultPlan
from connector.sandbox.shopify.service import ShopifyService
from connector.sandbox.shopify.world import ShopifyWorld


def shopify_app(world: ShopifyWorld, faults: FaultPlan | None = None) -> PlatformApp:
    """An application that answers for one shop, failing as the plan says.

    Fault rules match the first root field of a document (`orderCreate`, `orders`, `productVariants` …),
    `oauth.token` and `bulk.download`.
    """
    return PlatformApp(ShopifyService(world), FaultPlan() if faults is None else faults)
