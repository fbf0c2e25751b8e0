"""Which TikTok shop goes to which Shopify store: one to one, under one name, for as long as it has orders."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.errors import ConfigurationError
from connector.ledger import stores, variants
from connector.ledger.stores import StoreRow

_UNKNOWN = {"shopify_currency": "", "shopify_location_id": "", "identifier_ready_at": None}


def refuse_second_pairing(session: Session, *, name: str, shop_id: str, present: StoreRow | None) -> None:
    """One TikTok shop goes to one Shopify store, under one name: two would make every order twice."""
    if present is not None and shop_id and present.tiktok_shop_id not in ("", shop_id):
        raise ConfigurationError(
            f"Store {name} belongs to TikTok shop {present.tiktok_shop_id}, and its orders too; "
            f"connect shop {shop_id} under another name."
        )
    for other in stores.list_stores(session):
        if shop_id and other.name != name and other.tiktok_shop_id == shop_id:
            raise ConfigurationError(
                f"TikTok shop {shop_id} is connected already, as {other.name}; remove that store first "
                f"(connector store remove {other.name})."
            )


def learn_facts(session: Session, *, store: StoreRow, facts: dict[str, Any]) -> StoreRow:
    """Keep what the platforms say of a store that was added unchecked; refused as when it is connected."""
    shop_id = str(facts["tiktok_shop_id"])
    refuse_second_pairing(session, name=store.name, shop_id=shop_id, present=store)
    return stores.update_store(session, store_id=store.id, values=facts)


def move_to(session: Session, *, present: StoreRow, values: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The columns to write where the file names another Shopify store than before; else `values` as they are.

    It is another one when address and domain both differ. Raises ConfigurationError when orders of this store
    exist on the old one: they would be looked for on the new one in vain. Otherwise nothing known of the old
    one is kept, and what the new one may have of earlier installations is looked for first.
    """
    same = values["shopify_domain"].lower() == present.shopify_domain.lower() or values[
        "shopify_base_url"
    ].rstrip("/") == present.shopify_base_url.rstrip("/")
    if same:
        return values
    if stores.has_created(session, store_id=present.id):
        raise ConfigurationError(
            f"Store {present.name} has orders on {present.shopify_domain}; to send those to come to "
            f"{values['shopify_domain']}, remove it first (connector store remove {present.name})."
        )
    variants.forget(session, store_id=present.id)
    return {**_UNKNOWN, "doubt_before": now, **values}
