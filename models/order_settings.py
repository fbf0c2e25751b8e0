"""How one store wants its orders: the `[orders]` table of a store file."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

DEFAULT_EMAIL = "buyerid@tiktok.com"
DEFAULT_SHIPPING_TITLE = "Shipped by TTS platform"
RELAY_EMAIL = "relay"
NO_EMAIL = "none"

_LONGEST_EMAIL = 200
_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PLACEHOLDER = re.compile(r"\{(buyer_id|order_id)\}")


def _email_setting(value: str) -> str:
    filled_in = _PLACEHOLDER.sub("1", value)
    if "{" in filled_in or "}" in filled_in:
        raise ValueError("may hold {buyer_id} and {order_id}, no other placeholder")
    is_address = _ADDRESS.fullmatch(filled_in) and value.isprintable() and len(value) <= _LONGEST_EMAIL
    if value not in (RELAY_EMAIL, NO_EMAIL) and not is_address:
        raise ValueError("must be an e-mail address, a template of one, relay or none")
    return value


def _shown_text(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    if any(ord(letter) < 32 for letter in value):
        raise ValueError("must be text on one line")
    return value


def _tag(value: str) -> str:
    if "," in value:
        raise ValueError("holds a comma, which separates tags on Shopify")
    return _shown_text(value)


Tag = Annotated[str, Field(max_length=40), AfterValidator(_tag)]


class OrderSettings(BaseModel):
    """Settings of a store's orders; every default is the product's promise to merchants."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: Annotated[str, AfterValidator(_email_setting)] = DEFAULT_EMAIL
    """A literal, a template with {buyer_id} or {order_id}, `relay` for TikTok's own address, or `none`."""
    shipping_title: Annotated[str, Field(max_length=255), AfterValidator(_shown_text)] = (
        DEFAULT_SHIPPING_TITLE
    )
    tags: Annotated[list[Tag], Field(max_length=50)] = ["TikTok Shop"]
    hold_minutes: Annotated[int, Field(ge=0, le=60 * 24 * 60)] = 0
    complete_after_days: Annotated[int, Field(ge=0, le=365)] = 14
    import_fulfilled_by_tiktok: bool = True
    cancel_on_shopify: bool = True
