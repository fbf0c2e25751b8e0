"""The client against a whole TikTok over HTTP, in every way its undocumented behaviour may turn out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Literal, TypeVar

import httpx
import pytest

from connector.errors import AccessDenied, NeedsReauthorization, RequestRefused
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.tiktok import Grant
from connector.tiktok.client import TikTokClient
from connector.tiktok.renewal import HttpTokenRenewer
from connector.tiktok.tokens import StaticTokens, TokenSource
from tests.platforms import TikTokSandbox

T = TypeVar("T")

Paging = Literal["key", "offset", "snapshot"]


class RenewedTokens:
    """Keeps the pair of one grant in memory and renews it at the sandbox's authorization host."""

    def __init__(self, tiktok: TikTokSandbox, http: httpx.AsyncClient) -> None:
        self.access, self.refresh = tiktok.grant.access_token, tiktok.grant.refresh_token
        self.renewer = HttpTokenRenewer(
            auth_url=tiktok.base_url,
            app_key=tiktok.world.app_key,
            app_secret=tiktok.world.app_secret,
            http=http,
            clock=tiktok.clock,
        )

    async def access_token(self) -> str:
        return self.access

    async def renew(self, rejected: str) -> str:
        grant = await self.renewer.renew(self.refresh)
        self.access, self.refresh = grant.access_token, grant.refresh_token
        return self.access


class StoredTokens:
    """Remembers one token and looks up what others have stored only when told that it is rejected."""

    def __init__(self, grant: Grant) -> None:
        self.grant, self.access = grant, grant.access_token

    async def access_token(self) -> str:
        return self.access

    async def renew(self, rejected: str) -> str:
        self.access = self.grant.access_token
        return self.access


@asynccontextmanager
async def _client(
    tiktok: TikTokSandbox, tokens: TokenSource | None = None, **changed: str
) -> AsyncIterator[TikTokClient]:
    async with httpx.AsyncClient() as http:
        settings: dict[str, Any] = {
            "base_url": tiktok.base_url,
            "app_key": tiktok.world.app_key,
            "app_secret": tiktok.world.app_secret,
            "shop_cipher": tiktok.shop.cipher,
            **changed,
        }
        yield TikTokClient(
            **settings, tokens=tokens or RenewedTokens(tiktok, http), http=http, clock=tiktok.clock
        )


def _use(tiktok: TikTokSandbox, use: Callable[[TikTokClient], Awaitable[T]], **changed: Any) -> T:
    async def run() -> T:
        async with _client(tiktok, **changed) as client:
            return await use(client)

    return asyncio.run(run())


def _placed(tiktok: TikTokSandbox, count: int) -> list[str]:
    ids = []
    for _ in range(count):
        ids.append(tiktok.place())
        tiktok.clock.advance(timedelta(seconds=1))
    return ids


async def _ids(client: TikTokClient, **options: Any) -> list[str]:
    pages = client.order_pages(update_from=0, **options)
    return [str(order["id"]) async for page in pages for order in page.orders]


@pytest.mark.parametrize("paging", ["key", "offset", "snapshot"])
def test_every_order_of_a_still_window_once_and_oldest_first(tiktok: TikTokSandbox, paging: Paging) -> None:
    tiktok.world.facts.paging = paging
    placed = _placed(tiktok, 25)
    tiktok.clock.advance(timedelta(seconds=5))
    assert _use(tiktok, lambda client: _ids(client, page_size=10)) == placed


@pytest.mark.parametrize("paging", ["key", "offset", "snapshot"])
def test_orders_that_change_while_paging_hide_no_other(tiktok: TikTokSandbox, paging: Paging) -> None:
    tiktok.world.facts.paging = paging
    placed = _placed(tiktok, 30)

    async def read(client: TikTokClient) -> set[str]:
        until = tiktok.clock.timestamp()
        moving, seen = iter(placed), set()
        async for page in client.order_pages(update_from=0, update_to=until, page_size=5):
            seen |= {str(order["id"]) for order in page.orders}
            tiktok.world.move_order(next(moving), "AWAITING_COLLECTION")
        return seen | set(await _ids(client))

    assert _use(tiktok, read) == set(placed)


@pytest.mark.parametrize("paging", ["key", "offset", "snapshot"])
def test_changed_orders_apart_one_pass_has_all_others(tiktok: TikTokSandbox, paging: Paging) -> None:
    tiktok.world.facts.paging = paging
    placed = _placed(tiktok, 30)
    moved = placed[:8]

    async def read(client: TikTokClient) -> set[str]:
        seen = set()
        until, moving = tiktok.clock.timestamp(), iter(moved)
        async for page in client.order_pages(update_from=0, update_to=until, page_size=5):
            seen |= {str(order["id"]) for order in page.orders}
            for order_id in (next(moving, None), next(moving, None)):
                if order_id is not None:
                    tiktok.world.move_order(order_id, "AWAITING_COLLECTION")
        return seen

    assert _use(tiktok, read) >= set(placed) - set(moved)


def test_a_page_token_that_dies_on_the_way_restarts_the_window(tiktok: TikTokSandbox) -> None:
    placed = _placed(tiktok, 9)
    tiktok.world.facts.page_token_lifetime = timedelta(seconds=60)

    async def read(client: TikTokClient) -> list[str]:
        seen, paused = [], False
        async for page in client.order_pages(update_from=0, page_size=4):
            seen += [str(order["id"]) for order in page.orders]
            if not paused:
                paused = True
                tiktok.clock.advance(timedelta(minutes=5))
        return seen

    assert _use(tiktok, read) == placed[:4] + placed


@pytest.mark.parametrize("paging", ["key", "offset", "snapshot"])
def test_orders_that_change_in_the_very_second_hide_no_other(tiktok: TikTokSandbox, paging: Paging) -> None:
    """The window reaches past the present, so changed orders stay in it: no count tells that they moved."""
    tiktok.world.facts.paging = paging
    placed = _placed(tiktok, 30)

    async def read(client: TikTokClient) -> set[str]:
        seen, moving = set(), iter(placed[:4])
        until = tiktok.clock.timestamp() + 3600
        async for page in client.order_pages(update_from=0, update_to=until, page_size=5):
            seen |= {str(order["id"]) for order in page.orders}
            if (order_id := next(moving, None)) is not None:
                tiktok.world.move_order(order_id, "AWAITING_COLLECTION")
        return seen

    assert _use(tiktok, read) == set(placed)


@pytest.mark.parametrize("absent", [True, False])
def test_nothing_to_find(tiktok: TikTokSandbox, absent: bool) -> None:
    tiktok.world.facts.absent_when_empty = absent
    assert _use(tiktok, _ids) == []


@pytest.mark.parametrize("meaning", ["either", "signed", "unsigned"])
def test_searches_do_not_depend_on_how_an_empty_body_is_signed(
    tiktok: TikTokSandbox, meaning: Literal["either", "signed", "unsigned"]
) -> None:
    tiktok.world.facts.empty_object_body = meaning
    placed = _placed(tiktok, 1)

    async def read(client: TikTokClient) -> list[str]:
        found = [str(order["id"]) async for page in client.order_pages() for order in page.orders]
        async for _ in client.returns():
            pass
        return found

    assert _use(tiktok, read) == placed


@pytest.mark.parametrize("behaviour", ["skip", "refuse"])
def test_ids_of_others_are_missing_and_lose_nothing(
    tiktok: TikTokSandbox, behaviour: Literal["skip", "refuse"]
) -> None:
    tiktok.world.facts.foreign_ids = behaviour
    placed = _placed(tiktok, 60)
    asked = ["999", *placed[:31], "998", *placed[31:], "997"]
    orders = _use(tiktok, lambda client: client.order_details(asked))
    assert [order["id"] for order in orders] == placed


@pytest.mark.parametrize("old_access_lives", [True, False])
@pytest.mark.parametrize("old_refresh_lives", [True, False])
def test_an_expired_token_is_renewed_on_the_way(
    tiktok: TikTokSandbox, old_access_lives: bool, old_refresh_lives: bool
) -> None:
    tiktok.world.facts.old_access_token_survives = old_access_lives
    tiktok.world.facts.old_refresh_token_survives = old_refresh_lives
    placed = _placed(tiktok, 3)
    for _ in range(2):
        tiktok.world.desk.expire_access(tiktok.grant)
        assert _use(tiktok, _ids, tokens=None) == placed
        assert tiktok.grant.access_expires_at > tiktok.clock.timestamp()


def test_a_deauthorised_shop_needs_the_merchant(tiktok: TikTokSandbox) -> None:
    tiktok.world.deauthorize(tiktok.grant)
    with pytest.raises(NeedsReauthorization):
        _use(tiktok, lambda client: client.authorized_shops())
    assert tiktok.app.faults.requests("authorization.shops") == 1
    assert tiktok.app.faults.requests("token.refresh") == 1


def test_a_token_that_died_when_another_process_renewed_it_is_replaced(tiktok: TikTokSandbox) -> None:
    tiktok.world.facts.old_access_token_survives = False
    placed = _placed(tiktok, 1)
    ours = StoredTokens(tiktok.grant)
    tiktok.world.desk.refresh(tiktok.grant.refresh_token)
    assert _use(tiktok, _ids, tokens=ours) == placed
    assert tiktok.app.faults.requests("token.refresh") == 0


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (105005, AccessDenied),
        (106001, RequestRefused),
        (106013, RequestRefused),
        (101000, AccessDenied),
        (36009043, NeedsReauthorization),
    ],
)
def test_the_code_decides_whatever_the_http_status(
    tiktok: TikTokSandbox, status: int, code: int, kind: type[Exception]
) -> None:
    tiktok.world.facts.http_status[code] = status
    tiktok.faults.add("order.search", Fault(FaultKind.ERROR_CODE, code=str(code), message="no"))
    with pytest.raises(kind, match=str(code)):
        _use(tiktok, _ids)
    assert tiktok.faults.requests("order.search") == 1


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"app_key": "another"}, "app_key"),
        ({"app_secret": "another"}, "app_secret"),
        ({"shop_cipher": ""}, "shop_cipher"),
        ({"shop_cipher": "another"}, "shop_cipher"),
    ],
)
def test_a_wrong_setting_is_named(tiktok: TikTokSandbox, changed: dict[str, str], named: str) -> None:
    with pytest.raises(RequestRefused, match=named):
        _use(tiktok, _ids, **changed)


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.RESET,
        FaultKind.STATUS,
        FaultKind.TRUNCATED,
        FaultKind.GARBLED,
        FaultKind.THROTTLED,
        FaultKind.INTERNAL_ERROR,
    ],
)
def test_faults_that_pass_lose_nothing(tiktok: TikTokSandbox, kind: FaultKind) -> None:
    placed = _placed(tiktok, 12)
    tiktok.faults.add("order.search", Fault(kind), nth={1, 3, 4})
    assert _use(tiktok, lambda client: _ids(client, page_size=5)) == placed
    assert len(tiktok.faults.log) == 3


def test_a_strict_rate_limit_slows_down_instead_of_failing(tiktok: TikTokSandbox) -> None:
    placed = _placed(tiktok, 40)
    tiktok.world.facts.requests_per_second = 1
    assert _use(tiktok, lambda client: _ids(client, page_size=2)) == placed


@pytest.mark.parametrize("spelling", ["CANCEL", "CANCELLED"])
def test_requests_after_the_sale_come_in_every_status_and_spelling(
    tiktok: TikTokSandbox, spelling: Literal["CANCEL", "CANCELLED"]
) -> None:
    tiktok.world.facts.cancel_spelling = spelling
    ids = [tiktok.place(status="DELIVERED") for _ in range(70)]
    for order_id in ids:
        tiktok.world.open_return(order_id, "RETURN_OR_REFUND_REQUEST_CANCEL")
    tiktok.world.open_cancellation(ids[0])

    async def read(client: TikTokClient) -> tuple[list[Any], list[Any], list[Any]]:
        tiktok.clock.advance(timedelta(seconds=1))
        of_orders = [item async for page in client.returns(order_ids=ids) for item in page.items]
        of_window = [item async for page in client.returns(update_from=0) for item in page.items]
        cancelled = [item async for page in client.cancellations(order_ids=ids) for item in page.items]
        return of_orders, of_window, cancelled

    of_orders, of_window, cancelled = _use(tiktok, read)
    assert {item["order_id"] for item in of_orders} == set(ids) == {item["order_id"] for item in of_window}
    assert {item["return_status"] for item in of_orders} == {f"RETURN_OR_REFUND_REQUEST_{spelling}"}
    assert [item["order_id"] for item in cancelled] == [ids[0]]


def test_shops_price_detail_and_webhooks(tiktok: TikTokSandbox) -> None:
    order_id = tiktok.place()

    async def read(client: TikTokClient) -> tuple[Any, Any, Any]:
        return (
            await client.authorized_shops(),
            await client.price_detail(order_id),
            await client.webhooks(),
        )

    shops, prices, webhooks = _use(tiktok, read, tokens=StaticTokens(tiktok.grant.access_token))
    assert [shop["cipher"] for shop in shops] == [tiktok.shop.cipher]
    assert prices["total"] == tiktok.world.order(order_id)["payment"]["total_amount"]
    assert webhooks == []
