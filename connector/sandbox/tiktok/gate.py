"""What every request must pass before it is heard: app, time, signature, token, scope and shop."""

from dataclasses import dataclass
from typing import Any

import orjson

from connector.sandbox.exchange import Request
from connector.sandbox.tiktok.refusals import Refusal
from connector.sandbox.tiktok.shops import Shop
from connector.sandbox.tiktok.signature import expected_sign
from connector.sandbox.tiktok.tokens import Grant
from connector.sandbox.tiktok.world import TikTokWorld

OLDEST = 300
"""Seconds a request's timestamp may lie in the past."""
NEWEST = 30
"""Seconds it may lie in the future."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A request that may be heard: its decoded query, its body, and on whose behalf it comes."""

    parameters: dict[str, str]
    body: dict[str, Any]
    grant: Grant
    shop: Shop | None
    path_id: str = ""
    """The order id in the path, of the calls that have one."""


def admit(world: TikTokWorld, request: Request, *, scope: str, with_shop: bool, path_id: str) -> Caller:
    """Check a request in the order TikTok's gateway does; raises Refusal at the first fault."""
    parameters = request.parameters()
    _check_app(world, parameters)
    _check_headers(world, request)
    _check_sign(world, request, parameters)
    grant = world.desk.check(request.header("x-tts-access-token"))
    if grant.user_type != 0:
        raise Refusal(101000, "Invalid credentials. The access token's user_type does not fit.")
    if scope not in grant.scopes:
        raise Refusal(105005, f"Access denied. You should apply auth pkg {scope} for this API.")
    if not with_shop and "shop_cipher" in parameters:
        raise Refusal(36009004, "Unexpected identifier. The 'shop_cipher' query parameter must not be sent.")
    shop = _shop(world, parameters, grant) if with_shop else None
    return Caller(parameters, _body(request), grant, shop, path_id)


def _check_app(world: TikTokWorld, parameters: dict[str, str]) -> None:
    if parameters.get("app_key") != world.app_key:
        raise Refusal(36009004, "Invalid credentials. Invalid 'app_key' query parameter.")
    stamp = parameters.get("timestamp", "")
    if not stamp.isdecimal() or len(stamp) != 10:
        raise Refusal(36009004, "Invalid timestamp. The 'timestamp' query parameter must have 10 digits.")
    if not -OLDEST <= int(stamp) - world.clock.timestamp() <= NEWEST:
        raise Refusal(
            36009004, "Invalid timestamp. The 'timestamp' query parameter is out of the valid range."
        )
    if not parameters.get("sign"):
        raise Refusal(36009004, "Missing parameter. The 'sign' query parameter is required.")


def _check_headers(world: TikTokWorld, request: Request) -> None:
    kind = request.header("content-type").partition(";")[0].strip().lower()
    spared = not kind and request.method == "GET" and not world.facts.get_needs_content_type
    if not spared and kind not in ("application/json", "multipart/form-data"):
        raise Refusal(36009022, "Invalid content type. It must be application/json.")
    if not request.header("x-tts-access-token"):
        raise Refusal(36009004, "Invalid credentials. The 'x-tts-access-token' header is missing.")


def _check_sign(world: TikTokWorld, request: Request, parameters: dict[str, str]) -> None:
    bodies = [request.body]
    if request.body == b"{}":
        allowed = {"signed": [b"{}"], "unsigned": [b""], "either": [b"{}", b""]}
        bodies = allowed[world.facts.empty_object_body]
    kind = request.header("content-type")
    fitting = (expected_sign(request.path, parameters, body, kind, world.app_secret) for body in bodies)
    if parameters["sign"] not in fitting:
        raise Refusal(106001, "signature is invalid")


def _shop(world: TikTokWorld, parameters: dict[str, str], grant: Grant) -> Shop:
    cipher = parameters.get("shop_cipher")
    if not cipher:
        raise Refusal(106013, "Missing identifier. shop_cipher is required.")
    shop = next((shop for shop in world.shops.values() if shop.cipher == cipher), None)
    if shop is None:
        raise Refusal(106011, "Invalid identifier. The shop_cipher is invalid.")
    if shop.id not in grant.shop_ids:
        raise Refusal(
            101000, "Invalid credentials. The access token is not associated with this shop_cipher."
        )
    if shop.inactive_code:
        word = "seller" if shop.inactive_code == 36009043 else "shop"
        raise Refusal(shop.inactive_code, f"Inactive {word}.")
    _spend(world, shop)
    return shop


def _spend(world: TikTokWorld, shop: Shop) -> None:
    limit = world.facts.requests_per_second
    if limit is not None and not shop.budget.spend(world.clock.timestamp(), limit):
        raise Refusal(36009002, "Too many requests.", retry_after=world.facts.retry_after)


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise Refusal(36009004, "Invalid parameter. The body is no valid JSON.") from None
    if not isinstance(body, dict):
        raise Refusal(36009004, "Invalid parameter. The body must be an object.")
    return body
