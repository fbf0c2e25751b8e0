"""The wire of the sandbox TikTok: routes, gateway checks and envelopes over a `TikTokWorld`."""

from collections.abc import Callable
from dataclasses import dataclass

from connector.sandbox.exchange import PlatformApp, Request, Response
from connector.sandbox.faults import Fault, FaultKind, FaultPlan
from connector.sandbox.tiktok import account_calls, aftersale_calls, order_calls
from connector.sandbox.tiktok.gate import Caller, admit
from connector.sandbox.tiktok.refusals import Refusal, refusal, success
from connector.sandbox.tiktok.world import TikTokWorld

Call = Callable[[TikTokWorld, Caller], bytes]


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the API: its versions, the scope it needs, and whether it wants `shop_cipher`."""

    operation: str
    versions: frozenset[str]
    scope: str
    call: Call
    with_shop: bool = True


_AFTERSALES = frozenset({"202309", "202602"})
_FIRST = frozenset({"202309"})
_RETURNS = "seller.return_refund.basic"
_ACCOUNT = "seller.authorization.info"

ROUTES: dict[tuple[str, str], Route] = {
    ("POST", "order/orders/search"): Route(
        "order.search", _FIRST, "seller.order.info", order_calls.search_orders
    ),
    ("GET", "order/orders"): Route(
        "order.detail", frozenset({"202309", "202507"}), "seller.order.info", order_calls.order_details
    ),
    ("GET", "order/orders/{id}/price_detail"): Route(
        "order.price_detail", frozenset({"202407"}), "seller.order.info", order_calls.price_detail
    ),
    ("POST", "return_refund/returns/search"): Route(
        "return.search", _AFTERSALES, _RETURNS, aftersale_calls.search_returns
    ),
    ("POST", "return_refund/cancellations/search"): Route(
        "cancellation.search", _AFTERSALES, _RETURNS, aftersale_calls.search_cancellations
    ),
    ("GET", "authorization/shops"): Route(
        "authorization.shops", _FIRST, _ACCOUNT, account_calls.authorized_shops, with_shop=False
    ),
    ("GET", "event/webhooks"): Route("event.list", _FIRST, _ACCOUNT, account_calls.list_webhooks),
    ("PUT", "event/webhooks"): Route("event.set", _FIRST, _ACCOUNT, account_calls.set_webhook),
    ("DELETE", "event/webhooks"): Route("event.delete", _FIRST, _ACCOUNT, account_calls.delete_webhook),
}
"""By method and path without the version, e.g. `/order/202309/orders/search` is `order/orders/search`."""

_TOKEN_CALLS = {
    "/api/v2/token/get": ("token.get", account_calls.get_token),
    "/api/v2/token/refresh": ("token.refresh", account_calls.refresh_token),
}
_ID_PLACES = {("order", "orders", "price_detail")}


class TikTokService:
    """TikTok Shop behind the wire; see `connector.sandbox.exchange.Service`."""

    def __init__(self, world: TikTokWorld) -> None:
        self.world = world
        self.clock = world.clock
        self.lock = world.lock

    def operation(self, request: Request) -> str:
        """`order.search`, `order.detail`, `return.search`, `token.refresh` …; `unknown` for other paths."""
        if request.path in _TOKEN_CALLS:
            return _TOKEN_CALLS[request.path][0]
        try:
            return _route(request)[0].operation
        except Refusal:
            return "unknown"

    def answer(self, request: Request) -> Response:
        """Answer a request by the state of the world."""
        try:
            if request.path in _TOKEN_CALLS:
                return success(_TOKEN_CALLS[request.path][1](self.world, request), message=b"success")
            route, path_id = _route(request)
            caller = admit(self.world, request, scope=route.scope, with_shop=route.with_shop, path_id=path_id)
            return success(route.call(self.world, caller))
        except Refusal as refused:
            return refusal(refused, self.world.facts.http_status)

    def failure(self, request: Request, fault: Fault) -> Response:
        """TikTok's envelope for a rate limit, an internal error, or any code a test asks for."""
        statuses = self.world.facts.http_status
        if fault.kind is FaultKind.THROTTLED:
            wait = self.world.facts.retry_after if fault.retry_after is None else fault.retry_after
            return refusal(Refusal(36009002, "Too many requests.", retry_after=wait), statuses)
        if fault.kind is FaultKind.INTERNAL_ERROR:
            return refusal(Refusal(36009003, "Internal error. Please try again."), statuses)
        return refusal(Refusal(int(fault.code), fault.message, retry_after=fault.retry_after), statuses)


def tiktok_app(world: TikTokWorld, faults: FaultPlan | None = None) -> PlatformApp:
    """The ASGI application of a sandbox TikTok: API host and authorisation host in one."""
    return PlatformApp(TikTokService(world), faults or FaultPlan())


def _route(request: Request) -> tuple[Route, str]:
    parts = request.path.strip("/").split("/")
    if len(parts) < 3 or not parts[1].isdecimal():
        raise Refusal(36009009, "Invalid path.")
    category, version, *rest = parts
    path_id = ""
    if len(rest) == 3 and (category, rest[0], rest[2]) in _ID_PLACES:
        path_id, rest[1] = rest[1], "{id}"
    route = _listed(request.method, f"{category}/{'/'.join(rest)}")
    if version not in route.versions:
        raise Refusal(36009014, "Invalid version.")
    return route, path_id


def _listed(method: str, place: str) -> Route:
    route = ROUTES.get((method, place))
    if route is not None:
        return route
    if any(known == place for _, known in ROUTES):
        raise Refusal(36009010, "Invalid method.")
    raise Refusal(36009009, "Invalid path.")
