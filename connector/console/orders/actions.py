"""What an operator does with one order: try it again, read it again from TikTok, map one of its SKUs."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from connector.console.access.who import Operator
from connector.console.acting import map_variant, noted
from connector.console.orders.order import find_order
from connector.console.page import notice, runtime_of
from connector.console.wording import reason_words, words
from connector.errors import ConnectorError
from connector.ledger.stores import StoreRow
from connector.ledger.views import OrderView
from connector.services import background
from connector.services.on_request import Work, do_now, do_soon, reading_again, retrying, sending
from models.state import OrderState

router = APIRouter()

_PATIENCE = 20.0
"""Seconds an answer waits for the platforms; what takes longer goes on behind it."""


@router.post("/orders/{store}/{tiktok_order_id}/retry")
async def retry(request: Request, person: Operator, store: str, tiktok_order_id: str) -> Response:
    """Try a blocked or waiting order again now."""
    row, order = await _find(request, store, tiktok_order_id)
    await noted(request, person, "order.retry", store=row.name, subject=order.tiktok_order_id)
    return await _answer(request, row, order, retrying([order.tiktok_order_id], None), "retry")


@router.post("/orders/{store}/{tiktok_order_id}/refresh")
async def refresh(request: Request, person: Operator, store: str, tiktok_order_id: str) -> Response:
    """Read the order again from TikTok, and go on with it."""
    row, order = await _find(request, store, tiktok_order_id)
    await noted(request, person, "order.refresh", store=row.name, subject=order.tiktok_order_id)
    return await _answer(request, row, order, reading_again(order.tiktok_order_id), "refresh")


@router.post("/orders/{store}/{tiktok_order_id}/map")
async def map_sku(
    request: Request,
    person: Operator,
    store: str,
    tiktok_order_id: str,
    seller_sku: Annotated[str, Form()] = "",
    variant: Annotated[str, Form()] = "",
    other: Annotated[str, Form()] = "",
) -> Response:
    """Map one SKU of the order to a variant; this order and all others that waited for it go on."""
    row, order = await _find(request, store, tiktok_order_id)
    try:
        mapped = await map_variant(request, person, row.name, seller_sku, other.strip() or variant)
    except ConnectorError as error:
        return _back(row, order, str(error), "problem")
    answer = await _answer(request, row, order, retrying([order.tiktok_order_id], None), "sku_mapping")
    if mapped.freed > 1:
        do_soon(runtime_of(request), row.name, sending, source="sku_mapping")
    return answer


async def _find(request: Request, store: str, tiktok_order_id: str) -> tuple[StoreRow, OrderView]:
    row, detail = await runtime_of(request).database.run_read(
        find_order, store=store, tiktok_order_id=tiktok_order_id
    )
    return row, detail.order


async def _answer(request: Request, row: StoreRow, order: OrderView, work: Work, source: str) -> Response:
    """Do it, wait a while for it, and say on the order's page what came of it."""
    runtime = runtime_of(request)
    task = background.start(
        do_now(runtime, row.name, work, source=source), name=f"{source} of an order of {row.name}"
    )
    done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
    if not done:
        return _back(row, order, "That takes longer than usual; it goes on, look again in a moment.", "done")
    result = task.result()
    if result.error:
        return _back(row, order, result.error, "problem")
    _, after = await _find(request, row.name, order.tiktok_order_id)
    return _back(row, after, _sentence(order, after, source), _kind(after))


def _sentence(before: OrderView, after: OrderView, source: str) -> str:
    if after.state == OrderState.CREATED and before.state != OrderState.CREATED:
        return f"The order is on Shopify now, as {after.shopify_order_name}."
    if source == "refresh":
        changed = (before.status, before.state, before.updated_at) != (
            after.status,
            after.state,
            after.updated_at,
        )
        return "Read from TikTok again: the order has changed." if changed else "TikTok has nothing new."
    if after.reason is None:
        return "The order was tried; nothing keeps it any more."
    why = ": ".join(filter(None, (reason_words(after.reason.code), after.reason.detail.rstrip("."))))
    return f"It was tried, and is still {words(after.state).lower()}. {why}."


def _kind(after: OrderView) -> str:
    return "problem" if after.state == OrderState.BLOCKED else "done"


def _back(row: StoreRow, order: OrderView, sentence: str, kind: str) -> Response:
    address = f"/orders/{quote(row.name, safe='')}/{quote(order.tiktok_order_id, safe='')}"
    answer = RedirectResponse(address, status_code=303)
    notice(answer, sentence, "problem" if kind == "problem" else "done")
    return answer
