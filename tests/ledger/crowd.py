"""A crowd of orders of every kind, made from a seed, and the answers that going through all of them gives."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connector.ledger.database import Database
from connector.ledger.outcomes import Blocked, Waiting
from connector.ledger.search import OrderFilters
from connector.ledger.stores import StoreRow
from connector.ledger.tables import LINES, ORDERS, STORES
from connector.mapping.projection import fold
from models.state import Reason
from tests.ledger import peeking
from tests.ledger.making import PLACED, USABLE, add_store, claim, created, raw_order, raw_unit, record, settle

DAY = 86_400
NAMES = (
    "Ana García",
    "ANA GARCIA",
    "Łukasz Ørsted",
    "100% Real_Name",
    "José",
    "Zoë Strauß",
    "李雷",
    "O'Neil",
    "",
)
STATUSES = ("AWAITING_SHIPMENT", "IN_TRANSIT", "DELIVERED", "UNPAID", "ON_HOLD", "CANCELLED", "BRAND_NEW")
PRODUCTS = (("p-1", "Café mug"), ("p-2", "CAFE latte glass"), ("p-3", "Tee_shirt 100%"), ("p-3", "Tee shirt"))
REASONS = ("sku_unmatched", "total_mismatch", "shopify_refused")


def one(dice: random.Random, order_id: str) -> dict[str, Any]:
    """An order as TikTok returns it; days of several orders, and orders of one second."""
    units = []
    for product_id, product in dice.sample(PRODUCTS, dice.randrange(3)):
        unit = raw_unit(dice.choice("AB"), product_id=product_id, product_name=product)
        units += [{**unit, "sku_id": f"{unit['sku_id']}-{product_id}-{product}"}] * dice.randrange(1, 3)
    return raw_order(
        order_id,
        status=dice.choice(STATUSES),
        create_time=PLACED - PLACED % DAY + dice.choice((0, 1, dice.randrange(4 * DAY), DAY - 1, DAY)),
        update_time=PLACED + dice.randrange(1000),
        shipping_type=dice.choice(("TIKTOK", "SELLER", "DRONE")),
        fulfillment_type=dice.choice(("FULFILLMENT_BY_SELLER", "FULFILLMENT_BY_TIKTOK")),
        recipient_address={**USABLE, "name": dice.choice(NAMES), "first_name": "", "last_name": ""},
        line_items=units,
    )


def make(db: Database, dice: random.Random, *, each: int) -> list[StoreRow]:
    """Two stores with so many orders each, some of which were blocked, created or told to wait."""
    made = [add_store(db, "us"), add_store(db, "uk")]
    for store in made:
        record(db, store, *(one(dice, f"{number}{store.name[1]}") for number in range(each)))
        work(db, dice, store)
    return made


def work(db: Database, dice: random.Random, store: StoreRow) -> None:
    """Claim what is due and bring about half of it somewhere."""
    for held in claim(db, store, limit=60):
        reason = Reason(dice.choice(REASONS), "'x'")
        outcome = dice.choice(
            (created(held.pk), Blocked(held.pk, reason), Waiting(held.pk, Reason("outcome_unknown"), None))
        )
        settle(db, outcome)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a list must give: primary keys newest first, and the counts per status without `all`."""

    pks: list[int]
    counts: dict[str, int]


class Ledger:
    """Everything the ledger holds, read once, and questions to it answered one order after the other."""

    def __init__(self, db: Database) -> None:
        self.names = {row["id"]: row["name"] for row in peeking.rows(db, STORES)}
        self.orders = peeking.rows(db, ORDERS)
        self.lines: dict[int, list[dict[str, Any]]] = {row["id"]: [] for row in self.orders}
        for line in peeking.rows(db, LINES):
            self.lines[line["order_id"]].append(line)
        self.orders.sort(key=lambda row: (row["created_at"], row["id"]), reverse=True)

    def answer(self, filters: OrderFilters) -> Answer:
        """The answer by the definition of each filter."""
        fitting = [row for row in self.orders if self._fits(row, filters)]
        shown = [row["id"] for row in fitting if not filters.status or row["status"] in filters.status]
        return Answer(shown, dict(Counter(row["status"] for row in fitting)))

    def _fits(self, row: dict[str, Any], filters: OrderFilters) -> bool:
        equal = (
            ("state", filters.state),
            ("logistic_mode", filters.logistic_mode),
            ("fulfilled_by", filters.fulfilled_by),
            ("reason_code", filters.reason),
        )
        return (
            all(wanted is None or row[name] == wanted for name, wanted in equal)
            and (not filters.store or self.names[row["store_id"]] in filters.store)
            and (filters.created_from is None or row["created_at"] >= filters.created_from)
            and (filters.created_to is None or row["created_at"] < filters.created_to)
            and (filters.customer is None or self._named(row, filters.customer))
            and (filters.search is None or self._found(row, filters.search))
            and self._sells(row, filters)
        )

    def _named(self, row: dict[str, Any], part: str) -> bool:
        if not fold(part):
            return True
        return row["customer_name"] is not None and fold(part) in fold(row["customer_name"])

    def _found(self, row: dict[str, Any], text: str) -> bool:
        text = text.strip()
        if not text:
            return True
        names = (row["tiktok_order_id"], row["shopify_order_id"], row["shopify_order_name"])
        spelt = (text, f"#{text}", f"gid://shopify/Order/{text}")
        return any(name in spelt for name in names if name) or (bool(fold(text)) and self._named(row, text))

    def _sells(self, row: dict[str, Any], filters: OrderFilters) -> bool:
        lines = self.lines[row["id"]]
        part = None if filters.product is None else fold(filters.product)
        return (not part or any(part in fold(line["product_name"]) for line in lines)) and (
            not filters.product_id or any(line["product_id"] == filters.product_id for line in lines)
        )


def questions(dice: random.Random, ledger: Ledger, *, number: int) -> list[OrderFilters]:
    """Filters of every kind, each alone and many together."""
    some = ledger.orders or [{"tiktok_order_id": "1", "shopify_order_name": None, "shopify_order_id": None}]
    ids = [
        dice.choice(some)[name] or "#1"
        for name in ("tiktok_order_id", "shopify_order_name", "shopify_order_id")
    ]
    days = [datetime.fromtimestamp(PLACED - PLACED % DAY + n * DAY // 4, UTC) for n in range(-2, 19)]
    values: dict[str, tuple[Any, ...]] = {
        "status": (("in_transit",), ("unpaid", "brand_new"), ("never",), ("cancelled",), ("delivered",)),
        "state": ("waiting", "blocked", "created", "ignored", "nonsense"),
        "store": (("us",), ("uk",), ("us", "uk")),
        "search": (
            "garcia",
            " GARCÍA ",
            "orsted",
            "%",
            "_",
            "a",
            "李",
            "'",
            "  ",
            "\u0301",
            "\x00",
            "zz",
            *ids,
        ),
        "logistic_mode": ("tiktok", "drone", "none"),
        "fulfilled_by": ("tiktok", "seller"),
        "created_from": days,
        "created_to": days,
        "customer": ("jose", "ana g", "strauss", "real_name", "nobody", " "),
        "product": ("cafe", "shirt", "shirt 100%", "tee_", "mug", "e", "nothing"),
        "product_id": ("p-1", "p-3", "p-9"),
        "reason": (*REASONS, "unpaid", "none"),
    }
    asked = [OrderFilters()]
    asked += [OrderFilters(**{name: value}) for name, each in values.items() for value in each]
    for _ in range(number):
        names = dice.sample(sorted(values), dice.choice((2, 2, 3, 4)))
        asked.append(OrderFilters(**{name: dice.choice(values[name]) for name in names}))
    return asked
