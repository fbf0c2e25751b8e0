"""Which stores a webhook may concern, with the sealed secrets it may be signed with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from connector.ledger.tables import CREDENTIALS, STORES


@dataclass(frozen=True, slots=True)
class Sealed:
    """A store's secrets of one platform as they are stored."""

    store_id: int
    ciphertext: bytes = field(repr=False)


def of_shop(session: Session, *, shop_id: str) -> Sequence[Sealed]:
    """The stores of a TikTok shop: one, or none."""
    return _sealed(session, "tiktok", STORES.c.tiktok_shop_id == shop_id) if shop_id else ()


def of_domain(session: Session, *, domain: str) -> Sequence[Sealed]:
    """The stores of a Shopify domain, in any case of letters; several TikTok shops may share it."""
    fits = func.lower(STORES.c.shopify_domain) == domain.lower()
    return _sealed(session, "shopify", fits) if domain else ()


def of_tiktok(session: Session) -> Sequence[Sealed]:
    """Every store, for what TikTok sends without naming a shop."""
    return _sealed(session, "tiktok", STORES.c.id.is_not(None))


def _sealed(session: Session, platform: str, fits: ColumnElement[bool]) -> Sequence[Sealed]:
    query = (
        select(STORES.c.id, CREDENTIALS.c.ciphertext)
        .join(CREDENTIALS, CREDENTIALS.c.store_id == STORES.c.id)
        .where(CREDENTIALS.c.platform == platform, fits)
        .order_by(STORES.c.id)
    )
    return [Sealed(row.id, bytes(row.ciphertext)) for row in session.execute(query)]
