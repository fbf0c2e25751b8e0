"""The checks of one store: what both platforms say of it, and what its orders show."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from connector.errors import ConnectorError
from connector.ledger import freshness
from connector.services import doctor_rows
from connector.services.doctor_findings import Finding, refused
from connector.services.session import StoreSession
from connector.services.webhooks.examination import examine_authorization, examine_webhooks
from connector.shopify.results import ShopFacts
from models.times import isoformat

_SKEW_SECONDS = 60.0
"""TikTok refuses requests stamped more than five minutes away from its own time; warn well before."""

_LATE = timedelta(hours=1)
"""A ledger further behind, or an order waiting for longer, is a fault; schedules run every few minutes."""
_NEEDED_SCOPES = {
    "write_orders": "to create and cancel orders",
    "read_products": "to match SKUs",
    "read_locations": "to know where shipped orders were sent from",
}
"""Shopify reference, section 1: access scopes by operation."""
_FULFILMENT_SCOPES = (
    "write_merchant_managed_fulfillment_orders",
    "write_assigned_fulfillment_orders",
    "write_third_party_fulfillment_orders",
)


async def examine_tiktok(session: StoreSession) -> list[Finding]:
    """Authorisation, the shop itself, permissions, clock and webhooks, as TikTok Shop answers."""
    store = session.store
    try:
        shops = await session.tiktok.authorized_shops()
    except ConnectorError as error:
        return [refused(store.name, "tiktok credentials", error)]
    covered = not store.tiktok_shop_id or any(str(s.get("id")) == store.tiktok_shop_id for s in shops)
    credentials = Finding(
        store.name,
        "tiktok credentials",
        ok=covered,
        detail="accepted" if covered else f"the token does not cover shop {store.tiktok_shop_id}",
        fix="" if covered else "Authorise this shop, or correct shop_id in the store file.",
    )
    if not covered:
        return [credentials, _clock(session)]
    orders = await _allowed(session, "tiktok orders", _first_orders)
    returns = await _allowed(session, "tiktok returns", _first_returns)
    webhooks, ending = await examine_webhooks(session, "tiktok"), await examine_authorization(session)
    return [credentials, *([ending] if ending else []), orders, returns, _clock(session), webhooks]


async def _first_orders(session: StoreSession) -> None:
    moment = int(session.clock.now().timestamp())
    await session.tiktok.search_orders({"update_time_ge": moment - 60, "update_time_lt": moment}, page_size=1)


async def _first_returns(session: StoreSession) -> None:
    moment = int(session.clock.now().timestamp())
    async for _ in session.tiktok.returns(update_from=moment - 60, update_to=moment):
        return


async def _allowed(
    session: StoreSession, check: str, call: Callable[[StoreSession], Awaitable[None]]
) -> Finding:
    try:
        await call(session)
    except ConnectorError as error:
        return refused(session.store.name, check, error)
    return Finding(session.store.name, check, ok=True, detail="may be read")


def _clock(session: StoreSession) -> Finding:
    ahead = session.tiktok.clock_ahead
    if ahead is None or abs(ahead) <= _SKEW_SECONDS:
        return Finding(session.store.name, "clock", ok=True, detail="agrees with TikTok's")
    direction = "ahead of" if ahead > 0 else "behind"
    detail = f"{abs(ahead):.0f} seconds {direction} TikTok's; beyond five minutes every request is refused"
    fix = "Let this machine keep its time by NTP."
    return Finding(session.store.name, "clock", ok=False, detail=detail, fix=fix)


async def examine_shopify(session: StoreSession) -> list[Finding]:
    """Credentials, scopes, currency, API version and location, as Shopify answers."""
    try:
        facts = await session.shopify.shop()
    except ConnectorError as error:
        return [refused(session.store.name, "shopify credentials", error)]
    accepted = Finding(
        session.store.name, "shopify credentials", ok=True, detail=f"accepted by {facts.domain}"
    )
    facts_found = [_scopes(session, facts), _currency(session, facts), _version(session, facts)]
    return [accepted, *facts_found, await examine_webhooks(session, "shopify")]


def _scopes(session: StoreSession, facts: ShopFacts) -> Finding:
    missing = [f"{scope} ({why})" for scope, why in _NEEDED_SCOPES.items() if not _granted(scope, facts)]
    if not facts.scopes.intersection(_FULFILMENT_SCOPES):
        missing.append(f"{_FULFILMENT_SCOPES[0]} (to mark partly shipped orders)")
    fix = "Grant them to the app in Shopify, then connect the store again." if missing else ""
    detail = f"missing: {', '.join(missing)}" if missing else "everything that is needed"
    return Finding(session.store.name, "shopify scopes", ok=not missing, detail=detail, fix=fix)


def _granted(scope: str, facts: ShopFacts) -> bool:
    return scope in facts.scopes or scope.replace("read_", "write_", 1) in facts.scopes


def _currency(session: StoreSession, facts: ShopFacts) -> Finding:
    known = session.store.shopify_currency
    if known and known != facts.currency:
        detail = f"the shop sells in {facts.currency} now, it was connected with {known}"
        fix = "Repeat connector store add for this store."
        return Finding(session.store.name, "currency", ok=False, detail=detail, fix=fix)
    return Finding(session.store.name, "currency", ok=True, detail=facts.currency)


def _version(session: StoreSession, facts: ShopFacts) -> Finding:
    wanted = session.store.shopify_api_version
    if facts.api_versions and wanted not in facts.api_versions:
        fix = "Set api_version in the store file to one of those, then repeat connector store add."
        detail = f"{wanted} is not supported; supported: {', '.join(facts.api_versions)}"
        return Finding(session.store.name, "shopify api version", ok=False, detail=detail, fix=fix)
    return Finding(session.store.name, "shopify api version", ok=True, detail=wanted)


async def examine_ledger(session: StoreSession) -> list[Finding]:
    """What the store's own rows show: double SKUs, foreign currencies, a failed last run."""
    store = session.store
    seen = await session.database.run(doctor_rows.store_health, store_id=store.id)
    shown = ", ".join(seen.duplicate_skus[:5])
    findings = [
        Finding(
            store.name,
            "duplicate SKUs",
            ok=not seen.duplicate_skus,
            detail=f"ordered SKUs that several variants have: {shown}"
            if shown
            else "none among ordered SKUs",
            fix="Map each to the variant that is meant (connector sku map)." if shown else "",
        )
    ]
    if seen.foreign_currency_orders:
        detail = f"blocked for a currency the Shopify store does not sell in: {seen.foreign_currency_orders}"
        fix = "Pair this TikTok shop with a Shopify store in that currency."
        findings.append(Finding(store.name, "order currencies", ok=False, detail=detail, fix=fix))
    findings.append(await _freshness(session))
    if store.last_error:
        fix = "Mend what it names; the next good sync clears it."
        findings.append(Finding(store.name, "last run", ok=False, detail=store.last_error, fix=fix))
    return findings


async def _freshness(session: StoreSession) -> Finding:
    """How far the ledger is complete, and whether an order has waited for long."""
    store, now = session.store, session.clock.now()
    fresh = await session.database.run_read(freshness.freshness_of, store_id=store.id)
    complete = store.complete_up_to
    reached = (
        "not synced yet"
        if complete is None
        else f"complete up to {isoformat(complete.replace(microsecond=0))}"
    )
    waited = fresh.seconds(now)
    waiting = "no order waits" if waited is None else f"{fresh.waiting} waiting, the oldest for {waited} s"
    late = complete is not None and not store.paused and now - complete > _LATE
    stuck = waited is not None and waited > _LATE.total_seconds()
    fix = ""
    if late:
        fix = "See why it is not synced: is its schedule running (connector serve, or a Prefect worker)?"
    elif stuck:
        fix = "See why: connector orders list --state waiting, then connector orders show."
    return Finding(store.name, "freshness", ok=not (late or stuck), detail=f"{reached}; {waiting}", fix=fix)
