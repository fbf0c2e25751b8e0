"""What the connector has done with an order, and why: states, reason codes and their remedies."""

from dataclasses import dataclass
from enum import StrEnum


class OrderState(StrEnum):
    """Where an order stands with the connector."""

    WAITING = "waiting"
    BLOCKED = "blocked"
    CREATED = "created"
    IGNORED = "ignored"


class ReasonCode(StrEnum):
    """Why an order is not created (yet); stable names that users' scripts rely on."""

    INVALID_ORDER = "invalid_order"
    CURRENCY_UNSUPPORTED = "currency_unsupported"
    SKU_MISSING = "sku_missing"
    SKU_UNMATCHED = "sku_unmatched"
    SKU_AMBIGUOUS = "sku_ambiguous"
    ADDRESS_UNUSABLE = "address_unusable"
    TOTAL_MISMATCH = "total_mismatch"
    SHOPIFY_REFUSED = "shopify_refused"
    NEEDS_REAUTHORIZATION = "needs_reauthorization"
    UNPAID = "unpaid"
    ON_HOLD = "on_hold"
    REMORSE_HOLD = "remorse_hold"
    SHOPIFY_UNAVAILABLE = "shopify_unavailable"
    TIKTOK_UNAVAILABLE = "tiktok_unavailable"
    OUTCOME_UNKNOWN = "outcome_unknown"
    CANCELLED_BEFORE_CREATE = "cancelled_before_create"
    BEFORE_START = "before_start"
    TYPE_SWITCHED_OFF = "type_switched_off"


BLOCKING_PRECEDENCE = (
    ReasonCode.INVALID_ORDER,
    ReasonCode.CURRENCY_UNSUPPORTED,
    ReasonCode.SKU_MISSING,
    ReasonCode.SKU_UNMATCHED,
    ReasonCode.SKU_AMBIGUOUS,
    ReasonCode.ADDRESS_UNUSABLE,
    ReasonCode.TOTAL_MISMATCH,
)
"""When several reasons hold at once, the first of these is the one that is given."""

REMEDIES: dict[str, str] = {
    ReasonCode.INVALID_ORDER: "Check the order in TikTok Seller Center; when TikTok has corrected it, retry "
    "it.",
    ReasonCode.CURRENCY_UNSUPPORTED: "Pair this TikTok shop with a Shopify store that sells in the order's "
    "currency, then retry the order.",
    ReasonCode.SKU_MISSING: "Give the product a seller SKU in TikTok Seller Center, or enter the order by "
    "hand.",
    ReasonCode.SKU_UNMATCHED: "Map the SKU to a Shopify variant (connector sku map), or give a variant this "
    "SKU.",
    ReasonCode.SKU_AMBIGUOUS: "Map the SKU to the one variant that is meant (connector sku map).",
    ReasonCode.ADDRESS_UNUSABLE: "Ask the buyer for the address through TikTok and ship from Seller Center, "
    "or retry when TikTok shows the full address.",
    ReasonCode.TOTAL_MISMATCH: "Compare the two figures in TikTok Seller Center; enter the order by hand if "
    "TikTok's total holds something the connector does not know.",
    ReasonCode.SHOPIFY_REFUSED: "Mend what Shopify names, then retry the order.",
    ReasonCode.NEEDS_REAUTHORIZATION: "Authorise the shop again and repeat connector store add with the new "
    "credentials; the order then goes on by itself.",
    ReasonCode.UNPAID: "Nothing to do: it goes on when the buyer has paid.",
    ReasonCode.ON_HOLD: "Nothing to do: TikTok holds new orders for about an hour, pre-orders until release.",
    ReasonCode.REMORSE_HOLD: "Nothing to do: it goes on when the hold time set for this store is over.",
    ReasonCode.SHOPIFY_UNAVAILABLE: "Nothing to do: it is tried again by itself.",
    ReasonCode.TIKTOK_UNAVAILABLE: "Nothing to do: it is tried again by itself.",
    ReasonCode.OUTCOME_UNKNOWN: "Nothing to do: the order is looked up on Shopify before anything else "
    "happens.",
    ReasonCode.CANCELLED_BEFORE_CREATE: "Nothing to do: the order was cancelled before it was due on "
    "Shopify.",
    ReasonCode.BEFORE_START: "Run connector backfill over its date to import it.",
    ReasonCode.TYPE_SWITCHED_OFF: "Set import_fulfilled_by_tiktok for this store to import such orders.",
}
"""What a person does about each reason, in one sentence."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an order is where it is; `detail` names the thing and carries no personal data."""

    code: str
    detail: str = ""

    @property
    def fix(self) -> str:
        """The remedy in one sentence."""
        return REMEDIES.get(self.code, "")
