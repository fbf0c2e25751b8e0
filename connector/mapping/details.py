"""What an order carries on Shopify besides lines and money: e-mail, note, custom attributes."""

from collections.abc import Iterator

from connector.mapping.address import e164
from connector.mapping.masking import country_code, readable
from connector.mapping.projection import fulfilled_by
from models.money import ZERO
from models.order_settings import NO_EMAIL, RELAY_EMAIL
from models.wire.shopify import KeyValue
from models.wire.tiktok import TikTokOrder

_LONGEST_NOTE = 5000
_LONGEST_VALUE = 255
_ORDINARY_TYPES = frozenset({"", "NORMAL"})


def email_for(order: TikTokOrder, setting: str) -> str | None:
    """The e-mail address of an order by the store's setting; None for none, or when TikTok gave none.

    One literal address for all orders means one shared customer on Shopify; see the settings' documentation.
    """
    if setting == NO_EMAIL:
        return None
    if setting == RELAY_EMAIL:
        relay = readable(order.buyer_email)
        return relay if "@" in relay else None
    if "{buyer_id}" in setting and not order.user_id:
        return None
    return setting.replace("{buyer_id}", order.user_id).replace("{order_id}", order.id)


def note_for(order: TikTokOrder) -> str:
    """What the buyer wrote, as far as Shopify takes it."""
    return order.buyer_message[:_LONGEST_NOTE]


def custom_attributes(order: TikTokOrder) -> list[KeyValue]:
    """What a person on Shopify may want to know of the TikTok order; nothing blank."""
    return [
        {"key": f"tiktok_{name}", "value": value[:_LONGEST_VALUE]}
        for name, value in _attributes(order)
        if value
    ]


def _attributes(order: TikTokOrder) -> Iterator[tuple[str, str]]:
    recipient = order.recipient_address
    yield "order_id", order.id
    yield "fulfilled_by", fulfilled_by(order.fulfillment_type)
    yield "logistic_mode", order.shipping_type.lower()
    yield "delivery_option", order.delivery_option_name
    yield "delivery_preference", readable(recipient.delivery_preferences.drop_off_location)
    yield from _kind(order)
    payment = order.payment
    for name in ("seller_discount", "platform_discount", "payment_platform_discount"):
        amount = getattr(payment, name, ZERO)
        yield name, f"{amount:f}" if amount else ""
    if not e164(recipient.phone_number, country_code(recipient.region_code)):
        yield "phone", readable(recipient.phone_number)


def _kind(order: TikTokOrder) -> Iterator[tuple[str, str]]:
    yield "order_type", "" if order.order_type in _ORDINARY_TYPES else order.order_type
    yield "sample", "yes" if order.is_sample_order else ""
    yield "cash_on_delivery", "yes" if order.is_cod else ""
    yield "replacement_for", (order.replaced_order_id or "yes") if order.is_replacement_order else ""
    yield "exchange_for", (order.exchange_source_order_id or "yes") if order.is_exchange_order else ""
