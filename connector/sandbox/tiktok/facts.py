"""Where TikTok Shop's behaviour is not documented the sandbox can answer each way: a switch per open fact."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass(slots=True)
class OpenFacts:
    """The switches of a sandbox TikTok; the defaults are the likelier or the harsher of the ways."""

    update_time_moves_on_edits: bool = False
    """Whether address, note, package and unit changes move `update_time`; documented for statuses only."""
    paging: Literal["key", "offset", "snapshot"] = "key"
    """What a page token holds on to while orders change: the last order's sort key; a position, so that the
    list shifts below it; or the ids of the first page's moment, so that newer `update_time`s come back."""
    page_token_lifetime: timedelta | None = None
    """How long a page token is honoured; None: for ever."""
    search_lag: timedelta = timedelta()
    """How long a change stays invisible to the order search (the detail shows it at once)."""
    foreign_ids: Literal["skip", "refuse"] = "skip"
    """Whether order ids that are not the shop's are missing from the detail or fail the whole call."""
    held_address: Literal["blank", "absent", "masked"] = "blank"
    """What the address of an unpaid or held order looks like."""
    cancelled_address: Literal["blank", "masked", "kept"] = "blank"
    """What the address of a cancelled order looks like."""
    us_platform_shipping_masked: bool = True
    """Whether US orders that TikTok ships are masked in every status (announced for August 2026)."""
    bundle_parts_in_search: bool = True
    """Whether the search shows bundle components, or the detail only."""
    absent_when_empty: bool = False
    """Whether a search without results leaves `orders` out instead of sending an empty list."""
    payment_after_partial_cancel: Literal["unchanged", "recalculated"] = "unchanged"
    """Whether `payment` still holds units that were cancelled."""
    cancel_spelling: Literal["CANCEL", "CANCELLED"] = "CANCEL"
    """How the statuses of withdrawn requests end; the sources disagree."""
    empty_object_body: Literal["either", "signed", "unsigned"] = "either"
    """Whether the two bytes `{}` belong into the signature."""
    get_needs_content_type: bool = True
    """Whether a GET without `content-type` is refused; documented, though clients exist that leave it out."""
    old_refresh_token_survives: bool = False
    """Whether a refresh token works again after it was used."""
    old_access_token_survives: bool = True
    """Whether an access token lives on to its expiry after a refresh."""
    retries_unauthorized_webhooks: bool = False
    """Whether a webhook answered 401 is delivered again."""
    requests_per_second: float | None = None
    """The rate a shop may ask at before 36009002; None: unlimited."""
    retry_after: float | None = 1.0
    """Seconds named in Retry-After of a rate-limit answer; None: the header is missing."""
    http_status: dict[int, int] = field(default_factory=dict)
    """HTTP status per error code, where it differs from what was seen."""
