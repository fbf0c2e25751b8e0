"""Addresses of the orders page: read, written, and meaning the same instants to everybody."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.console import zones
from connector.console.orders.tabs import chips_of, tabs_of
from connector.console.orders.view import NAMES, View, is_plain, read_view
from connector.ledger.filters import OrderFilters


def view_of(address: str) -> View:
    """The view of an address."""
    return read_view(parse_qsl(address, keep_blank_values=True))


def test_every_filter_has_the_name_of_the_command_with_underscores() -> None:
    assert set(NAMES) == set(OrderFilters.__dataclass_fields__)
    view = view_of(
        "status=In_Transit&status=delivered&store=us&store=uk&state=blocked&search=%20ana&logistic_mode=TIKTOK"
        "&fulfilled_by=seller&created_from=2026-11-01T00:00:00Z&created_to=2026-11-02T00:00:00%2B01:00"
        "&customer=gar&product=mug&product_id=17&reason=sku_unmatched&after=abc"
    )
    assert view.filters == OrderFilters(
        status=("in_transit", "delivered"),
        state="blocked",
        store=("us", "uk"),
        search="ana",
        logistic_mode="tiktok",
        fulfilled_by="seller",
        created_from=datetime(2026, 11, 1, tzinfo=UTC),
        created_to=datetime(2026, 11, 1, 23, tzinfo=UTC),
        customer="gar",
        product="mug",
        product_id="17",
        reason="sku_unmatched",
    )
    assert (view.after, view.problems) == ("abc", ())


@pytest.mark.parametrize(
    ("entered", "instant"),
    [
        ("2026-07-01T10:00", datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("2026-12-01T10:00", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12-01T10:00:00+02:00", datetime(2026, 12, 1, 8, tzinfo=UTC)),
        ("2026-12-01T10:00:00 02:00", datetime(2026, 12, 1, 8, tzinfo=UTC)),
    ],
)
def test_a_time_is_meant_in_the_chosen_zone_and_written_with_its_offset(
    entered: str, instant: datetime
) -> None:
    view = read_view([("created_from", entered), ("zone", "Europe/London")])
    assert view.filters.created_from == instant
    again = view_of(view.address().partition("?")[2])
    assert again.filters.created_from == instant
    assert "created_from=2026-07-01T10%3A00%3A00%2B01%3A00" in view.address() or instant.month == 12
    without_zone = [(name, value) for name, value in view.pairs() if name != "zone"]
    assert read_view(without_zone).filters.created_from == instant


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("created_from=yesterday", "'yesterday' is not a time"),
        ("created_from=2026-11-01T00:00", "has no time zone"),
        ("created_to=1969-01-01T00:00:00Z", "before 1970"),
        ("created_from=9999-12-31T23:59:59Z", "not a time that orders can have"),
        ("created_from=2026-11-02T00:00:00Z&created_to=2026-11-01T00:00:00Z", "before its end"),
        ("zone=Mars/Olympus", "'Mars/Olympus' is not a time zone"),
        ("zone=../../etc/passwd", "is not a time zone"),
        ("state=broken", "'broken' is not a state; use one of waiting, blocked, created, ignored"),
        ("reason=bad", "'bad' is not a reason"),
        (f"search={'x' * 201}", "longer than 200"),
        (f"status={'x' * 201}", "too much of status"),
    ],
)
def test_what_means_nothing_is_named_in_one_sentence(address: str, named: str) -> None:
    (sentence,) = view_of(address).problems
    assert named in sentence
    assert sentence.endswith(".")


texts = st.text(max_size=30)


@given(
    st.lists(st.tuples(st.sampled_from([*NAMES, "zone", "after", "other"]), texts), max_size=8),
    st.integers(31_536_000, 221_845_392_000),
    st.sampled_from(["UTC", "Europe/London", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe"]),
)
def test_any_address_can_be_read_and_that_of_its_view_is_plain(
    given_words: list[tuple[str, str]], entered: int, zone: str
) -> None:
    words = [
        *given_words,
        ("created_from", datetime.fromtimestamp(entered, UTC).replace(tzinfo=None).isoformat()),
        ("zone", zone),
    ]
    view = read_view(words)
    again = view_of(view.address().partition("?")[2])
    if not view.problems:
        assert again == View(view.filters, again.zone, view.after, again.entered)
        assert is_plain(list(view.pairs()), again)
        assert again.address() == view.address()


def test_a_chip_takes_off_its_filter_and_a_tab_keeps_the_others() -> None:
    view = view_of("status=delivered&store=us&store=uk&search=ana&reason=sku_unmatched&after=abc")
    chips = {(chip.label, chip.value): chip.address for chip in chips_of(view)}
    assert chips["Store", "uk"] == "/?status=delivered&store=us&search=ana&reason=sku_unmatched"
    assert chips["Search", "ana"] == "/?status=delivered&store=us&store=uk&reason=sku_unmatched"
    assert ("Reason", "SKU matches no Shopify variant") in chips
    tabs = {tab.status: tab for tab in tabs_of(view, {"all": 3, "delivered": 2, "teleported": 1})}
    assert tabs["all"].address == "/?store=us&store=uk&search=ana&reason=sku_unmatched"
    assert [status for status, tab in tabs.items() if tab.current] == ["delivered"]
    assert list(tabs) == [
        *("all", "awaiting_shipment", "awaiting_collection", "in_transit", "delivered", "completed"),
        "teleported",
    ]


def test_the_zones_to_choose_from_are_known_to_the_system() -> None:
    groups = dict(zones.zone_groups())
    assert "Europe/London" in groups["Europe"]
    assert all(zones.is_zone(name) for names in groups.values() for name in names)
