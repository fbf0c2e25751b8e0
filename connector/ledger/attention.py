"""What keeps orders from going on by themselves: blocked orders grouped by cause, most wanted first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from connector.ledger.naming import named_skus, names_all
from connector.ledger.tables import LINES, ORDERS, STORES, state_is
from models.state import REMEDIES, OrderState, ReasonCode

SKU_REASONS = frozenset({ReasonCode.SKU_UNMATCHED.value, ReasonCode.SKU_AMBIGUOUS.value})
"""Reasons that mapping a SKU takes away."""

EACH_ITS_OWN = frozenset({ReasonCode.TOTAL_MISMATCH.value, ReasonCode.INVALID_ORDER.value})
"""Reasons whose detail holds the order's own figures: the reason alone is the cause."""
_CUT_AT = 80
"""A reason names a longer SKU by its beginning; the lines have it whole."""
_EXAMPLES = 3
_CHUNK = 500
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that keeps orders: `named` is the SKU or the detail, blank where the reason says it all.

    A SKU is a cause within one store, because it is mapped there.
    """

    code: str
    named: str
    stores: tuple[str, ...]
    orders: int
    oldest: datetime
    """When the oldest of the orders was placed."""
    details: tuple[str, ...]
    """A few of the details, as the orders have them."""
    examples: tuple[tuple[str, str], ...]
    """A few of the orders, as (store, TikTok order id)."""

    @property
    def is_sku(self) -> bool:
        """Whether mapping one SKU frees all of its orders."""
        return self.code in SKU_REASONS

    @property
    def is_whole_reason(self) -> bool:
        """Whether its orders are all those of its stores with its reason code."""
        return self.code in EACH_ITS_OWN

    @property
    def fix(self) -> str:
        """The remedy in one sentence."""
        return REMEDIES.get(self.code, "")


@dataclass(frozen=True, slots=True)
class Attention:
    """The causes that concern most orders, and how many causes and blocked orders there are in all."""

    causes: list[Cause]
    total: int
    orders: int


@dataclass(slots=True)
class _Group:
    orders: int = 0
    oldest: datetime | None = None
    stores: set[str] = field(default_factory=set)
    details: list[str] = field(default_factory=list)
    pks: list[int] = field(default_factory=list)

    def take(self, row: Any) -> None:
        self.orders += row.n
        self.oldest = row.oldest if self.oldest is None else min(self.oldest, row.oldest)
        self.stores.add(row.store)
        if row.reason_detail and row.reason_detail not in self.details and len(self.details) < _EXAMPLES:
            self.details.append(row.reason_detail)
        self.pks = sorted({*self.pks, row.last, row.first}, reverse=True)[:_EXAMPLES]


def attention(
    session: Session, *, stores: Sequence[str] = (), only: tuple[str, str] | None = None, limit: int = 50
) -> Attention:
    """The `limit` causes that concern most orders, of the named stores or of one code and name."""
    groups: dict[tuple[str, str, str], _Group] = defaultdict(_Group)
    rows = session.execute(_grouped(stores)).all()
    skus = _skus_of_lines(session, [row.reason_detail for row in rows if not tells(row)])
    for row in rows:
        for key in _keys(row, skus):
            if only is None or key[:2] == only:
                groups[key].take(row)
    ordered = sorted(groups.items(), key=lambda item: (-item[1].orders, item[0]))
    examples = _examples(session, [pk for _, group in ordered[:limit] for pk in group.pks])
    return Attention(
        causes=[_cause(key, group, examples) for key, group in ordered[:limit]],
        total=len(ordered),
        orders=sum(row.n for row in rows),
    )


def skus_of_order(session: Session, *, order_pk: int) -> list[str]:
    """The SKUs that keep one blocked order."""
    columns = (STORES.c.name.label("store"), ORDERS.c.reason_code, ORDERS.c.reason_detail)
    query = select(*columns).join(STORES, STORES.c.id == ORDERS.c.store_id).where(ORDERS.c.id == order_pk)
    row = session.execute(query).first()
    if row is None or row.reason_code not in SKU_REASONS:
        return []
    if tells(row):
        return list(dict.fromkeys(named_skus(row.reason_detail or "")))
    held = select(LINES.c.seller_sku).where(LINES.c.order_id == order_pk, LINES.c.seller_sku != "")
    return list(dict.fromkeys(session.scalars(held)))


def _grouped(stores: Sequence[str]) -> Select[Any]:
    wanted: list[ColumnElement[bool]] = [state_is(OrderState.BLOCKED)]
    if stores:
        wanted.append(STORES.c.name.in_(stores))
    by = (STORES.c.name, ORDERS.c.reason_code, ORDERS.c.reason_detail)
    return (
        select(
            STORES.c.name.label("store"),
            ORDERS.c.reason_code,
            ORDERS.c.reason_detail,
            func.count().label("n"),
            func.min(ORDERS.c.created_at).label("oldest"),
            func.min(ORDERS.c.id).label("first"),
            func.max(ORDERS.c.id).label("last"),
        )
        .join(STORES, STORES.c.id == ORDERS.c.store_id)
        .where(*wanted)
        .group_by(*by)
    )


def tells(row: Any) -> bool:
    """Whether the detail of a row names every SKU it is about in full."""
    if row.reason_code not in SKU_REASONS:
        return True
    detail = row.reason_detail or ""
    return names_all(detail) and all(len(sku) < _CUT_AT for sku in named_skus(detail))


def _keys(row: Any, skus: dict[tuple[str, str], list[str]]) -> Iterator[tuple[str, str, str]]:
    code, detail = row.reason_code or "", row.reason_detail or ""
    if code not in SKU_REASONS:
        yield code, "" if code in EACH_ITS_OWN else detail, ""
        return
    for sku in dict.fromkeys(named_skus(detail) if tells(row) else skus[row.store, detail]):
        yield code, sku, row.store


def _skus_of_lines(session: Session, details: Sequence[str]) -> dict[tuple[str, str], list[str]]:
    """The SKUs of orders whose reason does not name them all, by store and detail."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for chunk in _chunks(list(dict.fromkeys(details))):
        query = (
            select(STORES.c.name, ORDERS.c.reason_detail, LINES.c.seller_sku)
            .join(ORDERS, ORDERS.c.id == LINES.c.order_id)
            .join(STORES, STORES.c.id == ORDERS.c.store_id)
            .where(state_is(OrderState.BLOCKED), ORDERS.c.reason_detail.in_(chunk), LINES.c.seller_sku != "")
            .distinct()
        )
        for row in session.execute(query):
            found[row.name, row.reason_detail].append(row.seller_sku)
    return found


def _examples(session: Session, pks: Sequence[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for chunk in _chunks(pks):
        query = (
            select(ORDERS.c.id, STORES.c.name, ORDERS.c.tiktok_order_id)
            .join(STORES, STORES.c.id == ORDERS.c.store_id)
            .where(ORDERS.c.id.in_(chunk))
        )
        found |= {row.id: (row.name, row.tiktok_order_id) for row in session.execute(query)}
    return found


def _cause(key: tuple[str, str, str], group: _Group, examples: dict[int, tuple[str, str]]) -> Cause:
    code, named, _ = key
    assert group.oldest is not None
    return Cause(
        code=code,
        named=named,
        stores=tuple(sorted(group.stores)),
        orders=group.orders,
        oldest=group.oldest,
        details=tuple(group.details),
        examples=tuple(examples[pk] for pk in group.pks if pk in examples),
    )


def _chunks(values: Sequence[_T]) -> Iterable[Sequence[_T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
