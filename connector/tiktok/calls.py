"""Calls of one shop: the version that is still served, the shop's cipher, and pages read from `data`."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from connector.errors import RequestRefused, Unavailable
from connector.tiktok.endpoints import Endpoint
from connector.tiktok.errors import PLATFORM, RETIRED
from connector.tiktok.http import TikTokTransport
from connector.tiktok.paging import Page, SortField

_NUMBER = re.compile(r"\d{1,18}")


class ShopCalls:
    """Makes the calls of `connector.tiktok.endpoints` for one shop."""

    def __init__(self, transport: TikTokTransport, shop_cipher: str) -> None:
        self._transport = transport
        self._shop = {"shop_cipher": shop_cipher} if shop_cipher else {}
        self._skipped: dict[Endpoint, int] = {}

    async def call(
        self,
        endpoint: Endpoint,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        *,
        order_id: str = "",
        of_shop: bool = True,
    ) -> dict[str, Any]:
        """The `data` of a call, made with the newest version TikTok still serves.

        `of_shop` is False for the calls that must not carry a `shop_cipher` (authorized shops).
        """
        parameters = {**(query or {}), **(self._shop if of_shop else {})}
        while True:
            skipped = self._skipped.get(endpoint, 0)
            path = endpoint.template.format(
                version=endpoint.versions[skipped], order_id=quote(order_id, safe="")
            )
            try:
                return await self._transport.call(
                    endpoint.method, path, query=parameters, body=body, operation=endpoint.operation
                )
            except RequestRefused as error:
                if error.code not in RETIRED or skipped + 1 >= len(endpoint.versions):
                    raise
                self._skipped[endpoint] = skipped + 1

    async def page(
        self,
        endpoint: Endpoint,
        key: str,
        filters: Mapping[str, Any],
        *,
        sort_field: SortField,
        page_size: int,
        page_token: str,
    ) -> Page:
        """One page of a search, ascending; raises Unavailable when it is not shaped like one."""
        query = {"page_size": str(page_size), "sort_field": sort_field, "sort_order": "ASC"}
        if page_token:
            query["page_token"] = page_token
        data = await self.call(endpoint, query, filters)
        items, unusable = objects_in(data, key)
        token = data.get("next_page_token") or ""
        if not isinstance(token, str):
            raise _misshapen("the page token")
        return Page(items, unusable, token, _count(data.get("total_count")))


def objects_in(data: Mapping[str, Any], key: str) -> tuple[list[dict[str, Any]], list[Any]]:
    """The JSON objects in the list `data[key]` and whatever else is in it; an absent list is empty.

    Raises Unavailable when something other than a list stands there.
    """
    records = data.get(key)
    if records is None:
        return [], []
    if not isinstance(records, list):
        raise _misshapen(key)
    items = [record for record in records if isinstance(record, dict)]
    return items, [record for record in records if not isinstance(record, dict)]


def _misshapen(what: str) -> Unavailable:
    text = f"TikTok Shop's answer could not be read ({what} is not what it should be)"
    return Unavailable(text, platform=PLATFORM, code="shape")


def _count(value: object) -> int | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    return value if type(value) is int else None
