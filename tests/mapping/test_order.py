"""The Shopify order a TikTok order becomes, field by field."""

import json
from pathlib import Path
from typing import Any

import pytest

from models.order_settings import DEFAULT_EMAIL, OrderSettings
from models.state import ReasonCode
from tests.mapping.documents import ADDRESS, CREATED, blocked, built, index, order, store, unit
from tests.mapping.shown import total_on_shopify, transaction_total

GOLDEN = Path(__file__).parent / "golden"


def _golden_documents() -> dict[str, dict[str, Any]]:
    shipped = {"tracking_number": "TRACK9", "shipping_provider_name": "UPS"}
    return {
        "us_tax_added": order(
            [
                unit("TEE", "20.40", tax="1.68", rate="0.0825"),
                unit("TEE", "20.40", tax="1.68", rate="0.0825"),
                unit("MUG", "11.87", tax="0.98", rate="0.0825"),
                unit("STICKER", "0", is_gift=True),
            ],
            payment={
                "shipping_fee": "3.99",
                "shipping_fee_tax": "0.33",
                "product_tax": "4.34",
                "tax": "4.67",
                "seller_discount": "4.80",
                "platform_discount": "3.03",
                "retail_delivery_fee": "0.28",
            },
            buyer_message="Please ring twice",
        ),
        "uk_shipped_by_tiktok": order(
            [unit("KIT", "14.99", status="AWAITING_COLLECTION", **shipped)],
            currency="GBP",
            status="AWAITING_COLLECTION",
            shipping_type="TIKTOK",
            recipient_address={
                "name": "A** S*****",
                "address_line1": "1*** R***",
                "post_town": "London",
                "postal_code": "E1 ***",
                "region_code": "GB",
            },
        ),
        "partially_shipped": order(
            [
                unit("TEE", "20.00", status="CANCELLED"),
                unit("TEE", "20.00", status="IN_TRANSIT", **shipped),
                unit("MUG", "10.00"),
            ],
            status="PARTIALLY_SHIPPING",
        ),
        "free_sample": order([unit("TEE", "0")], is_sample_order=True, order_type="NORMAL"),
        "japanese_yen": order(
            [unit("TEE", "1980"), unit("MUG", "550")], currency="JPY", payment={"shipping_fee": "300"}
        ),
    }


@pytest.mark.parametrize("name", sorted(_golden_documents()))
def test_orders_are_built_as_written_down(name: str) -> None:
    sent = built(_golden_documents()[name])
    written = json.loads((GOLDEN / f"{name}.json").read_text())
    assert {"order": sent.input, "options": sent.options, "fulfil": sent.fulfil_units} == written


@pytest.mark.parametrize("name", sorted(_golden_documents()))
def test_what_is_written_down_meets_tiktoks_total(name: str) -> None:
    written = json.loads((GOLDEN / f"{name}.json").read_text())["order"]
    assert total_on_shopify(written) == transaction_total(written)


def test_the_promised_bytes() -> None:
    sent = built(order([unit("A", "10.00")])).input
    assert sent["sourceIdentifier"] == "5790001"
    assert sent["email"] == "buyerid@tiktok.com" == DEFAULT_EMAIL
    assert sent["shippingLines"][0]["title"] == "Shipped by TTS platform"
    assert sent["tags"] == ["TikTok Shop"]
    assert sent["metafields"] == [
        {
            "namespace": "tiktok_shop_connector",
            "key": "order_id",
            "type": "id",
            "value": "7495001:5790001",
        }
    ]
    assert sent["buyerAcceptsMarketing"] is False
    assert all(line["requiresShipping"] for line in sent["lineItems"])


@pytest.mark.parametrize(
    ("setting", "email"),
    [
        ("shop@example.com", "shop@example.com"),
        ("{buyer_id}@orders.example.com", "b-1@orders.example.com"),
        ("tts-{order_id}@example.com", "tts-5790001@example.com"),
        ("relay", "v4bsample@scs.tiktok.com"),
        ("none", None),
    ],
)
def test_the_email_follows_the_stores_setting(setting: str, email: str | None) -> None:
    sent = built(order([unit("A", "10.00")]), facts=store(email=setting)).input
    assert sent.get("email") == email
    assert "customer" not in sent


@pytest.mark.parametrize(
    ("setting", "fields"),
    [
        ("relay", {"buyer_email": ""}),
        ("relay", {"buyer_email": "v***@scs.tiktok.com"}),
        ("{buyer_id}@x.com", {"user_id": ""}),
    ],
)
def test_an_email_tiktok_does_not_give_is_left_out(setting: str, fields: dict[str, str]) -> None:
    assert "email" not in built(order([unit("A", "10.00")], **fields), facts=store(email=setting)).input


@pytest.mark.parametrize(
    "email", ["nobody", "a@b", "{name}@x.com", "a b@x.com", "{buyer_id", "", "@x.com", "a@x..com"]
)
def test_an_email_setting_that_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match="email"):
        OrderSettings(email=email)


@pytest.mark.parametrize("tags", [["a,b"], [" "], ["x" * 41], ["a"] * 51, ["two\nlines"]])
def test_tags_shopify_would_not_keep_are_refused(tags: list[str]) -> None:
    with pytest.raises(ValueError, match="tags"):
        OrderSettings(tags=tags)


def test_zero_orders_are_paid_and_nothing_is_charged() -> None:
    sent = built(order([unit("A", "0")], is_replacement_order=True, replaced_order_id="5780000"))
    assert sent.input["financialStatus"] == "PAID"
    assert "transactions" not in sent.input
    assert {"key": "tiktok_replacement_for", "value": "5780000"} in sent.input["customAttributes"]


def test_a_paid_order_has_one_successful_sale() -> None:
    (transaction,) = built(order([unit("A", "10.00")])).input["transactions"]
    assert (transaction["kind"], transaction["status"]) == ("SALE", "SUCCESS")


@pytest.mark.parametrize(
    ("fields", "behaviour"),
    [
        ({}, "DECREMENT_IGNORING_POLICY"),
        ({"shipping_type": "TIKTOK"}, "DECREMENT_IGNORING_POLICY"),
        ({"status": "PARTIALLY_SHIPPING"}, "DECREMENT_IGNORING_POLICY"),
        ({"fulfillment_type": "FULFILLMENT_BY_TIKTOK"}, "BYPASS"),
        ({"status": "AWAITING_COLLECTION"}, "BYPASS"),
        ({"status": "COMPLETED"}, "BYPASS"),
    ],
)
def test_stock_is_taken_only_for_what_the_seller_still_ships(fields: dict[str, str], behaviour: str) -> None:
    options = built(order([unit("A", "10.00")], **fields)).options
    assert options == {"inventoryBehaviour": behaviour, "sendReceipt": False, "sendFulfillmentReceipt": False}


@pytest.mark.parametrize("status", ["AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED"])
def test_an_order_shipped_before_import_is_created_fulfilled(status: str) -> None:
    sent = built(
        order([unit("A", "10.00")], status=status, tracking_number="T1", shipping_provider="UPS")
    ).input
    assert sent["fulfillmentStatus"] == "FULFILLED"
    assert sent["fulfillment"] == {
        "locationId": "gid://shopify/Location/1",
        "notifyCustomer": False,
        "trackingNumber": "T1",
        "trackingCompany": "UPS",
    }


def test_a_partially_shipped_order_whose_other_units_are_cancelled_is_fulfilled() -> None:
    units = [unit("A", "10.00", status="IN_TRANSIT"), unit("B", "5.00", status="CANCELLED")]
    sent = built(order(units, status="PARTIALLY_SHIPPING"))
    assert sent.input["fulfillmentStatus"] == "FULFILLED"
    assert sent.fulfil_units == {}


def test_times_are_tiktoks_and_never_in_the_future() -> None:
    sent = built(order([unit("A", "10.00")])).input
    assert sent["processedAt"] == "2026-09-21T14:13:20Z"
    later = CREATED + 10**8
    ahead = order([unit("A", "10.00")], create_time=later, paid_time=later, update_time=later)
    for version, latest in (("2026-04", "2026-11-20T09:59:55Z"), ("2026-10", "2026-11-20T10:00:00Z")):
        sent = built(ahead, facts=store(api_version=version)).input
        assert sent["processedAt"] == sent["transactions"][0]["processedAt"] == latest


def test_the_same_order_has_the_same_hash_and_a_changed_one_another() -> None:
    first, again = built(order([unit("A", "10.00")])), built(order([unit("A", "10.00")]))
    assert first.payload_hash == again.payload_hash
    assert first.payload_hash != built(order([unit("A", "10.01")])).payload_hash


def test_a_phone_that_cannot_be_sent_is_kept_for_people_unless_masked() -> None:
    def attributes(phone: str) -> dict[str, str]:
        sent = built(order([unit("A", "10.00")], recipient_address={**ADDRESS, "phone_number": phone})).input
        return {each["key"]: each["value"] for each in sent["customAttributes"]}

    assert attributes("ring 12")["tiktok_phone"] == "ring 12"
    assert "tiktok_phone" not in attributes("(+1)415***0133")
    assert "tiktok_phone" not in attributes("(+1)4155550133")


def test_a_long_message_is_cut_to_what_shopify_takes() -> None:
    assert len(built(order([unit("A", "10.00")], buyer_message="x" * 9000)).input["note"]) == 5000


@pytest.mark.parametrize(("currency", "words"), [("GBP", "sells in GBP"), ("", "not known")])
def test_another_currency_than_the_shops_is_unsupported(currency: str, words: str) -> None:
    reason = blocked(order([unit("A", "10.00")]), facts=store(currency))
    assert reason.code == ReasonCode.CURRENCY_UNSUPPORTED
    assert "USD" in reason.detail
    assert words in reason.detail


@pytest.mark.parametrize(
    ("fields", "variants", "code"),
    [
        ({"total": "1.00", "recipient_address": {}, "sku": " "}, ("A",), ReasonCode.SKU_MISSING),
        ({"total": "1.00", "recipient_address": {}, "sku": "X"}, ("A",), ReasonCode.SKU_UNMATCHED),
        ({"total": "1.00", "recipient_address": {}, "sku": "A"}, ("A", "A"), ReasonCode.SKU_AMBIGUOUS),
        ({"total": "1.00", "recipient_address": {}, "sku": "A"}, ("A",), ReasonCode.ADDRESS_UNUSABLE),
        ({"total": "1.00", "sku": "A"}, ("A",), ReasonCode.TOTAL_MISMATCH),
        ({"total": "-1.00", "sku": "A"}, (), ReasonCode.INVALID_ORDER),
    ],
)
def test_the_first_reason_is_given(
    fields: dict[str, Any], variants: tuple[str, ...], code: ReasonCode
) -> None:
    sku = fields.pop("sku")
    assert blocked(order([unit(sku, "10.00")], **fields), index(*variants)).code == code


def test_currency_comes_before_skus_and_after_what_is_invalid() -> None:
    raw = order([unit("X", "10.00")])
    assert blocked(raw, index(), store("GBP")).code == ReasonCode.CURRENCY_UNSUPPORTED
    raw["payment"]["tax"] = "0.001"
    assert blocked(raw, index(), store("GBP")).code == ReasonCode.INVALID_ORDER
