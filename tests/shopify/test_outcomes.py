"""Every answer to a create: only what surely did nothing is called not made."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.shopify.answers import UNREADABLE, Answer
from connector.shopify.outcomes import sort_create
from connector.shopify.results import Made, NotMade, Unknown
from tests.shopify.wire import created, error

NULL = {"orderCreate": None}


def payload(
    order: Any, *messages: str, field: list[str] | None = None, code: str | None = None
) -> dict[str, Any]:
    errors = [{"field": field, "message": message, "code": code} for message in messages]
    return {"data": {"orderCreate": {"order": order, "userErrors": errors}}}


@pytest.mark.parametrize(
    "body",
    [
        {"data": created()},
        {"data": created(), "errors": [error("INTERNAL_SERVER_ERROR")]},
        {"data": created(), "errors": [error("ACCESS_DENIED", path=["orderCreate", "order", "name"])]},
        {"data": created(), "errors": [error("THROTTLED")]},
        payload({"id": "gid://shopify/Order/1", "name": None}, "Metafields is invalid"),
        {"data": {"orderCreate": {"order": {"id": "gid://shopify/Order/1"}}}},
    ],
)
@pytest.mark.parametrize("status", [200, 403, 429, 500])
def test_an_order_id_means_made_whatever_else_the_answer_says(body: dict[str, Any], status: int) -> None:
    result = sort_create(Answer(status, body))
    assert isinstance(result, Made)
    assert result.order_id == "gid://shopify/Order/1"


def test_what_shopify_complained_of_is_kept_with_the_order() -> None:
    body = {**payload({"id": "gid://shopify/Order/1", "name": "#1"}, "Metafields is invalid")}
    assert sort_create(Answer(200, body)) == Made("gid://shopify/Order/1", "#1", ("Metafields is invalid",))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "refused"),
        (401, "reauthorize"),
        (402, "unavailable"),
        (403, "access_denied"),
        (404, "unavailable"),
        (406, "refused"),
        (414, "refused"),
        (423, "unavailable"),
        (429, "throttled"),
        (430, "unavailable"),
    ],
)
@pytest.mark.parametrize("body", [UNREADABLE, {"errors": "Not Found"}, {"data": NULL}, [], None])
def test_statuses_that_come_before_the_mutation_are_not_made(status: int, kind: str, body: object) -> None:
    result = sort_create(Answer(status, body))
    assert isinstance(result, NotMade)
    assert result.kind == kind


@pytest.mark.parametrize(
    "status", [500, 502, 503, 504, 301, 308, 201, 204, 206, 408, 409, 418, 499, 520, 599]
)
@pytest.mark.parametrize(
    "body", [UNREADABLE, {"errors": [error("THROTTLED")]}, payload(None, "Email is invalid")]
)
def test_every_other_status_is_unknown(status: int, body: object) -> None:
    assert isinstance(sort_create(Answer(status, body)), Unknown)


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ([error("THROTTLED", "Throttled")], "throttled"),
        ([error("MAX_COST_EXCEEDED")], "refused"),
        ([error("MAX_INPUT_SIZE_EXCEEDED")], "refused"),
        ([error("undefinedField")], "refused"),
        ([error("argumentNotAccepted")], "refused"),
        ([error("missingRequiredArguments")], "refused"),
        ([error("argumentLiteralsIncompatible")], "refused"),
        ([error("INVALID_VARIABLE")], "refused"),
        ([error("ACCESS_DENIED", "Access denied", path=["orderCreate"])], "access_denied"),
        ([error("THROTTLED"), error("THROTTLED")], "throttled"),
    ],
)
@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": NULL}])
def test_errors_that_come_before_the_mutation_are_not_made(
    errors: list[dict[str, Any]], kind: str, data: dict[str, Any]
) -> None:
    result = sort_create(Answer(200, {**data, "errors": errors}))
    assert isinstance(result, NotMade)
    assert result.kind == kind


@pytest.mark.parametrize(
    "body",
    [
        {"data": NULL, "errors": [error("INTERNAL_SERVER_ERROR", "Request ID: 1")]},
        {"errors": [error("INTERNAL_SERVER_ERROR")]},
        {"errors": [error("TIMEOUT")]},
        {"errors": [error("BAD_REQUEST")]},
        {"errors": [error("SOMETHING_NEW")]},
        {"errors": [{"message": "no code"}]},
        {"errors": "a text"},
        {"errors": {"base": ["an object"]}},
        {"errors": [None]},
        {"errors": [error("THROTTLED"), error("INTERNAL_SERVER_ERROR")]},
        {"data": NULL, "errors": [error("ACCESS_DENIED", path=["orderCreate", "order", "name"])]},
        {"data": NULL, "errors": [error("ACCESS_DENIED")]},
        {"data": NULL},
        {"data": None},
        {"data": {}},
        {},
        [],
        "text",
        None,
        7,
        UNREADABLE,
        {"data": {"orderCreate": []}},
        payload(None),
        {"data": {"orderCreate": {"order": None}}},
        {"data": {"orderCreate": {"userErrors": [{"message": "Email is invalid"}]}}},
        {"data": {"orderCreate": {"order": None, "userErrors": [None, {"message": 4}]}}},
        {"data": {"orderCreate": {"order": None, "userErrors": "no list"}}},
        payload({"id": None}, "Email is invalid"),
        payload({"id": ""}),
        payload({}, "Email is invalid"),
        {**payload(None, "Email is invalid"), "errors": [error("INTERNAL_SERVER_ERROR")]},
        {**payload(None), "errors": [error("THROTTLED")]},
    ],
)
def test_an_answer_that_tells_neither_order_nor_refusal_is_unknown(body: object) -> None:
    assert isinstance(sort_create(Answer(200, body)), Unknown)


def test_a_refusal_names_its_fields() -> None:
    field = ["order", "shippingAddress", "zip"]
    result = sort_create(Answer(200, payload(None, "Enter a ZIP code", field=field, code="INVALID")))
    assert result == NotMade("refused", "Enter a ZIP code", ("order.shippingAddress.zip",))


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("Too many attempts. Please try again later.", None),
        ("Too many attempts. Please try again later.", ["order", "lineItems"]),
        ("too many requests", ["order"]),
        ("You have exceeded the limit of 5 orders per minute", ["base"]),
        ("Order limit reached", None),
        ("Something went wrong, please try again", None),
    ],
)
def test_the_limit_of_development_stores_is_a_wait_and_no_refusal(
    message: str, field: list[str] | None
) -> None:
    result = sort_create(Answer(200, payload(None, message, field=field)))
    assert isinstance(result, NotMade)
    assert (result.kind, result.retry_after) == ("too_many_attempts", 15.0)


@pytest.mark.parametrize(
    "body",
    [
        payload(None, "Tags limit exceeded", field=["order", "tags"]),
        payload(None, "Note is too long", "Please try again", field=["order", "note"]),
    ],
)
def test_a_limit_of_the_order_itself_is_a_refusal(body: dict[str, Any]) -> None:
    result = sort_create(Answer(200, body))
    assert isinstance(result, NotMade)
    assert result.kind == "refused"


def test_a_dormant_or_inactive_shop_waits_and_needs_no_new_order() -> None:
    dormant = sort_create(Answer(200, payload(None, "Shop is dormant", code="SHOP_DORMANT")))
    inactive = sort_create(Answer(403, {"errors": [error("SHOP_INACTIVE")]}))
    for result in (dormant, inactive):
        assert isinstance(result, NotMade)
        assert (result.kind, result.retry_after) == ("unavailable", 900.0)


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("Value has already been taken", ["order", "metafields", "0", "value"]),
        ("The metafield violates a capability restriction", None),
        ("Metafields value must be unique", ["order"]),
    ],
)
def test_a_taken_identifier_asks_for_a_look_up(message: str, field: list[str] | None) -> None:
    result = sort_create(Answer(200, payload(None, message, field=field)))
    assert isinstance(result, NotMade)
    assert result.identifier_taken


def test_other_refusals_ask_for_none() -> None:
    result = sort_create(Answer(200, payload(None, "Order Line items is invalid", field=["order"])))
    assert isinstance(result, NotMade)
    assert not result.identifier_taken


@pytest.mark.parametrize(
    "body",
    [
        payload(None, "Email jane.doe@example.com is invalid", field=["order", "email"]),
        payload(None, "Phone +1 (512) 555-0100 is invalid", field=["order", "shippingAddress", "phone"]),
        payload(None, 'City "jane.doe" is not known', field=["order", "shippingAddress", "city"]),
        {
            "errors": [
                error(
                    "INVALID_VARIABLE",
                    'Variable $order was provided invalid value for countryCode (Expected "jane.doe")',
                    problems=[
                        {"path": ["shippingAddress", "countryCode"], "explanation": 'Expected "jane.doe"'}
                    ],
                )
            ]
        },
        {"errors": [error("INVALID_VARIABLE", 'Expected "jane.doe" to be one of')]},
    ],
)
def test_no_personal_data_in_messages(body: dict[str, Any]) -> None:
    result = sort_create(Answer(200, body))
    assert isinstance(result, NotMade)
    assert "jane.doe" not in result.message
    assert "555" not in result.message
    assert result.fields or "INVALID_VARIABLE" in result.message


def test_a_refused_variable_names_its_path() -> None:
    problem = {"path": ["shippingAddress", "countryCode"], "explanation": "…"}
    body = {"errors": [error("INVALID_VARIABLE", "…", problems=[problem])]}
    result = sort_create(Answer(200, body))
    assert isinstance(result, NotMade)
    assert result.fields == ("order.shippingAddress.countryCode",)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "data",
                    "orderCreate",
                    "order",
                    "id",
                    "userErrors",
                    "message",
                    "errors",
                    "code",
                    "extensions",
                    "path",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(body=_json, status=st.sampled_from([200, 200, 200, 401, 429, 500]))
def test_any_body_is_sorted_and_none_breaks_the_sorting(body: object, status: int) -> None:
    assert isinstance(sort_create(Answer(status, body)), Made | NotMade | Unknown)
