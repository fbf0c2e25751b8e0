"""TikTok's addresses as Shopify's."""

from typing import Any

import pytest

from connector.mapping.address import address_problem, e164, shipping_address, without_phone, without_province
from models.state import ReasonCode
from models.wire.tiktok import RecipientAddress, parse_order
from tests.mapping.documents import ADDRESS, order, unit

MASKED = {
    **ADDRESS,
    "name": "A** S*****",
    "first_name": "A** S*****",
    "last_name": "",
    "phone_number": "(+1)415***0133",
    "address_line1": "9 E** R***",
    "address_line2": "",
    "address_detail": "9 E** R***",
    "postal_code": "94***",
}
BLANK = {**dict.fromkeys(ADDRESS, ""), "district_info": None, "delivery_preferences": None}


def _levels(*names: str, words: tuple[str, ...] = ()) -> list[dict[str, str]]:
    called = dict(enumerate(words))
    return [
        {"address_level": f"L{depth}", "address_level_name": called.get(depth, ""), "address_name": name}
        for depth, name in enumerate(names)
    ]


def _address(**parts: Any) -> Any:
    return shipping_address(RecipientAddress.model_validate({**BLANK, **parts}))


def test_a_us_address_takes_its_city_from_level_three_and_its_state_from_the_iso_code() -> None:
    assert shipping_address(RecipientAddress.model_validate(ADDRESS)) == {
        "firstName": "Ada",
        "lastName": "Sample",
        "address1": "9 Elm Road",
        "address2": "Unit 2",
        "city": "San Francisco",
        "provinceCode": "CA",
        "countryCode": "US",
        "zip": "94103",
        "phone": "+14155550133",
    }


def test_a_us_state_without_an_iso_code_is_known_by_its_name() -> None:
    levels = _levels("United States", "New York", "Kings County", "Brooklyn")
    address = _address(region_code="us", district_info=levels)
    assert (address["provinceCode"], address["city"], address["countryCode"]) == ("NY", "Brooklyn", "US")


def test_a_uk_address_takes_its_city_from_the_post_town() -> None:
    levels = _levels("United Kingdom", "England", "Camden")
    address = _address(
        region_code="GB", post_town="London", district_info=levels, address_line1="1 High Street"
    )
    assert (address["city"], address["address1"]) == ("London", "1 High Street")
    assert "provinceCode" not in address
    assert "address2" not in address


def test_a_japanese_address_keeps_local_names_wards_and_the_whole_iso_code() -> None:
    levels = _levels("Japan", "Tokyo", "Shibuya", "Jingumae", words=("", "", "City"))
    levels[1]["iso_code"] = "JP-13"
    address = _address(
        region_code="JP",
        district_info=levels,
        name="Hana Rei",
        first_name="Hana",
        last_name="Rei",
        first_name_local_script="花",
        last_name_local_script="例",
        address_line1="1-2-3",
        postal_code="150-0001",
    )
    assert (address["firstName"], address["lastName"]) == ("花", "例")
    assert (address["city"], address["address2"], address["provinceCode"]) == ("Shibuya", "Jingumae", "JP-13")


def test_a_whole_name_in_one_field_gets_a_dash_for_the_last_name() -> None:
    address = _address(region_code="BR", name="Maria da Silva", first_name="Maria da Silva")
    assert (address["firstName"], address["lastName"]) == ("Maria da Silva", "-")


def test_masked_parts_are_left_out_and_the_rest_is_kept() -> None:
    assert shipping_address(RecipientAddress.model_validate(MASKED)) == {
        "lastName": "-",
        "city": "San Francisco",
        "provinceCode": "CA",
        "countryCode": "US",
    }


def test_an_address_of_which_nothing_can_be_read_is_none() -> None:
    assert _address() is None
    assert _address(name="*** ***", region_code="ZZ") is None


@pytest.mark.parametrize(
    ("phone", "country", "number"),
    [
        ("(+1)4155550133", "US", "+14155550133"),
        ("(+84)912345678", "VN", "+84912345678"),
        ("07911 123456", "GB", "+447911123456"),
        ("(+1)415***0133", "US", ""),
        ("12", "US", ""),
        ("call me", "US", ""),
        ("", "US", ""),
        ("4155550133", "", ""),
    ],
)
def test_a_phone_number_is_sent_only_when_it_is_a_real_one(phone: str, country: str, number: str) -> None:
    assert e164(phone, country) == number


@pytest.mark.parametrize(
    ("kinds", "address", "blocked"),
    [
        (("FULFILLMENT_BY_SELLER", "SELLER"), ADDRESS, False),
        (("FULFILLMENT_BY_SELLER", "SELLER"), MASKED, True),
        (("FULFILLMENT_BY_SELLER", "SELLER"), BLANK, True),
        (("FULFILLMENT_BY_SELLER", "TIKTOK"), MASKED, False),
        (("FULFILLMENT_BY_TIKTOK", "TIKTOK"), BLANK, False),
        (("FULFILLMENT_BY_TIKTOK", "SELLER"), BLANK, False),
    ],
)
def test_an_address_is_needed_only_where_the_seller_ships(
    kinds: tuple[str, str], address: dict[str, Any], blocked: bool
) -> None:
    fulfillment_type, shipping_type = kinds
    document = order(
        [unit("A", "1.00")],
        fulfillment_type=fulfillment_type,
        shipping_type=shipping_type,
        recipient_address=address,
    )
    reason = address_problem(parse_order(document))
    assert (reason.code if reason else None) == (ReasonCode.ADDRESS_UNUSABLE if blocked else None)
    assert reason is None or "Elm" not in reason.detail


def test_second_tries_leave_out_one_thing_each() -> None:
    address = shipping_address(RecipientAddress.model_validate(ADDRESS))
    assert address is not None
    assert set(address) - set(without_phone(address)) == {"phone"}
    assert set(address) - set(without_province(address)) == {"provinceCode"}
