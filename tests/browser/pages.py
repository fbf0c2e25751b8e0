"""The pages a person sees, by a short name, with addresses that show something."""

from urllib.parse import urlencode

from tests.browser.product import Product


def pages_of(product: Product) -> dict[str, str]:
    """Every page an admin can open, of a product that has orders."""
    blocked = product.listed(state="blocked", reason="sku_unmatched")["orders"][0]
    created = product.listed(state="created", status=("delivered",))["orders"][0]
    return {
        "orders": "/",
        "filtered": "/?store=us&logistic_mode=tiktok&product=tee&state=created",
        "none": "/?search=nobody+at+all",
        "problem": "/?state=upside-down",
        "blocked": _address(blocked),
        "created": _address(created),
        "attention": "/attention",
        "cause": _cause(product, blocked),
        "fetch": f"/fetch/{product.fetch()}",
        "stores": "/stores",
        "store": "/stores/us",
        "check": "/stores/us/check",
        "users": "/users",
        "audit": "/audit",
        "missing": "/orders/us/1",
    }


def _cause(product: Product, order: dict[str, str]) -> str:
    lines = product.order(order["tiktok_order_id"])["lines"]
    sku = next(line["seller_sku"] for line in lines if not line["variant_id"])
    asked = {"store": order["store"], "code": "sku_unmatched", "named": sku}
    return f"/attention/cause?{urlencode(asked)}"


def _address(order: dict[str, str]) -> str:
    return f"/orders/{order['store']}/{order['tiktok_order_id']}"
