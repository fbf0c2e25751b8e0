"""`GET /orders/{store}/{tiktok_order_id}`: one order, why it is where it is, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from fastapi import APIRouter, HTTPException
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from connector.console.access.who import Viewer
from connector.console.orders.links import seller_center, shopify_admin
from connector.console.page import render, runtime_of
from connector.errors import UsageError
from connector.ledger import stores
from connector.ledger.attention import SKU_REASONS, skus_of_order
from connector.ledger.freeing import retryable
from connector.ledger.search import order_detail
from connector.ledger.stored import StoredDocument, stored_document
from connector.ledger.stores import StoreRow
from connector.ledger.views import OrderDetail
from connector.mapping.breakdown import Part, booked_total, breakdown
from connector.services.sku_suggestions import Suggestion, suggest
from models.state import OrderState
from models.text import storable

router = APIRouter()

_SUGGESTED = 4
_MOST_SKUS = 5


@dataclass(frozen=True, slots=True)
class SkuChoice:
    """A SKU that keeps the order, and the variants it may mean."""

    seller_sku: str
    suggestions: list[Suggestion]


@dataclass(frozen=True, slots=True)
class Shown:
    """All there is to show of an order."""

    store: StoreRow
    detail: OrderDetail
    document: StoredDocument | None
    can_retry: bool
    skus: list[SkuChoice]

    @property
    def parts(self) -> list[Part]:
        """TikTok's breakdown of the money."""
        return breakdown(self.document.raw) if self.document else []

    @property
    def on_shopify(self) -> Decimal | None:
        """The total the order has on Shopify; None while it is not there."""
        created = self.detail.order.state == OrderState.CREATED
        return booked_total(self.document.raw) if created and self.document else None


@router.get("/orders/{store}/{tiktok_order_id}")
def order(request: Request, person: Viewer, store: str, tiktok_order_id: str) -> Response:
    """The page of one order."""
    runtime = runtime_of(request)
    shown = runtime.database.read(
        read_order, store=store, tiktok_order_id=tiktok_order_id, now=runtime.clock.now()
    )
    row, view = shown.store, shown.detail.order
    return render(
        request,
        "orders/order.html",
        shown=shown,
        store=row,
        order=view,
        detail=shown.detail,
        seller_center=seller_center(row.tiktok_region, view.tiktok_order_id),
        shopify_admin=shopify_admin(row.shopify_domain, view.shopify_order_id),
    )


def read_order(session: Session, *, store: str, tiktok_order_id: str, now: datetime) -> Shown:
    """An order with what can be done with it; a page of its own says that there is none (status 404)."""
    row, detail = find_order(session, store=store, tiktok_order_id=tiktok_order_id)
    view = detail.order
    open_to = retryable(session, store_id=row.id, now=now, order_ids=[view.tiktok_order_id])
    kept_by_sku = view.state == OrderState.BLOCKED and view.reason and view.reason.code in SKU_REASONS
    return Shown(
        store=row,
        detail=detail,
        document=stored_document(session, order_pk=view.pk),
        can_retry=bool(open_to),
        skus=_choices(session, row.id, skus_of_order(session, order_pk=view.pk)) if kept_by_sku else [],
    )


def find_order(session: Session, *, store: str, tiktok_order_id: str) -> tuple[StoreRow, OrderDetail]:
    """The order and its store; raises the 404 that says which of them is not there."""
    store, tiktok_order_id = storable(store), storable(tiktok_order_id)
    try:
        row = stores.get_store(session, name=store)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None
    details = order_detail(session, tiktok_order_id=tiktok_order_id, store=store)
    if not details:
        raise HTTPException(
            404, f"Store {store} has no order {tiktok_order_id[:64]!r} yet; Fetch Order looks for new ones."
        )
    return row, details[0]


def _choices(session: Session, store_id: int, skus: Sequence[str]) -> list[SkuChoice]:
    return [
        SkuChoice(sku, suggest(session, store_id=store_id, seller_sku=sku, limit=_SUGGESTED))
        for sku in skus[:_MOST_SKUS]
    ]
