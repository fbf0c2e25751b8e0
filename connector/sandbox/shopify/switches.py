"""The behaviours of Shopify that no document settles, each answerable in every plausible way."""

from dataclasses import dataclass
from enum import StrEnum


class DuplicateIdentifier(StrEnum):
    """What `orderCreate` does with a value of a unique metafield that another order has."""

    REFUSE = "refuse"
    """No order, a userError."""
    CREATE_WITHOUT = "create_without"
    """The order is made without the metafield, silently."""
    CREATE_WITH_ERROR = "create_with_error"
    """The order is made without the metafield and a userError says so."""
    ACCEPT = "accept"
    """Both orders carry the value; look-ups find the first."""


class AddressRules(StrEnum):
    """How strictly `orderCreate` judges a shipping address."""

    LENIENT = "lenient"
    """Anything goes."""
    PROVINCES = "provinces"
    """A province code that the country does not have is refused."""
    STRICT = "strict"
    """As `orderUpdate` was seen to judge: last name, city, ZIP code and a known province."""


class SourceName(StrEnum):
    """What happens to a `sourceName` that no sales channel has registered."""

    ACCEPT = "accept"
    IGNORE = "ignore"
    REFUSE = "refuse"


@dataclass(slots=True)
class ShopifySwitches:
    """Set any of these on `ShopifyWorld.switches` at any time; seconds are of the sandbox's clock."""

    duplicate_identifier: DuplicateIdentifier = DuplicateIdentifier.REFUSE
    unique_check_delay: float = 0.0
    """So long a new value is not seen by the uniqueness check: what two parallel creates would meet."""
    identifier_lag: float = 0.0
    """So long `orderByIdentifier` does not find a new order by custom id."""
    missing_identifier_is_error: bool = False
    """A value nobody has is answered with a NOT_FOUND error, as a missing definition is, instead of null."""
    search_lag: float = 0.0
    """So long the search index does not know of a new order or of a variant's new SKU."""
    search_terms_limit: int | None = None
    """Terms of a search query beyond this number are dropped without a word."""
    fuzzy_sku_search: bool = False
    """`sku:` also finds SKUs that merely begin with the word."""
    unregistered_source_name: SourceName = SourceName.ACCEPT
    address_rules: AddressRules = AddressRules.PROVINCES
    strict_phones: bool = True
    """A phone number that cannot be dialled (masked, too short) is refused."""
    strict_emails: bool = True
    """An e-mail address of a reserved domain (`.invalid`, `.test`, `.example`) is refused."""
    app_namespace_metafields: bool = True
    """Whether `orderCreate` takes metafields of the app's own namespace."""
    client_credentials_create: bool = True
    """Whether a client-credentials token counts as the offline token `orderCreate` needs."""
    unknown_customer_is_error: bool = True
    """`customer.toAssociate` with an e-mail nobody has is refused; otherwise it is ignored."""
    orders_per_minute: int | None = None
    """The limit of development stores (5); None for live ones."""
    order_limit_message: str = "Too many attempts. Please try again later."
    order_limit_field: tuple[str, ...] | None = None
    order_limit_code: str | None = None
    throttled_status: int = 200
    """HTTP status of a THROTTLED answer: 200, or 429 as one report has it."""
    job_seconds: float = 1.0
    """How long an order cancellation takes."""
    bulk_seconds: float = 2.0
    """How long a bulk operation takes."""
    bulk_failure: str | None = None
    """Bulk operations end FAILED with this error code and only a part of their rows."""
