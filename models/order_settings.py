"""How one store wants its orders: the `[orders]` table of a store file."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_EMAIL = "buyerid@tiktok.com"
DEFAULT_SHIPPING_TITLE = "Shipped by TTS platform"


class OrderSettings(BaseModel):
    """Settings of a store's orders; every default is the product's promise to merchants."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: str = DEFAULT_EMAIL
    """A literal, a template with {buyer_id} or {order_id}, `relay` for TikTok's own address, or `none`."""
    shipping_title: Annotated[str, Field(min_length=1, max_length=255)] = DEFAULT_SHIPPING_TITLE
    tags: list[Annotated[str, Field(min_length=1, max_length=40)]] = ["TikTok Shop"]
    hold_minutes: Annotated[int, Field(ge=0, le=60 * 24 * 60)] = 0
    complete_after_days: Annotated[int, Field(ge=0, le=365)] = 14
    import_fulfilled_by_tiktok: bool = True
    cancel_on_shopify: bool = True
