"""TikTok Shop's order, return and cancellation calls as plain Python; orders stay raw documents here.

Times are Unix seconds; a window's lower bound is inclusive, its upper bound exclusive. All methods raise the
errors of `connector.errors`. Facts: partner.tiktokshop.com, "Order API", "Return and Refund API".
"""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from connector.clock import Clock
from connector.errors import AccessDenied, PlatformError
from connector.tiktok.calls import ShopCalls, objects_in
from connector.tiktok.endpoints import (
    AUTHORIZED_SHOPS,
    DELETE_WEBHOOK,
    ORDER_DETAIL,
    PRICE_DETAIL,
    SEARCH_CANCELLATIONS,
    SEARCH_ORDERS,
    SEARCH_RETURNS,
    SET_WEBHOOK,
    SHOP_WEBHOOKS,
    Endpoint,
)
from connector.tiktok.errors import ORDER_PERMISSION, OrderRefused, ParameterRefused
from connector.tiktok.http import OnCall, TikTokTransport
from connector.tiktok.paging import Page, SortField, Window, follow
from connector.tiktok.throttle import Throttle
from connector.tiktok.tokens import TokenSource

ORDERS_PER_PAGE = 100
AFTERSALES_PER_PAGE = 50
IDS_PER_CALL = 50
_ORDER_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True)
class OrderPage(Page):
    """One page of orders as TikTok sent them."""

    @property
    def orders(self) -> list[dict[str, Any]]:
        """The raw order documents."""
        return self.items


class TikTokClient:
    """One shop's data. Every call may be made twice, and is repeated within seconds while that can help."""

    def __init__(
        self,
        *,
        base_url: str,
        app_key: str,
        app_secret: str,
        shop_cipher: str,
        tokens: TokenSource,
        http: httpx.AsyncClient,
        clock: Clock,
        throttle: Throttle | None = None,
        on_call: OnCall | None = None,
    ) -> None:
        self._transport = TikTokTransport(
            base_url=base_url,
            app_key=app_key,
            app_secret=app_secret,
            tokens=tokens,
            http=http,
            clock=clock,
            throttle=throttle,
            on_call=on_call,
        )
        self._clock = clock
        self._calls = ShopCalls(self._transport, shop_cipher)

    @property
    def calls(self) -> int:
        """HTTP requests sent so far, repeated ones included."""
        return self._transport.calls

    @property
    def throttled(self) -> int:
        """Answers so far that said: too many requests."""
        return self._transport.throttled

    @property
    def clock_ahead(self) -> float | None:
        """Seconds this computer's clock is ahead of TikTok's by its last answer; None before any answer."""
        return self._transport.clock_ahead

    async def order_pages(
        self,
        *,
        update_from: int | None = None,
        update_to: int | None = None,
        create_from: int | None = None,
        create_to: int | None = None,
        sort_field: SortField = "update_time",
        page_size: int = ORDERS_PER_PAGE,
    ) -> AsyncIterator[OrderPage]:
        """Every page of the window, oldest first; an open end of `sort_field` is closed at the present.

        An order may come twice, and with an `update_time` beyond the window if it changed meanwhile.
        """
        spans = {
            "update_time": Window("update_time", update_from, update_to),
            "create_time": Window("create_time", create_from, create_to),
        }
        window = self._closed(spans.pop(sort_field))
        fixed = {name: value for span in spans.values() for name, value in span.filters().items()}

        async def fetch(part: Window, token: str) -> Page:
            filters = {**fixed, **part.filters()}
            return await self.search_orders(
                filters, sort_field=sort_field, page_size=page_size, page_token=token
            )

        async for page in follow(fetch, window):
            yield _as_orders(page)

    async def search_orders(
        self,
        filters: Mapping[str, Any],
        *,
        sort_field: SortField = "update_time",
        page_size: int = ORDERS_PER_PAGE,
        page_token: str = "",
    ) -> OrderPage:
        """One page, ascending; `filters` are the documented search fields, at least one of them."""
        page = await self._calls.page(
            SEARCH_ORDERS,
            "orders",
            filters,
            sort_field=sort_field,
            page_size=page_size,
            page_token=page_token,
        )
        return _as_orders(page)

    async def order_details(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        """The orders TikTok gives for these ids, fewer where it knows none; text that is no id is left out.

        TikTok may refuse a whole call for one id that is not the shop's (open question 10 of the reference):
        then the ids are asked for in halves. Refused one and all for want of permission: AccessDenied.
        """
        found: list[dict[str, Any]] = []
        for group in _groups(ids):
            found += await self._details(group)
        return found

    async def price_detail(self, order_id: str) -> dict[str, Any]:
        """The price breakdown of one order as TikTok sent it; one call per order, for exceptions only."""
        return await self._calls.call(PRICE_DETAIL, order_id=order_id)

    def returns(
        self,
        *,
        update_from: int | None = None,
        update_to: int | None = None,
        order_ids: Iterable[str] | None = None,
    ) -> AsyncIterator[Page]:
        """Pages of return and refund requests of a window or of these orders, in every status."""
        return self._aftersales(SEARCH_RETURNS, "return_orders", (update_from, update_to), order_ids)

    def cancellations(
        self,
        *,
        update_from: int | None = None,
        update_to: int | None = None,
        order_ids: Iterable[str] | None = None,
    ) -> AsyncIterator[Page]:
        """Pages of cancellation requests of a window or of these orders, in every status."""
        return self._aftersales(SEARCH_CANCELLATIONS, "cancellations", (update_from, update_to), order_ids)

    async def authorized_shops(self) -> list[dict[str, Any]]:
        """The shops this token covers: `id`, `name`, `region`, `cipher`."""
        return objects_in(await self._calls.call(AUTHORIZED_SHOPS, of_shop=False), "shops")[0]

    async def webhooks(self) -> list[dict[str, Any]]:
        """The shop's own webhook addresses: `event_type`, `address`; the app's default one is not listed."""
        return objects_in(await self._calls.call(SHOP_WEBHOOKS), "webhooks")[0]

    async def set_webhook(self, event_type: str, address: str) -> None:
        """Have this event of the shop sent to an address from now on, in place of the one before."""
        await self._calls.call(SET_WEBHOOK, body={"event_type": event_type, "address": address})

    async def delete_webhook(self, event_type: str) -> None:
        """Have this event of the shop sent nowhere but to the app's default address, if it has one."""
        await self._calls.call(DELETE_WEBHOOK, body={"event_type": event_type})

    async def _details(self, ids: list[str]) -> list[dict[str, Any]]:
        refusals: list[PlatformError] = []
        found = await self._details_in_halves(ids, refusals)
        unclear = [error for error in refusals if not isinstance(error, OrderRefused)]
        if unclear and not found:
            raise unclear[-1]
        return found

    async def _details_in_halves(self, ids: list[str], refusals: list[PlatformError]) -> list[dict[str, Any]]:
        try:
            data = await self._calls.call(ORDER_DETAIL, {"ids": ",".join(ids)})
        except (ParameterRefused, AccessDenied) as error:
            if isinstance(error, AccessDenied) and error.code not in ORDER_PERMISSION:
                raise
            if len(ids) == 1:
                refusals.append(error)
                return []
            half = len(ids) // 2
            return await self._details_in_halves(ids[:half], refusals) + await self._details_in_halves(
                ids[half:], refusals
            )
        wanted = set(ids)
        return [order for order in objects_in(data, "orders")[0] if str(order.get("id")) in wanted]

    async def _aftersales(
        self,
        endpoint: Endpoint,
        key: str,
        span: tuple[int | None, int | None],
        order_ids: Iterable[str] | None,
    ) -> AsyncIterator[Page]:
        """Pages of a window by `update_time`; those of order ids by `create_time`, which never changes."""

        async def fetch(filters: Mapping[str, Any], part: Window, token: str) -> Page:
            return await self._calls.page(
                endpoint,
                key,
                {**filters, **part.filters()},
                sort_field=part.sort_field,
                page_size=AFTERSALES_PER_PAGE,
                page_token=token,
            )

        window = self._closed(Window("update_time", *span))
        if order_ids is None:
            async for page in follow(partial(fetch, {}), window):
                yield page
            return
        limits = Window("update_time", *span).filters()
        for group in _groups(order_ids):
            of_orders = partial(fetch, {**limits, "order_ids": group})
            async for page in follow(of_orders, Window("create_time", None, None)):
                yield page

    def _closed(self, window: Window) -> Window:
        """The window with an end: no search goes out without a filter, and what changes now comes later."""
        if window.upper is not None:
            return window
        return Window(window.sort_field, window.lower, int(self._clock.now().timestamp()))


def _groups(ids: Iterable[str]) -> Iterator[list[str]]:
    """The distinct usable ids, as many at a time as one call takes."""
    wanted = [order_id for order_id in dict.fromkeys(ids) if _ORDER_ID.fullmatch(order_id)]
    for start in range(0, len(wanted), IDS_PER_CALL):
        yield wanted[start : start + IDS_PER_CALL]


def _as_orders(page: Page) -> OrderPage:
    return OrderPage(page.items, page.unusable, page.next_page_token, page.total_count)
