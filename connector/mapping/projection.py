"""What the ledger keeps of a TikTok order in columns: read tolerantly, whatever the document holds."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from connector.mapping.masking import is_usable_address
from models.money import format_amount, parse_amount
from models.status import OrderStatus, status_from_tiktok
from models.text import storable
from models.times import from_unix

_ORDER_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME_SIZE = 255
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}
)
"""Letters that readers take for plain ones although Unicode does not decompose them."""


@dataclass(frozen=True, slots=True)
class LineProjection:
    """The units of one SKU at one price."""

    position: int
    seller_sku: str
    sku_name: str
    product_name: str
    product_key: str
    product_id: str
    sku_id: str
    quantity: int
    unit_price: str


@dataclass(frozen=True, slots=True)
class OrderProjection:
    """The columns of an order that come from TikTok, and what is needed to judge whether it is due."""

    tiktok_order_id: str
    status: str
    customer_name: str | None
    customer_key: str | None
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    total_amount: str
    currency: str
    logistic_mode: str
    fulfilled_by: str
    items: int
    lines: tuple[LineProjection, ...]
    is_on_hold_order: bool
    address_usable: bool
    """Whether `recipient_address` is whole: only then may it, and the name, replace what is stored."""


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Text as search compares it: case and accents dropped, spaces collapsed, compatibility forms plain."""
    if text.isascii():
        return " ".join(text.lower().replace("\x00", "").split())
    decomposed = unicodedata.normalize("NFKD", storable(text).casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.casefold().translate(_UNDECOMPOSED).split())


def order_id_of(raw: Mapping[str, Any]) -> str | None:
    """The order's id as text, or None when there is none that can be kept (§3.4: ids are strings)."""
    value = raw.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 < value < 10**64 else None
    if not isinstance(value, str):
        return None
    trimmed = value.strip()
    return trimmed if _ORDER_ID.fullmatch(trimmed) else None


def project(raw: Mapping[str, Any]) -> OrderProjection | None:
    """Read an order's columns; None when it has no usable id. Never raises, whatever the fields are."""
    order_id = order_id_of(raw)
    if order_id is None:
        return None
    payment = _mapping(raw.get("payment"))
    address = _mapping(raw.get("recipient_address"))
    created_at = from_unix(raw.get("create_time"))
    updated_at = from_unix(raw.get("update_time"))
    currency = _text(payment.get("currency"), 16)
    name = _customer_name(address)
    lines = _lines(raw.get("line_items"), currency)
    return OrderProjection(
        tiktok_order_id=order_id,
        status=status_from_tiktok(raw.get("status")),
        customer_name=name,
        customer_key=fold(name) if name else None,
        created_at=created_at or updated_at or _EPOCH,
        updated_at=updated_at or created_at or _EPOCH,
        paid_at=from_unix(raw.get("paid_time")),
        delivered_at=from_unix(raw.get("delivery_time")),
        cancelled_at=from_unix(raw.get("cancel_time")),
        total_amount=_amount(payment.get("total_amount"), currency),
        currency=currency,
        logistic_mode=_text(raw.get("shipping_type"), 64).lower()[:64],
        fulfilled_by=fulfilled_by(_text(raw.get("fulfillment_type"), 64))[:64],
        items=sum(line.quantity for line in lines),
        lines=lines,
        is_on_hold_order=raw.get("is_on_hold_order") is True,
        address_usable=is_usable_address(address),
    )


def fulfilled_by(fulfillment_type: str) -> str:
    """`seller` for FULFILLMENT_BY_SELLER, `tiktok` for FULFILLMENT_BY_TIKTOK, others likewise."""
    return fulfillment_type.lower().removeprefix("fulfillment_by_")


def _lines(items: object, currency: str) -> tuple[LineProjection, ...]:
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for unit in _counted_units(items):
        price = _amount(unit.get("sale_price"), currency)
        key = (_text(unit.get("sku_id"), 64), _verbatim(unit.get("seller_sku")), price)
        groups.setdefault(key, []).append(unit)
    return tuple(_line(position, key, units) for position, (key, units) in enumerate(groups.items()))


def _counted_units(items: object) -> list[Mapping[str, Any]]:
    """The units that still count: the ones not cancelled, or all of them when all are."""
    units = [unit for unit in items if isinstance(unit, Mapping)] if isinstance(items, list) else []
    kept = [unit for unit in units if status_from_tiktok(unit.get("display_status")) != OrderStatus.CANCELLED]
    return kept or units


def _line(position: int, key: tuple[str, str, str], units: list[Mapping[str, Any]]) -> LineProjection:
    first = units[0]
    product_name = _text(first.get("product_name"), _NAME_SIZE)
    return LineProjection(
        position=position,
        seller_sku=key[1],
        sku_name=_text(first.get("sku_name"), _NAME_SIZE),
        product_name=product_name,
        product_key=fold(product_name),
        product_id=_text(first.get("product_id"), 64),
        sku_id=key[0],
        quantity=len(units),
        unit_price=key[2],
    )


def _customer_name(address: Mapping[str, Any]) -> str | None:
    whole = _text(address.get("name"), _NAME_SIZE)
    return whole or _joined((address.get("first_name"), address.get("last_name"))) or None


def _joined(parts: Iterable[object]) -> str:
    return " ".join(filter(None, (_text(part, _NAME_SIZE) for part in parts)))[:_NAME_SIZE]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object, size: int) -> str:
    """Trimmed text; an id sent as a bare number reads as its digits, anything else as nothing."""
    if isinstance(value, str):
        return storable(value.strip(), size)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**64:
        return str(value)[:size]
    return ""


def _verbatim(value: object) -> str:
    """A seller SKU as it came, spaces included: matching looks for exactly this text first."""
    return storable(value, _NAME_SIZE) if isinstance(value, str) else ""


def _amount(value: object, currency: str) -> str:
    try:
        amount = parse_amount(value)
    except ValueError:
        return "0"
    try:
        return format_amount(amount, currency)
    except ValueError:
        return f"{amount:f}"
