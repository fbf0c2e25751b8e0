"""What the actions of people have in common: they are put on record."""

from starlette.requests import Request

from connector.console.access.who import Person
from connector.console.page import runtime_of
from connector.errors import UsageError
from connector.ledger import audit
from connector.services.sku_mapping import LONGEST_SKU, Mapped, map_sku
from models.text import storable

_LONGEST_DETAIL = 500


async def noted(
    request: Request, person: Person, action: str, *, store: str | None, subject: str, detail: str = ""
) -> None:
    """Put on record who does what."""
    runtime = runtime_of(request)
    await runtime.database.run(
        audit.record,
        at=runtime.clock.now(),
        user=person.name,
        action=action,
        store=store,
        subject=subject,
        detail=detail[:_LONGEST_DETAIL],
    )


async def map_variant(request: Request, person: Person, store: str, seller_sku: str, variant: str) -> Mapped:
    """Map a SKU as a form asks for it.

    Raises UsageError when something is missing or the variant is not one alone, and Shopify's errors when it
    has to be asked and does not answer.
    """
    sku, chosen = storable(seller_sku), storable(variant).strip()
    if not sku.strip() or len(sku) > LONGEST_SKU:
        raise UsageError("The form names no SKU that could be mapped; open the page again.")
    if not chosen or len(chosen) > LONGEST_SKU:
        raise UsageError(f"Choose the Shopify variant that {sku[:80]!r} means, or enter its SKU.")
    mapped = await map_sku(runtime_of(request), store=store, seller_sku=sku, variant=chosen)
    await noted(request, person, "sku.map", store=store, subject=sku, detail=mapped.variant_id)
    return mapped
