"""A run's figures add up: every new order is counted once more, as what became of it."""

from tests.services.conftest import Connector


def test_every_new_order_is_counted_as_what_became_of_it(shop: Connector) -> None:
    shop.us.place()
    shop.us.place("CAP-RED")
    shop.us.place(status="CANCELLED")
    unpaid, _ = (shop.us.place(status=status) for status in ("UNPAID", "ON_HOLD"))

    first = shop.sync()

    assert (first.new, first.created, first.blocked, first.ignored, first.waiting) == (5, 1, 1, 1, 2)

    shop.wait(minutes=5)
    shop.us.tiktok.move_order(unpaid, "ON_HOLD")
    second = shop.sync()

    assert (second.new, second.updated, second.waiting) == (0, 1, 1)
