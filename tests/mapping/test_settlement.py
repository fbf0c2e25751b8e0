"""Money: what Shopify shows equals what TikTok says, to the cent, or the order is blocked."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mapping.settlement import Settlement, settle
from models.money import format_amount, quantum
from models.state import Reason, ReasonCode
from models.wire.tiktok import parse_order
from tests.mapping.documents import blocked, built, order, unit
from tests.mapping.shown import total_on_shopify, transaction_total

CURRENCIES = st.sampled_from(["USD", "GBP", "EUR", "JPY", "VND", "KWD", "BHD"])
FEES = ("buyer_service_fee", "handling_fee", "small_order_fee", "retail_delivery_fee")


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Orders whose sums meet: any currency, taxes on top or inside, fees, shipping, cancelled units."""
    currency = draw(CURRENCIES)

    def money(most: int = 100_000) -> str:
        return format_amount(draw(st.integers(0, most)) * quantum(currency), currency)

    taxed = draw(st.sampled_from(["added", "included", "none"]))
    units = [
        unit(
            draw(st.sampled_from(["A", "B", "C"])),
            money(),
            tax=money(5_000) if taxed != "none" else "0",
            status=draw(st.sampled_from(["AWAITING_SHIPMENT", "AWAITING_SHIPMENT", "CANCELLED"])),
        )
        for _ in range(draw(st.integers(1, 6)))
    ]
    payment = {"shipping_fee": money(2_000)}
    for fee in draw(st.sets(st.sampled_from(FEES))):
        payment[fee] = money(900)
    return _priced(units, payment, currency, taxed, held=draw(st.booleans()), shipping_tax=money(300))


def _priced(
    units: list[dict[str, Any]],
    payment: dict[str, str],
    currency: str,
    taxed: str,
    *,
    held: bool,
    shipping_tax: str,
) -> dict[str, Any]:
    active = [each for each in units if each["display_status"] != "CANCELLED"]
    counted = units if held else active
    tax = Decimal(0)
    if taxed != "none":
        payment["shipping_fee_tax"] = shipping_tax
        tax = sum((_tax(each) for each in counted), Decimal(shipping_tax))
    payment["tax"] = format_amount(tax, currency)
    total = sum((Decimal(each["sale_price"]) for each in counted), Decimal(0))
    total += sum((Decimal(payment[name]) for name in ("shipping_fee", *FEES) if name in payment), Decimal(0))
    total += tax if taxed == "added" else 0
    return order(units, currency=currency, payment=payment, total=format_amount(total, currency))


def _tax(each: dict[str, Any]) -> Decimal:
    return sum((Decimal(tax["tax_amount"]) for tax in each["item_tax"]), Decimal(0))


def _worth_of_cancelled(raw: dict[str, Any]) -> Decimal:
    cancelled = [each for each in raw["line_items"] if each["display_status"] == "CANCELLED"]
    return sum((Decimal(each["sale_price"]) + _tax(each) for each in cancelled), Decimal(0))


@given(documents())
def test_what_shopify_shows_and_what_is_paid_is_tiktoks_total(raw: dict[str, Any]) -> None:
    if all(each["display_status"] == "CANCELLED" for each in raw["line_items"]):
        assert blocked(raw).code == ReasonCode.INVALID_ORDER
        return
    sent = built(raw)
    total = Decimal(raw["payment"]["total_amount"])
    shown = total_on_shopify(sent.input)
    assert shown == sent.total == transaction_total(sent.input)
    assert shown == total or 0 < total - shown <= _worth_of_cancelled(raw)
    units = sum(line["quantity"] for line in sent.input["lineItems"] if "variantId" in line)
    assert units == sum(each["display_status"] != "CANCELLED" for each in raw["line_items"])


@given(documents(), st.sampled_from([-1, 1, 7]))
def test_an_order_that_is_off_by_a_cent_is_never_created(raw: dict[str, Any], off: int) -> None:
    currency = raw["payment"]["currency"]
    whole = [{**each, "display_status": "AWAITING_SHIPMENT"} for each in raw["line_items"]]
    payment = {
        name: value for name, value in raw["payment"].items() if name not in ("tax", "shipping_fee_tax")
    }
    sound = order(
        [{**each, "item_tax": []} for each in whole], currency=currency, payment=payment, total=None
    )
    sound["payment"]["total_amount"] = format_amount(_sum_of(sound) + off * quantum(currency), currency)
    if Decimal(sound["payment"]["total_amount"]) < 0:
        return
    reason = blocked(sound)
    assert reason.code == ReasonCode.TOTAL_MISMATCH
    assert sound["payment"]["total_amount"] in reason.detail
    assert format_amount(_sum_of(sound), currency) in reason.detail
    assert currency in reason.detail


def _sum_of(raw: dict[str, Any]) -> Decimal:
    goods = sum((Decimal(each["sale_price"]) for each in raw["line_items"]), Decimal(0))
    return goods + sum(
        (Decimal(raw["payment"].get(name, "0")) for name in ("shipping_fee", *FEES)), Decimal(0)
    )


def _settled(raw: dict[str, Any]) -> Settlement:
    settled = settle(parse_order(raw))
    assert isinstance(settled, Settlement), settled.detail
    return settled


def test_tax_on_top_stands_on_units_and_shipping_as_tiktok_splits_it() -> None:
    sent = built(
        order(
            [unit("A", "10.00", tax="0.80"), unit("A", "10.00", tax="0.81")],
            payment={"shipping_fee": "5.00", "shipping_fee_tax": "0.40", "tax": "2.01"},
        )
    )
    line, shipping = sent.input["lineItems"][0], sent.input["shippingLines"][0]
    assert line["taxLines"] == [
        {
            "title": "Sales tax",
            "rate": "0.08",
            "priceSet": {"shopMoney": {"amount": "1.61", "currencyCode": "USD"}},
            "channelLiable": True,
        }
    ]
    assert shipping["taxLines"][0]["priceSet"]["shopMoney"]["amount"] == "0.40"
    assert "taxLines" not in sent.input
    assert sent.input["taxesIncluded"] is False


def test_tax_the_units_do_not_add_up_to_stands_once_on_the_order() -> None:
    sent = built(order([unit("A", "10.00", tax="0.80")], payment={"tax": "0.95"}))
    assert [tax["priceSet"]["shopMoney"]["amount"] for tax in sent.input["taxLines"]] == ["0.95"]
    assert all(tax["channelLiable"] for tax in sent.input["taxLines"])
    assert all("taxLines" not in line for line in sent.input["lineItems"])


@pytest.mark.parametrize(("currency", "included"), [("USD", False), ("GBP", True), ("JPY", True)])
def test_an_order_without_tax_says_whether_its_market_prices_with_tax(currency: str, included: bool) -> None:
    price = "1000" if currency == "JPY" else "10.00"
    assert built(order([unit("A", price)], currency=currency)).input["taxesIncluded"] is included


def test_tax_that_prices_include_is_not_added() -> None:
    sent = built(
        order([unit("A", "12.00", tax="2.00")], currency="GBP", payment={"tax": "2.00"}, total="12.00")
    )
    assert sent.input["taxesIncluded"] is True
    assert "taxLines" not in sent.input["lineItems"][0]
    assert total_on_shopify(sent.input) == Decimal("12.00")


@pytest.mark.parametrize(
    ("payment", "total", "shipping"),
    [
        ({"shipping_fee": "3.00", "shipping_fee_cofunded_discount": "1.00"}, "13.00", "3.00"),
        ({"shipping_fee": "3.00", "shipping_fee_cofunded_discount": "1.00"}, "12.00", "2.00"),
    ],
)
def test_a_cofunded_discount_is_taken_off_shipping_where_the_total_is_without_it(
    payment: dict[str, str], total: str, shipping: str
) -> None:
    assert _settled(order([unit("A", "10.00")], payment=payment, total=total)).shipping == Decimal(shipping)


@pytest.mark.parametrize(("total", "discount"), [("10.00", None), ("8.50", "1.50")])
def test_a_payment_discount_is_a_discount_where_the_total_is_net_of_it(
    total: str, discount: str | None
) -> None:
    sent = built(order([unit("A", "10.00")], payment={"payment_platform_discount": "1.50"}, total=total))
    code = sent.input.get("discountCode")
    given = code["itemFixedDiscountCode"]["amountSet"]["shopMoney"]["amount"] if code else None
    assert given == discount
    assert total_on_shopify(sent.input) == Decimal(total)


def test_a_fee_is_a_line_of_its_own_that_is_not_shipped() -> None:
    sent = built(order([unit("A", "10.00")], payment={"buyer_service_fee": "0.70", "handling_fee": "0"}))
    fees = [line for line in sent.input["lineItems"] if "variantId" not in line]
    assert [(fee["title"], fee["quantity"], fee["requiresShipping"]) for fee in fees] == [
        ("Buyer service fee", 1, False)
    ]


def test_a_fee_on_order_and_units_is_counted_once() -> None:
    units = [unit("A", "10.00", small_order_fee="0.50"), unit("B", "10.00", small_order_fee="0.50")]
    settled = _settled(order(units, payment={"small_order_fee": "1.00"}))
    assert settled.fees == {"small_order_fee": Decimal("1.00")}


def test_a_fee_that_only_units_carry_is_added_up() -> None:
    units = [unit("A", "10.00", pfand_fee="0.25"), unit("A", "10.00", pfand_fee="0.25")]
    assert _settled(order(units, currency="EUR", total="20.50")).fees == {"pfand_fee": Decimal("0.50")}


def test_a_buyer_fee_that_the_total_does_not_hold_blocks_the_order() -> None:
    assert blocked(order([unit("A", "10.00")], payment={"handling_fee": "1.00"}, total="10.00")).code == (
        ReasonCode.TOTAL_MISMATCH
    )


@pytest.mark.parametrize(("total", "fees"), [("12.00", {"distance_fee": Decimal("2.00")}), ("10.00", {})])
def test_a_distance_fee_counts_where_the_total_holds_it(total: str, fees: dict[str, Decimal]) -> None:
    raw = order([unit("A", "10.00")], payment={"distance_fee": "2.00"}, total=total)
    assert _settled(raw).fees == fees


@pytest.mark.parametrize(("tax", "total"), [("0.80", "12.90"), ("0.90", "12.90")])
def test_tax_on_insurance_is_counted_once_whether_tax_holds_it_or_not(tax: str, total: str) -> None:
    payment = {"tax": tax, "product_tax": "0.80", "item_insurance_fee": "2.00", "item_insurance_tax": "0.10"}
    sent = built(order([unit("A", "10.00", tax="0.80")], payment=payment, total=total))
    assert total_on_shopify(sent.input) == Decimal(total)
    fee = sent.input["lineItems"][1]
    assert fee["taxLines"][0]["priceSet"]["shopMoney"]["amount"] == "0.10"


CANCELLED_PAIR = [unit("A", "10.00", tax="0.80", status="CANCELLED"), unit("B", "6.00", tax="0.50")]


@pytest.mark.parametrize(
    ("tax", "total"),
    [("1.30", "17.30"), ("0.50", "6.50"), ("1.30", "6.50")],
    ids=["payment holds the cancelled unit", "payment recalculated", "total recalculated, tax not"],
)
def test_units_cancelled_before_import_are_left_out_with_exactly_their_worth(tax: str, total: str) -> None:
    sent = built(order(CANCELLED_PAIR, payment={"tax": tax}, total=total))
    assert sent.total == total_on_shopify(sent.input) == transaction_total(sent.input) == Decimal("6.50")
    assert [line["variantId"] for line in sent.input["lineItems"]] == ["gid/B"]


def test_a_total_between_with_and_without_the_cancelled_units_is_a_mismatch() -> None:
    reason = blocked(order(CANCELLED_PAIR, payment={"tax": "1.30"}, total="12.00"))
    assert reason.code == ReasonCode.TOTAL_MISMATCH
    assert "without its cancelled units" in reason.detail


def test_a_cancelled_units_tax_that_nobody_names_is_not_guessed() -> None:
    units = [unit("A", "10.00", status="CANCELLED"), unit("B", "6.00")]
    assert blocked(order(units, payment={"tax": "1.30"}, total="17.30")).code == ReasonCode.TOTAL_MISMATCH


def test_a_cancelled_units_part_of_a_fee_leaves_with_it() -> None:
    units = [
        unit("A", "10.00", status="CANCELLED", retail_delivery_fee="0.20"),
        unit("B", "6.00", retail_delivery_fee="0.10"),
    ]
    settled = _settled(order(units, payment={"retail_delivery_fee": "0.30"}, total="16.30"))
    assert (settled.total, settled.fees) == (Decimal("6.10"), {"retail_delivery_fee": Decimal("0.10")})


def test_a_mismatch_says_what_the_order_adds_up_to() -> None:
    reason = settle(parse_order(order([unit("A", "10.00")], payment={"shipping_fee": "2.00"}, total="11.00")))
    assert isinstance(reason, Reason)
    assert reason.detail == (
        "TikTok's total is 11.00 USD, but the order adds up to 12.00 USD (line items 10.00, shipping 2.00)"
    )
