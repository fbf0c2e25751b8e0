"""Which blocked orders a changed catalogue may free: those whose named SKU has another answer now."""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.ledger.tables import ORDERS, VARIANTS
from connector.mapping.skus import sku_key
from models.state import OrderState, ReasonCode

_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_SKU_REASONS = (ReasonCode.SKU_UNMATCHED.value, ReasonCode.SKU_AMBIGUOUS.value)


def sku_counts(session: Session, *, store_id: int, keys: Collection[str] | None = None) -> Counter[str]:
    """How many variants carry each SKU (of `keys`, where given), by the form SKUs are compared in."""
    query = (
        select(VARIANTS.c.sku_key, func.count())
        .where(VARIANTS.c.store_id == store_id, VARIANTS.c.sku_key != "")
        .group_by(VARIANTS.c.sku_key)
    )
    if keys is not None:
        query = query.where(VARIANTS.c.sku_key.in_(list(keys)))
    return Counter({row[0]: row[1] for row in session.execute(query)})


def changed_keys(before: Counter[str], after: Counter[str]) -> set[str]:
    """SKUs that more or fewer variants carry than before."""
    return {key for key in before | after if before[key] != after[key]}


def freed_by(session: Session, *, store_id: int, keys: set[str]) -> list[str]:
    """TikTok ids of orders blocked for a SKU among `keys`, or for more SKUs than their reason names."""
    if not keys:
        return []
    query = select(ORDERS.c.tiktok_order_id, ORDERS.c.reason_detail).where(
        ORDERS.c.store_id == store_id,
        ORDERS.c.state == OrderState.BLOCKED.value,
        ORDERS.c.reason_code.in_(_SKU_REASONS),
    )
    return [
        row.tiktok_order_id
        for row in session.execute(query)
        if " more" in (row.reason_detail or "") or keys & set(_named(row.reason_detail or ""))
    ]


def _named(detail: str) -> Iterator[str]:
    for single, double in _QUOTED.findall(detail):
        yield sku_key(single or double)
