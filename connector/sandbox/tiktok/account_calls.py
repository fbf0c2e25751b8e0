"""Tokens, authorised shops and webhook settings of the sandbox TikTok."""

from typing import Any

import orjson

from connector.sandbox.exchange import Request
from connector.sandbox.tiktok.gate import Caller
from connector.sandbox.tiktok.refusals import Refusal
from connector.sandbox.tiktok.shops import Subscription
from connector.sandbox.tiktok.tokens import Grant
from connector.sandbox.tiktok.webhooks import EVENT_NAMES
from connector.sandbox.tiktok.world import TikTokWorld

_LOOPBACK = ("http://127.0.0.1", "http://localhost")


def get_token(world: TikTokWorld, request: Request) -> bytes:
    """`GET /api/v2/token/get` of the authorisation host; not signed, the secret is in the query."""
    parameters = _app(world, request)
    if parameters.get("grant_type") != "authorized_code":
        raise Refusal(36009004, "Invalid parameter. The value of 'grant_type' is invalid.")
    return _tokens(world.desk.exchange(parameters.get("auth_code", "")))


def refresh_token(world: TikTokWorld, request: Request) -> bytes:
    """`GET /api/v2/token/refresh` of the authorisation host: a new access and a new refresh token."""
    parameters = _app(world, request)
    if parameters.get("grant_type") != "refresh_token":
        raise Refusal(36009004, "Invalid parameter. The value of 'grant_type' is invalid.")
    return _tokens(world.desk.refresh(parameters.get("refresh_token", "")))


def authorized_shops(world: TikTokWorld, caller: Caller) -> bytes:
    """`GET /authorization/202309/shops`: the shops the access token is good for."""
    shops = [world.shops[shop_id] for shop_id in caller.grant.shop_ids]
    rows = [
        {
            "id": shop.id,
            "name": shop.name,
            "region": shop.region,
            "seller_type": shop.seller_type,
            "cipher": shop.cipher,
            "code": shop.code,
        }
        for shop in shops
    ]
    return orjson.dumps({"shops": rows})


def list_webhooks(world: TikTokWorld, caller: Caller) -> bytes:
    """`GET /event/202309/webhooks`."""
    assert caller.shop is not None
    rows = [
        {
            "event_type": known.event_type,
            "address": known.address,
            "create_time": known.create_time,
            "update_time": known.update_time,
        }
        for known in caller.shop.subscriptions.values()
    ]
    return orjson.dumps({"total_count": len(rows), "webhooks": rows})


def set_webhook(world: TikTokWorld, caller: Caller) -> bytes:
    """`PUT /event/202309/webhooks`: one address per event; an https address without IP and port.

    A receiver on this machine, which the real TikTok would refuse, is taken too.
    """
    assert caller.shop is not None
    event, address = _event(caller.body), caller.body.get("address")
    if not isinstance(address, str) or not address:
        raise Refusal(36009004, "param body.address is missing")
    if not address.startswith(_LOOPBACK) and not _is_public(address):
        raise Refusal(36009004, "Invalid parameter. param body.address is invalid.")
    now = world.clock.timestamp()
    known = caller.shop.subscriptions.get(event)
    created = known.create_time if known else now
    caller.shop.subscriptions[event] = Subscription(event, address, created, now)
    return b"{}"


def _is_public(address: str) -> bool:
    host = address.removeprefix("https://").split("/")[0]
    is_name = ":" not in host and not host[-1:].isdigit()
    return len(address) <= 255 and address.startswith("https://") and is_name


def delete_webhook(world: TikTokWorld, caller: Caller) -> bytes:
    """`DELETE /event/202309/webhooks`."""
    assert caller.shop is not None
    caller.shop.subscriptions.pop(_event(caller.body), None)
    return b"{}"


def _app(world: TikTokWorld, request: Request) -> dict[str, str]:
    parameters = request.parameters()
    if parameters.get("app_key") != world.app_key:
        raise Refusal(36009004, "Invalid credentials. Invalid 'app_key' query parameter.")
    if parameters.get("app_secret") != world.app_secret:
        raise Refusal(36009004, "Invalid credentials. Invalid 'app_secret' query parameter.")
    return parameters


def _tokens(grant: Grant) -> bytes:
    data: dict[str, Any] = {
        "access_token": grant.access_token,
        "access_token_expire_in": grant.access_expires_at,
        "refresh_token": grant.refresh_token,
        "refresh_token_expire_in": grant.refresh_expires_at,
        "open_id": f"sandbox_open_id_{grant.shop_ids[0] if grant.shop_ids else ''}",
        "seller_name": grant.seller_name,
        "seller_base_region": grant.region,
        "user_type": grant.user_type,
        "granted_scopes": grant.scopes,
    }
    return orjson.dumps(data)


def _event(body: dict[str, Any]) -> str:
    event = body.get("event_type")
    if event not in EVENT_NAMES.values():
        raise Refusal(36009004, "Invalid parameter. param body.event_type is invalid.")
    return str(event)
