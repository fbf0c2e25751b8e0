"""Where an order is on the platforms' own pages."""

from urllib.parse import quote

_SELLER_CENTERS = {
    "US": "seller-us",
    "GB": "seller-uk",
    "MY": "seller-my",
    "VN": "seller-vn",
    "BR": "seller-br",
}
"""The markets whose Seller Center is known to open an order by its number."""
_ELSEWHERE = "https://seller.tiktok.com/"
_ORDER_GID = "gid://shopify/Order/"


def seller_center(region: str, tiktok_order_id: str) -> str:
    """The order in TikTok Seller Center; its front page for a market whose addresses are not known."""
    host = _SELLER_CENTERS.get(region)
    if host is None:
        return _ELSEWHERE
    number = quote(tiktok_order_id, safe="")
    return f"https://{host}.tiktok.com/order/detail?order_no={number}&shop_region={region}"


def shopify_admin(domain: str, order_gid: str | None) -> str | None:
    """The order in the Shopify admin; None while it is not there."""
    number = (order_gid or "").removeprefix(_ORDER_GID)
    return f"https://{domain}/admin/orders/{number}" if number.isdecimal() and domain else None
