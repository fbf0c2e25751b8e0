"""TikTok Shop's order as the connector understands it (order API 202309 and 202507).

Ids are text, times are instants, money is Decimal; missing and null fields take their blank value and
unknown fields are ignored, because TikTok adds fields without a new version.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from models.money import ZERO
from models.status import OrderStatus, status_from_tiktok
from models.wire.fields import Amount, Count, Flag, Instant, RequiredAmount, Text, Verbatim, type_name


class MalformedOrder(ValueError):
    """An order document that cannot be read; `field` says where and `problem` what is wrong there.

    Neither holds personal data: a wrong value is shown only where it is an amount, a time or a count.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field
        self.problem = problem


def _blank_if_null(value: object) -> object:
    return {} if value is None else value


def _empty_if_null(value: object) -> object:
    return [] if value is None else value


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ItemTax(_Wire):
    """One tax of one unit; `tax_rate` is a fraction (0.0825)."""

    tax_type: Text = ""
    tax_amount: Amount = ZERO
    tax_rate: Amount = ZERO


class ListedSku(_Wire):
    """A component of a virtual bundle and how many of it one bundle holds."""

    seller_sku: Verbatim = ""
    sku_id: Text = ""
    sku_count: Count = 1


class SubItem(_Wire):
    """One physical part of one bundle unit, as newer order documents list them."""

    seller_sku: Verbatim = ""
    sku_id: Text = ""
    display_status: Text = ""


class DistrictLevel(_Wire):
    """One level of an address: L0 country, L1 state, L2 county, L3 city in the US."""

    address_level: Text = ""
    address_level_name: Text = ""
    address_name: Text = ""
    iso_code: Text = ""


class DeliveryPreferences(_Wire):
    """Where the buyer wants the parcel left."""

    drop_off_location: Text = ""


class RecipientAddress(_Wire):
    """The buyer's address; parts are blank or masked with `*` by TikTok's privacy rules (§10)."""

    name: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    first_name_local_script: Text = ""
    last_name_local_script: Text = ""
    phone_number: Text = ""
    address_detail: Text = ""
    address_line1: Text = ""
    address_line2: Text = ""
    address_line3: Text = ""
    address_line4: Text = ""
    postal_code: Text = ""
    region_code: Text = ""
    post_town: Text = ""
    district_info: Annotated[tuple[DistrictLevel, ...], BeforeValidator(_empty_if_null)] = ()
    delivery_preferences: Annotated[DeliveryPreferences, BeforeValidator(_blank_if_null)] = (
        DeliveryPreferences()
    )


class Payment(_Wire):
    """What the buyer paid and what it is made of; §3.4 has the identities that hold between these."""

    currency: Text = ""
    total_amount: RequiredAmount
    sub_total: Amount = ZERO
    seller_discount: Amount = ZERO
    platform_discount: Amount = ZERO
    payment_platform_discount: Amount = ZERO
    payment_discount_service_fee: Amount = ZERO
    shipping_fee: Amount = ZERO
    shipping_fee_cofunded_discount: Amount = ZERO
    tax: Amount = ZERO
    product_tax: Amount = ZERO
    shipping_fee_tax: Amount = ZERO
    item_insurance_tax: Amount = ZERO
    retail_delivery_fee: Amount = ZERO
    buyer_service_fee: Amount = ZERO
    small_order_fee: Amount = ZERO
    handling_fee: Amount = ZERO
    shipping_insurance_fee: Amount = ZERO
    item_insurance_fee: Amount = ZERO
    pfand_fee: Amount = ZERO
    distance_shipping_fee: Amount = ZERO
    distance_fee: Amount = ZERO


class TikTokLineItem(_Wire):
    """One unit: TikTok has no quantity, it repeats the line item (§3.4)."""

    id: Text = ""
    product_id: Text = ""
    product_name: Text = ""
    sku_id: Text = ""
    sku_name: Text = ""
    seller_sku: Verbatim = ""
    currency: Text = ""
    sale_price: RequiredAmount
    is_gift: Flag = False
    display_status: Text = ""
    item_tax: Annotated[tuple[ItemTax, ...], BeforeValidator(_empty_if_null)] = ()
    tracking_number: Text = ""
    shipping_provider_name: Text = ""
    retail_delivery_fee: Amount = ZERO
    buyer_service_fee: Amount = ZERO
    small_order_fee: Amount = ZERO
    handling_fee: Amount = ZERO
    shipping_insurance_fee: Amount = ZERO
    item_insurance_fee: Amount = ZERO
    pfand_fee: Amount = ZERO
    distance_shipping_fee: Amount = ZERO
    distance_fee: Amount = ZERO
    combined_listing_skus: Annotated[tuple[ListedSku, ...], BeforeValidator(_empty_if_null)] = ()
    sub_item_info: Annotated[tuple[SubItem, ...], BeforeValidator(_empty_if_null)] = ()

    @property
    def status(self) -> str:
        """The unit's own status in the connector's words."""
        return status_from_tiktok(self.display_status)

    @property
    def is_cancelled(self) -> bool:
        """Whether this unit was cancelled, though the order may go on."""
        return self.status == OrderStatus.CANCELLED

    @property
    def components(self) -> tuple[ListedSku, ...]:
        """What a virtual bundle is made of; nothing for an ordinary product."""
        if self.combined_listing_skus or not self.sub_item_info:
            return self.combined_listing_skus
        counts = Counter((part.seller_sku, part.sku_id) for part in self.sub_item_info)
        return tuple(
            ListedSku(seller_sku=sku, sku_id=sku_id, sku_count=count)
            for (sku, sku_id), count in counts.items()
        )

    @property
    def tax(self) -> Decimal:
        """All taxes of this unit together."""
        return sum((tax.tax_amount for tax in self.item_tax), ZERO)


class TikTokOrder(_Wire):
    """An order as order search and order detail return it."""

    id: Text
    status: Text = ""
    order_type: Text = ""
    fulfillment_type: Text = ""
    shipping_type: Text = ""
    delivery_option_name: Text = ""
    user_id: Text = ""
    buyer_email: Text = ""
    buyer_message: Text = ""
    is_cod: Flag = False
    is_sample_order: Flag = False
    is_replacement_order: Flag = False
    replaced_order_id: Text = ""
    is_exchange_order: Flag = False
    exchange_source_order_id: Text = ""
    create_time: Instant = None
    update_time: Instant = None
    paid_time: Instant = None
    rts_time: Instant = None
    delivery_time: Instant = None
    cancel_time: Instant = None
    shipping_provider: Text = ""
    tracking_number: Text = ""
    payment: Payment
    recipient_address: Annotated[RecipientAddress, BeforeValidator(_blank_if_null)] = RecipientAddress()
    line_items: Annotated[tuple[TikTokLineItem, ...], BeforeValidator(_empty_if_null)] = ()


def parse_order(raw: Mapping[str, Any]) -> TikTokOrder:
    """Read an order document; raises MalformedOrder naming the first field that cannot be read."""
    try:
        return TikTokOrder.model_validate(raw)
    except ValidationError as error:
        raise _malformed(error) from None


def _malformed(error: ValidationError) -> MalformedOrder:
    first = error.errors(include_url=False)[0]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    if first["type"] == "missing":
        return MalformedOrder(field.lstrip("."), "is missing")
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, ValueError):
        return MalformedOrder(field.lstrip("."), str(cause))
    wanted = "a list" if first["type"] in {"tuple_type", "list_type"} else "an object"
    return MalformedOrder(
        field.lstrip(".") or "the order", f"must be {wanted}, not {type_name(first['input'])}"
    )
