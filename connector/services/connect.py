"""Connecting a store pair: both credentials are tried, then everything is stored in one commit."""

from datetime import datetime
from typing import Any

import httpx
from sqlalchemy.orm import Session

from connector.errors import ConfigurationError, NeedsReauthorization, PlatformError
from connector.ledger import credentials, outcomes, stores
from connector.ledger.secrets import SecretBox
from connector.ledger.stores import StoreRow
from connector.runtime import Runtime
from connector.services import pairing
from connector.services.facts import shopify_facts, tiktok_facts
from connector.services.first_tokens import FirstTokens
from connector.services.webhooks.secrets import with_former
from connector.shopify.client import ShopifyClient
from connector.shopify.connections import certificates
from connector.shopify.tokens import ClientCredentials, StaticToken, TokenSource
from connector.store_file import StoreFile
from connector.tiktok.client import TikTokClient
from connector.tiktok.renewal import HttpTokenRenewer
from models.state import ReasonCode

_SOURCE = "settings"
_TIMEOUT = httpx.Timeout(30, connect=5)


async def connect_store(runtime: Runtime, store_file: StoreFile, *, check: bool) -> StoreRow:
    """Add the store, or update the one of that name; orders that waited for credentials go on.

    With `check`, both platforms are asked first and nothing is stored when one refuses; what they say (shop,
    currency, location) is stored with the store. Raises ConfigurationError for what the file must mend.
    """
    facts: dict[str, Any] = {}
    tokens = FirstTokens(store_file.tiktok)
    if check:
        async with httpx.AsyncClient(timeout=_TIMEOUT, verify=certificates()) as http:
            facts = await _checked(runtime, store_file, tokens, http)
    return await runtime.database.run(
        _store,
        box=runtime.secrets,
        store_file=store_file,
        tokens=tokens,
        facts=facts,
        now=runtime.clock.now(),
    )


async def _checked(
    runtime: Runtime, store_file: StoreFile, tokens: FirstTokens, http: httpx.AsyncClient
) -> dict[str, Any]:
    shopify = ShopifyClient(
        base_url=store_file.shopify.base_url,
        domain=store_file.shopify.domain,
        api_version=store_file.shopify.api_version,
        tokens=_shopify_tokens(runtime, store_file, http),
        http=http,
        clock=runtime.clock,
    )
    table = store_file.tiktok
    tokens.renew_with(
        HttpTokenRenewer(
            auth_url=table.auth_url,
            app_key=table.app_key,
            app_secret=table.app_secret,
            http=http,
            clock=runtime.clock,
        )
    )
    tiktok = TikTokClient(
        base_url=table.base_url,
        app_key=table.app_key,
        app_secret=table.app_secret,
        shop_cipher=table.shop_cipher or "",
        tokens=tokens,
        http=http,
        clock=runtime.clock,
    )
    try:
        of_shopify = await shopify_facts(shopify)
        await shopify.ensure_identifier_definition()
        of_tiktok = await tiktok_facts(
            tiktok, shop_id=table.shop_id or "", shop_cipher=table.shop_cipher or ""
        )
    except PlatformError as error:
        raise ConfigurationError(_why(store_file.name, error)) from error
    return {**of_shopify, **of_tiktok, "identifier_ready_at": runtime.clock.now()}


def _why(name: str, error: PlatformError) -> str:
    platform = {"tiktok": "TikTok Shop", "shopify": "Shopify"}.get(error.platform, error.platform)
    what = "refused the credentials" if isinstance(error, NeedsReauthorization) else "could not be checked"
    return f"Store {name} was not stored: {platform} {what}: {error}"


def _shopify_tokens(runtime: Runtime, store_file: StoreFile, http: httpx.AsyncClient) -> TokenSource:
    table = store_file.shopify
    if table.access_token is not None:
        return StaticToken(table.access_token)
    return ClientCredentials(
        base_url=table.base_url,
        client_id=table.client_id or "",
        client_secret=table.client_secret or "",
        http=http,
        clock=runtime.clock,
    )


def _store(
    session: Session,
    *,
    box: SecretBox,
    store_file: StoreFile,
    tokens: FirstTokens,
    facts: dict[str, Any],
    now: datetime,
) -> StoreRow:
    values = {**_columns(store_file), **facts}
    present = stores.find_store(session, name=store_file.name)
    pairing.refuse_second_pairing(
        session, name=store_file.name, shop_id=values.get("tiktok_shop_id", ""), present=present
    )
    if present is None:
        times = {"connected_at": now, "start_from": store_file.orders.start_from or now}
        row = stores.add_store(session, values={**values, **times}, settings=store_file.order_settings)
    else:
        values = pairing.move_to(session, present=present, values=values, now=now)
        if store_file.orders.start_from is not None:
            values["start_from"] = store_file.orders.start_from
        row = stores.update_store(
            session, store_id=present.id, values=values, settings=store_file.order_settings
        )
    _save_credentials(session, box, row.id, store_file, tokens, now)
    _free(session, row, now)
    return row


def _free(session: Session, store: StoreRow, now: datetime) -> None:
    """Let orders go on that waited for what the file has just changed."""
    given: dict[str, Any] = {"store_id": store.id, "now": now, "source": _SOURCE}
    outcomes.free_blocked(session, **given, reasons=[ReasonCode.NEEDS_REAUTHORIZATION.value])
    import_all = store.settings.import_fulfilled_by_tiktok
    outcomes.free_ignored(
        session,
        **given,
        reasons=[ReasonCode.BEFORE_START.value],
        created_from=store.start_from,
        but_fulfilled_by=None if import_all else "tiktok",
    )
    if import_all:
        outcomes.free_ignored(session, **given, reasons=[ReasonCode.TYPE_SWITCHED_OFF.value])


def _columns(store_file: StoreFile) -> dict[str, Any]:
    tiktok, shopify = store_file.tiktok, store_file.shopify
    named = {"tiktok_shop_id": tiktok.shop_id, "tiktok_shop_cipher": tiktok.shop_cipher}
    return {
        "name": store_file.name,
        "tiktok_base_url": tiktok.base_url,
        "tiktok_auth_url": tiktok.auth_url,
        "shopify_base_url": shopify.base_url,
        "shopify_domain": shopify.domain,
        "shopify_api_version": shopify.api_version,
        **{column: value for column, value in named.items() if value is not None},
    }


def _save_credentials(
    session: Session,
    box: SecretBox,
    store_id: int,
    store_file: StoreFile,
    tokens: FirstTokens,
    now: datetime,
) -> None:
    tiktok, shopify = store_file.tiktok, store_file.shopify
    of_app = {"app_key": tiktok.app_key, "app_secret": tiktok.app_secret, **tokens.pair}
    credentials.save(
        session,
        box=box,
        store_id=store_id,
        platform="tiktok",
        secrets=_with_former(session, box, store_id, "tiktok", of_app, now),
        access_expires_at=tokens.access_expires_at,
        refresh_expires_at=tokens.refresh_expires_at,
    )
    credentials.note_authorization_end(session, store_id=store_id, platform="tiktok", ends_at=None)
    given = {
        "access_token": shopify.access_token,
        "client_id": shopify.client_id,
        "client_secret": shopify.client_secret,
        "webhook_secret": shopify.webhook_secret,
    }
    known = {key: value for key, value in given.items() if value is not None}
    credentials.save(
        session,
        box=box,
        store_id=store_id,
        platform="shopify",
        secrets=_with_former(session, box, store_id, "shopify", known, now),
    )


def _with_former(
    session: Session, box: SecretBox, store_id: int, platform: str, fresh: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Webhooks signed with a secret that is being changed stay genuine for a while."""
    try:
        stored = credentials.load(session, box=box, store_id=store_id, platform=platform)
    except ConfigurationError:
        return fresh
    return with_former(platform, fresh, stored.secrets, now)
