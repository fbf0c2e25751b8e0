"""Platforms at which every order of the volume scenario has been brought over already, for `reconcile`.

Prints one line of JSON when it answers. On a line `damage` at standard input one order in a hundred is
damaged in each way that concerns Shopify, drawn by `damaged`, and a line is printed when that is done.
"""

import argparse
import gc
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from connector.mapping.identity import KEY, NAMESPACE, identifier_value
from connector.sandbox.platforms import StorePair
from connector.sandbox.scenario import Scenario, volume_scenario
from connector.sandbox.server import Mounts, serve
from connector.sandbox.shopify.metafields import MetafieldDefinition
from connector.sandbox.shopify.records import Metafield, Order

PAIR = "us"
WAYS = ("missing_in_database", "missing_on_shopify", "duplicate_on_shopify", "total_differs", "unmade")
"""The last: on Shopify, though the ledger says that it waits."""
_SHARE = 100
_STRANGER = 588 * 10**15
"""Ids that TikTok never gave are counted from here."""


def main() -> int:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--store-files", type=Path, required=True)
    asked = parser.parse_args()
    gc.disable()
    scenario = volume_scenario(asked.orders, plan="unmetered")
    orders = list(_brought_over(scenario.platforms.pairs[PAIR]))
    gc.freeze()
    gc.enable()
    mounts = Mounts()
    server = serve(mounts)
    scenario.platforms.mount(mounts, server.base_url)
    (asked.store_files / f"{PAIR}.toml").write_text(scenario.store_file(PAIR), "utf-8")
    _say(first=orders[0].source_identifier, at=orders[0].processed_at.isoformat(), id=orders[0].id)
    for line in sys.stdin:
        if line.strip() == "damage":
            _damage(scenario, orders)
            _say(done=True)
    server.stop()
    return 0


def damaged(orders: int) -> dict[str, list[int]]:
    """Which orders are damaged in which way, by their number: the same here and on the ledger's side."""
    dice, count = random.Random(orders), orders // _SHARE
    chosen = dice.sample(range(orders), len(WAYS) * count)
    return {way: chosen[number :: len(WAYS)] for number, way in enumerate(WAYS)}


def strangers(orders: int) -> list[str]:
    """TikTok ids of orders that are on Shopify and nowhere else."""
    return [str(_STRANGER + number) for number in range(orders // _SHARE)]


def _brought_over(pair: StorePair) -> Iterator[Order]:
    """Put each of TikTok's orders on Shopify as the connector makes them, without what nobody compares."""
    shopify = pair.shopify
    shopify.definitions.add(
        MetafieldDefinition(
            shopify.new_id("MetafieldDefinition"), NAMESPACE, KEY, "ORDER", "id", "Order", None, unique=True
        )
    )
    totals: dict[int, Decimal] = {}
    for number, stored in enumerate(pair.shop.book):
        mould = number % 64
        if mould not in totals:
            totals[mould] = Decimal(stored.document["payment"]["total_amount"])
        at = datetime.fromtimestamp(stored.create_time, UTC)
        order = Order(
            *(shopify.new_id("Order"), number + 1001, f"#{number + 1001}", shopify.app.id, at, at, at),
            *("USD", "USD", False, False),
            source_identifier=stored.key,
            total=totals[mould],
            presentment_total=totals[mould],
        )
        value = identifier_value(pair.shop.id, stored.key)
        order.metafields.append(Metafield(shopify.new_id("Metafield"), NAMESPACE, KEY, "id", value, at, at))
        shopify.book.add(order)
        shopify.definitions.keep(order, at)
        yield order


def _damage(scenario: Scenario, orders: list[Order]) -> None:
    shopify = scenario.platforms.pairs[PAIR].shopify
    ways = damaged(len(orders))
    with shopify.lock:
        for number in ways["missing_on_shopify"]:
            shopify.delete_order(orders[number])
        for number in ways["total_differs"]:
            shopify.alter_total(orders[number], orders[number].total + 1)
        for number in ways["duplicate_on_shopify"]:
            shopify.book.add(_copy(shopify.new_id("Order"), orders[number]))
        for number, order_id in enumerate(strangers(len(orders))):
            shopify.book.add(_copy(shopify.new_id("Order"), orders[number], order_id))


def _copy(new_id: str, order: Order, order_id: str | None = None) -> Order:
    source = order_id or order.source_identifier
    return replace(order, id=new_id, name=f"{order.name}-2", metafields=[], source_identifier=source)


def _say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
