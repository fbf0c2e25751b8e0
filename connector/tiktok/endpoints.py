"""The API calls in use and their versions, newest first.

TikTok retires versions a few months after a successor is announced, and announces successors per call. A call
that is refused as unknown or retired is made with the next older version from then on.
"""

from dataclasses import dataclass

from connector.tiktok.http import Method


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One API call; `template` holds `{version}`."""

    method: Method
    template: str
    versions: tuple[str, ...]

    @property
    def operation(self) -> str:
        """The name of the call in counters, without version and ids."""
        return self.template.replace("/{version}", "").lstrip("/")


SEARCH_ORDERS = Endpoint("POST", "/order/{version}/orders/search", ("202309",))
ORDER_DETAIL = Endpoint("GET", "/order/{version}/orders", ("202507", "202309"))
PRICE_DETAIL = Endpoint("GET", "/order/{version}/orders/{order_id}/price_detail", ("202407",))
SEARCH_RETURNS = Endpoint("POST", "/return_refund/{version}/returns/search", ("202602", "202309"))
SEARCH_CANCELLATIONS = Endpoint("POST", "/return_refund/{version}/cancellations/search", ("202602", "202309"))
AUTHORIZED_SHOPS = Endpoint("GET", "/authorization/{version}/shops", ("202309",))
SHOP_WEBHOOKS = Endpoint("GET", "/event/{version}/webhooks", ("202309",))
SET_WEBHOOK = Endpoint("PUT", "/event/{version}/webhooks", ("202309",))
DELETE_WEBHOOK = Endpoint("DELETE", "/event/{version}/webhooks", ("202309",))
