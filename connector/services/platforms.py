"""The two clients of a store, made from its stored credentials."""

from datetime import datetime

import httpx

from connector.ledger import credentials
from connector.ledger.credentials import StoredCredential
from connector.ledger.stores import StoreRow
from connector.runtime import Runtime
from connector.services.paces import paces_of
from connector.services.tiktok_tokens import LedgerTokens
from connector.shopify.client import ShopifyClient
from connector.shopify.tokens import ClientCredentials, IssuedToken, StaticToken, TokenSource
from connector.tiktok.client import TikTokClient
from connector.tiktok.renewal import HttpTokenRenewer


async def tiktok_client(runtime: Runtime, store: StoreRow, http: httpx.AsyncClient) -> TikTokClient:
    """TikTok's side of a store."""
    held = await _load(runtime, store, "tiktok")
    app_key, app_secret = str(held.secrets["app_key"]), str(held.secrets["app_secret"])
    renewer = HttpTokenRenewer(
        auth_url=store.tiktok_auth_url,
        app_key=app_key,
        app_secret=app_secret,
        http=http,
        clock=runtime.clock,
    )
    tokens = LedgerTokens(
        database=runtime.database,
        box=runtime.secrets,
        store_id=store.id,
        renewer=renewer,
        clock=runtime.clock,
    )
    return TikTokClient(
        base_url=store.tiktok_base_url,
        app_key=app_key,
        app_secret=app_secret,
        shop_cipher=store.tiktok_shop_cipher,
        tokens=tokens,
        http=http,
        clock=runtime.clock,
        throttle=paces_of(runtime, store.id).tiktok,
    )


async def shopify_client(runtime: Runtime, store: StoreRow, http: httpx.AsyncClient) -> ShopifyClient:
    """Shopify's side of a store."""
    held = await _load(runtime, store, "shopify")
    return ShopifyClient(
        base_url=store.shopify_base_url,
        domain=store.shopify_domain,
        api_version=store.shopify_api_version,
        tokens=_shopify_tokens(runtime, store, held, http),
        http=http,
        clock=runtime.clock,
        throttle=paces_of(runtime, store.id).shopify,
    )


def _shopify_tokens(
    runtime: Runtime, store: StoreRow, held: StoredCredential, http: httpx.AsyncClient
) -> TokenSource:
    if not held.secrets.get("client_id"):
        return StaticToken(str(held.secrets["access_token"]))

    async def keep(token: IssuedToken) -> None:
        await runtime.database.run(
            credentials.save_renewed,
            box=runtime.secrets,
            store_id=store.id,
            platform="shopify",
            got_with={name: held.secrets[name] for name in ("client_id", "client_secret")},
            tokens={"issued_token": token.access_token},
            access_expires_at=token.expires_at,
        )

    return ClientCredentials(
        base_url=store.shopify_base_url,
        client_id=str(held.secrets["client_id"]),
        client_secret=str(held.secrets["client_secret"]),
        http=http,
        clock=runtime.clock,
        issued=_issued(held.secrets.get("issued_token"), held.access_expires_at),
        on_issue=keep,
    )


def _issued(token: object, expires_at: datetime | None) -> IssuedToken | None:
    if not token or expires_at is None:
        return None
    return IssuedToken(access_token=str(token), expires_at=expires_at)


async def _load(runtime: Runtime, store: StoreRow, platform: str) -> StoredCredential:
    return await runtime.database.run_read(
        credentials.load, box=runtime.secrets, store_id=store.id, platform=platform
    )
