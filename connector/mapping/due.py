"""Whether an order is to be created now, later or never, judged from what the ledger keeps of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.mapping.projection import OrderProjection
from models.order_settings import OrderSettings
from models.state import OrderState, Reason, ReasonCode
from models.status import OrderStatus

_TIKTOK = "tiktok"


@dataclass(frozen=True, slots=True)
class Due:
    """Where an order that was not created yet belongs."""

    state: OrderState
    reason: Reason | None = None
    next_try_at: datetime | None = None
    """When it is due; None while only TikTok can make it due, and for ignored orders."""

    @property
    def held(self) -> bool:
        """Whether it is not due yet, rather than due now or never."""
        return self.state == OrderState.WAITING and self.reason is not None


def judge(
    projection: OrderProjection,
    settings: OrderSettings,
    *,
    now: datetime,
    start_from: datetime,
    scheduled: bool,
) -> Due:
    """Sort an order that does not exist on Shopify into due, waiting or ignored.

    Unpaid and held orders wait whatever else holds. `scheduled` is False for a backfill, which imports
    orders older than `start_from` too.
    """
    status = projection.status
    if status == OrderStatus.CANCELLED:
        return _ignored(ReasonCode.CANCELLED_BEFORE_CREATE)
    if status == OrderStatus.UNPAID:
        return Due(OrderState.WAITING, Reason(ReasonCode.UNPAID))
    if status == OrderStatus.ON_HOLD:
        return Due(OrderState.WAITING, Reason(ReasonCode.ON_HOLD))
    if scheduled and projection.created_at < start_from:
        return _ignored(ReasonCode.BEFORE_START)
    if projection.fulfilled_by == _TIKTOK and not settings.import_fulfilled_by_tiktok:
        return _ignored(ReasonCode.TYPE_SWITCHED_OFF)
    return _after_hold(projection, settings, now)


def _after_hold(projection: OrderProjection, settings: OrderSettings, now: datetime) -> Due:
    """The store's own hold, for orders TikTok does not hold itself; shipped ones have outlived it."""
    if settings.hold_minutes and not projection.is_on_hold_order:
        paid_at = projection.paid_at or projection.created_at
        free_at = paid_at + timedelta(minutes=settings.hold_minutes)
        if free_at > now and projection.status == OrderStatus.AWAITING_SHIPMENT:
            return Due(OrderState.WAITING, Reason(ReasonCode.REMORSE_HOLD), free_at)
    return Due(OrderState.WAITING, None, now)


def _ignored(code: ReasonCode) -> Due:
    return Due(OrderState.IGNORED, Reason(code))
