"""Store pairs: what is connected to what, and how its orders are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from connector.errors import UsageError
from connector.ledger.tables import ATTEMPTS, CREDENTIALS, DOCUMENTS, EVENTS, LINES, ORDERS, STORES
from models.order_settings import OrderSettings


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store as it was read; the columns of `models.store.Store`, with its settings typed."""

    id: int
    name: str
    paused: bool
    connected_at: datetime
    start_from: datetime
    tiktok_base_url: str
    tiktok_auth_url: str
    tiktok_shop_id: str
    tiktok_shop_cipher: str
    tiktok_region: str
    shopify_base_url: str
    shopify_domain: str
    shopify_api_version: str
    shopify_currency: str
    shopify_location_id: str
    identifier_ready_at: datetime | None
    alive_at: datetime | None
    doubt_before: datetime
    complete_up_to: datetime | None
    beat_at: datetime | None
    catalog_refreshed_at: datetime | None
    last_error: str | None
    settings: OrderSettings

    @property
    def last_sign_of_life(self) -> datetime:
        """When the ledger last vouched for this store: a sync ended well, or a consumer was at work."""
        known = (self.connected_at, self.alive_at, self.beat_at)
        return max(instant for instant in known if instant is not None)


def add_store(session: Session, *, values: Mapping[str, Any], settings: OrderSettings) -> StoreRow:
    """Insert a store; `values` are columns by name. The caller has looked that the name is free."""
    columns = {**values, "paused": values.get("paused", False), "order_settings": settings.model_dump()}
    session.execute(insert(STORES).values(**_with_defaults(columns)))
    return get_store(session, name=str(values["name"]))


def update_store(
    session: Session, *, store_id: int, values: Mapping[str, Any], settings: OrderSettings | None = None
) -> StoreRow:
    """Change columns of a store, and its settings when given."""
    columns = dict(values)
    if settings is not None:
        columns["order_settings"] = settings.model_dump()
    if columns:
        session.execute(update(STORES).where(STORES.c.id == store_id).values(**columns))
    return store_by_id(session, store_id=store_id)


def find_store(session: Session, *, name: str) -> StoreRow | None:
    """The store of that name, or None."""
    row = session.execute(select(STORES).where(STORES.c.name == name)).one_or_none()
    return None if row is None else _snapshot(row)


def get_store(session: Session, *, name: str) -> StoreRow:
    """The store of that name; raises UsageError naming the ones there are."""
    found = find_store(session, name=name)
    if found is None:
        known = ", ".join(session.scalars(select(STORES.c.name).order_by(STORES.c.name))) or "none yet"
        raise UsageError(f"There is no store named {name!r}; connected: {known}.")
    return found


def store_by_id(session: Session, *, store_id: int) -> StoreRow:
    """The store with that row id."""
    return _snapshot(session.execute(select(STORES).where(STORES.c.id == store_id)).one())


def find_store_by_id(session: Session, *, store_id: int) -> StoreRow | None:
    """The store with that row id; None when it was removed."""
    row = session.execute(select(STORES).where(STORES.c.id == store_id)).one_or_none()
    return None if row is None else _snapshot(row)


def list_stores(
    session: Session, *, names: Sequence[str] | None = None, active_only: bool = False
) -> list[StoreRow]:
    """Stores by name; with `names` exactly these, and UsageError for one that is not there."""
    if names:
        return [get_store(session, name=name) for name in dict.fromkeys(names)]
    query = select(STORES).order_by(STORES.c.name)
    if active_only:
        query = query.where(STORES.c.paused.is_(False))
    return [_snapshot(row) for row in session.execute(query)]


def pause_store(session: Session, *, name: str) -> StoreRow:
    """Leave a store out of every flow until it is resumed."""
    return update_store(session, store_id=get_store(session, name=name).id, values={"paused": True})


def resume_store(session: Session, *, name: str) -> StoreRow:
    """Take a paused store back into the flows."""
    return update_store(session, store_id=get_store(session, name=name).id, values={"paused": False})


def remove_store(session: Session, *, name: str) -> None:
    """Delete a store with its credentials, orders and everything that belongs to them."""
    store_id = get_store(session, name=name).id
    orders = select(ORDERS.c.id).where(ORDERS.c.store_id == store_id).scalar_subquery()
    for table in (DOCUMENTS, EVENTS, ATTEMPTS):
        session.execute(delete(table).where(table.c.order_id.in_(orders)))
    # Lines after their orders: PostgreSQL brings what an order is found by up to date with each of its lines.
    for table in (ORDERS, LINES):
        session.execute(delete(table).where(table.c.store_id == store_id))
    session.execute(delete(STORES).where(STORES.c.id == store_id))


def has_created(session: Session, *, store_id: int) -> bool:
    """Whether any order of the store exists on Shopify."""
    query = select(ORDERS.c.id).where(ORDERS.c.store_id == store_id, ORDERS.c.shopify_order_id.is_not(None))
    return session.scalar(query.limit(1)) is not None


def mark_alive(session: Session, *, store_id: int, now: datetime, complete_up_to: datetime) -> None:
    """Note that a sync ended well: everything TikTok changed before `complete_up_to` is in the ledger."""
    session.execute(
        update(STORES)
        .where(STORES.c.id == store_id)
        .values(alive_at=now, complete_up_to=complete_up_to, last_error=None)
    )
    session.execute(
        update(CREDENTIALS)
        .where(CREDENTIALS.c.store_id == store_id, CREDENTIALS.c.revoked_at.is_not(None))
        .values(revoked_at=None)
    )


def mark_failed(session: Session, *, store_id: int, error: str) -> None:
    """Keep the sentence of the failure that ended a store's last run."""
    session.execute(update(STORES).where(STORES.c.id == store_id).values(last_error=error))


def beat(session: Session, *, store_id: int, now: datetime, silence: timedelta) -> None:
    """Note that the ledger is in use; after a longer silence than `silence`, doubt is raised with it.

    One transaction, so that whoever sees the new time sees the doubt too.
    """
    row = session.execute(select(STORES).where(STORES.c.id == store_id).with_for_update()).one_or_none()
    if row is None:
        return
    if now - _snapshot(row).last_sign_of_life > silence:
        raise_doubt(session, store_id=store_id, before=now)
    session.execute(update(STORES).where(STORES.c.id == store_id).values(beat_at=now))


def raise_doubt(session: Session, *, store_id: int, before: datetime) -> None:
    """Look up on Shopify first every order made on TikTok before this instant; never lowered."""
    session.execute(
        update(STORES)
        .where(STORES.c.id == store_id, STORES.c.doubt_before < before)
        .values(doubt_before=before)
    )


_DEFAULTS: dict[str, Any] = {
    "tiktok_shop_id": "",
    "tiktok_shop_cipher": "",
    "tiktok_region": "",
    "shopify_currency": "",
    "shopify_location_id": "",
}


def _with_defaults(columns: dict[str, Any]) -> dict[str, Any]:
    return {**_DEFAULTS, "doubt_before": columns["connected_at"], **columns}


def _snapshot(row: Row[Any]) -> StoreRow:
    columns = row._asdict()
    settings = OrderSettings.model_validate(columns.pop("order_settings"))
    return StoreRow(**columns, settings=settings)
