"""`connector orders`: the list with its tabs, one order explained, and the documents of the contract."""

from datetime import timedelta

import pytest

from connector.ledger.outcomes import Blocked, Created
from models.state import REMEDIES, Reason, ReasonCode
from tests.cli.conftest import ORDERED, Connector, Shelf, order

ORDER_KEYS = {
    "store", "tiktok_order_id", "status", "state", "reason", "customer_name", "created_at", "updated_at",
    "paid_at", "delivered_at", "completed_at", "completed_by", "total", "logistic_mode", "fulfilled_by",
    "items", "shopify_order_id", "shopify_order_name",
}  # fmt: skip
LINE_KEYS = {
    "seller_sku", "sku_name", "product_name", "product_id", "sku_id", "quantity", "unit_price", "variant_id",
    "matched_by",
}  # fmt: skip


@pytest.fixture
def shelves(uk: Shelf, us: Shelf) -> tuple[Shelf, Shelf]:
    """Three orders in `uk`, one of them blocked and one created, and one in `us`."""
    uk.fetch(
        order("101", status="IN_TRANSIT"),
        order("102", skus=("GONE", "GONE"), created=ORDERED + timedelta(hours=1)),
        order("103", status="UNPAID", name="Émile [red]Zola[/red]", created=ORDERED + timedelta(hours=2)),
    )
    us.fetch(order("201", fulfillment_type="FULFILLMENT_BY_TIKTOK"))
    uk.settle(lambda pk: Created(pk, "gid://shopify/Order/1", "#1001"), "101")
    uk.settle(lambda pk: Blocked(pk, Reason(ReasonCode.SKU_UNMATCHED, "GONE")), "102")
    return uk, us


def _ids(connector: Connector, *words: str) -> list[str]:
    document = connector("orders", "list", "--json", *words).document
    return [each["tiktok_order_id"] for each in document["orders"]]


def test_the_list_is_the_document_of_the_contract(connector: Connector, shelves: tuple[Shelf, Shelf]) -> None:
    document = connector("orders", "list", "--json").document
    assert set(document) == {"orders", "next", "counts", "total"}
    assert all(set(each) == ORDER_KEYS for each in document["orders"])
    assert document["total"] == 4
    assert document["next"] is None
    assert document["counts"] == {"all": 4, "unpaid": 1, "awaiting_shipment": 2, "in_transit": 1}
    blocked = next(each for each in document["orders"] if each["state"] == "blocked")
    assert blocked["reason"] == {
        "code": "sku_unmatched",
        "detail": "GONE",
        "fix": REMEDIES[ReasonCode.SKU_UNMATCHED],
    }
    assert blocked["total"] == {"amount": "20.00", "currency": "GBP"}
    assert blocked["created_at"] == "2026-11-10T10:30:00Z"


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (("--status", "in_transit"), ["101"]),
        (("--status", "UNPAID", "--status", "in_transit"), ["103", "101"]),
        (("--status", "invented_later"), []),
        (("--state", "blocked"), ["102"]),
        (("--store", "us"), ["201"]),
        (("--store", "us", "--store", "uk", "--state", "created"), ["101"]),
        (("--search", "emile"), ["103"]),
        (("--search", "102"), ["102"]),
        (("--search", "#1001"), ["101"]),
        (("--search", "gid://shopify/Order/1"), ["101"]),
        (("--logistic-mode", "tiktok", "--store", "us"), ["201"]),
        (("--logistic-mode", "seller"), []),
        (("--fulfilled-by", "tiktok"), ["201"]),
        (("--created-from", "2026-11-10T11:30:00Z"), ["103"]),
        (("--created-from", "2026-11-10T10:30:00Z", "--created-to", "2026-11-10T12:30:00+01:00"), ["102"]),
        (("--created-from", "2026-11-11Z"), []),
        (("--customer", "ZOLA"), ["103"]),
        (("--product", "gone"), ["102"]),
        (("--product-id", "product-GONE"), ["102"]),
        (("--reason", "sku_unmatched"), ["102"]),
        (("--reason", "unpaid", "--state", "blocked"), []),
    ],
)
def test_every_filter_filters(
    connector: Connector, shelves: tuple[Shelf, Shelf], words: tuple[str, ...], ids: list[str]
) -> None:
    assert _ids(connector, *words) == ids


def test_tabs_sum_to_all_whatever_status_is_chosen(
    connector: Connector, shelves: tuple[Shelf, Shelf]
) -> None:
    document = connector("orders", "list", "--json", "--status", "unpaid").document
    counts = dict(document["counts"])
    assert document["total"] == 1
    assert counts.pop("all") == sum(counts.values()) == 4


def test_paging_stays_stable_while_orders_arrive(connector: Connector, shelves: tuple[Shelf, Shelf]) -> None:
    first = connector("orders", "list", "--json", "--limit", "2").document
    shelves[0].fetch(order("999", created=ORDERED + timedelta(hours=5)))
    rest = connector("orders", "list", "--json", "--limit", "2", "--after", first["next"]).document
    seen = [each["tiktok_order_id"] for page in (first, rest) for each in page["orders"]]
    assert sorted(seen) == ["101", "102", "103", "201"]
    assert rest["next"] is None


def test_a_window_that_ends_before_it_begins_is_refused(connector: Connector, uk: Shelf) -> None:
    words = ("--created-from", "2026-11-02Z", "--created-to", "2026-11-01Z")
    assert "--created-from must be before --created-to" in connector("orders", "list", *words).refusal


def test_people_see_tabs_and_remedies(connector: Connector, shelves: tuple[Shelf, Shelf]) -> None:
    shown = connector("orders", "list").out
    assert shown.splitlines()[0] == "All 4 | Unpaid 1 | Awaiting shipment 2 | In transit 1"
    assert "sku_unmatched: 1 order" in shown
    assert "What to do: Map the SKU to a Shopify variant" in shown
    assert "Émile [red]Zola[/red]" in shown


def test_nothing_to_list_is_said(connector: Connector) -> None:
    shown = connector("orders", "list")
    assert shown.status == 0
    assert "No order fits." in shown.out


def test_one_order_is_the_document_of_the_contract(
    connector: Connector, shelves: tuple[Shelf, Shelf]
) -> None:
    document = connector("orders", "show", "102", "--json").document
    assert set(document) == ORDER_KEYS | {"lines", "history", "explanation"}
    assert [set(line) for line in document["lines"]] == [LINE_KEYS]
    assert document["lines"][0]["quantity"] == 2
    assert document["lines"][0]["unit_price"] == "10.00"
    assert all(set(event) == {"at", "event", "source", "detail"} for event in document["history"])
    assert document["history"][0]["event"] == "first_seen"
    assert document["explanation"]


def test_one_order_is_told_to_people(connector: Connector, shelves: tuple[Shelf, Shelf]) -> None:
    shown = connector("orders", "show", "102").out
    for words in ("blocked sku_unmatched", "No Shopify variant was found", "GONE", "first_seen", "20.00 GBP"):
        assert words in shown


def test_an_order_of_two_stores_needs_its_store(connector: Connector, shelves: tuple[Shelf, Shelf]) -> None:
    shelves[1].fetch(order("102"))
    refusal = connector("orders", "show", "102").refusal
    assert "Order 102 is in several stores (uk, us); add --store NAME." in refusal
    assert connector("orders", "show", "102", "--store", "us", "--json").document["state"] == "waiting"


def test_a_retry_with_nothing_to_try_says_so(connector: Connector, uk: Shelf) -> None:
    uk.fetch(order("103", status="UNPAID"))
    retried = connector("orders", "retry", "103", "--json")
    assert retried.status == 0
    assert retried.document == {"ok": True, "stores": [], "retried": 0}


def test_terminal_codes_in_a_name_are_not_printed(connector: Connector, uk: Shelf) -> None:
    uk.fetch(order("104", name="Eve\x1b]0;gotcha\x07"))
    assert "\x1b" not in connector("orders", "list").out
    assert "\x1b" not in connector("orders", "show", "104").out
