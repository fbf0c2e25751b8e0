"""What people ask the orders page, by kind: common and rare, alone and together."""

import random
from datetime import UTC, datetime, timedelta

from benchmarks.console_orders import DAYS, NAMES, product_id, product_name
from connector.ledger.search import OrderFilters
from models.state import OrderState, ReasonCode
from models.status import OrderStatus


def queries(dice: random.Random) -> dict[str, list[OrderFilters]]:
    """Some four hundred questions by kind; the dice make them the same each time."""
    stores = [(name,) for name in NAMES]
    names = (
        "garcia",
        "smith",
        "Łukasz",
        "john",
        "o'neil",
        "ana",
        "mar",
        "müller",
        "lopez",
        "son",
        "kowalska",
    )
    odd = ("bakeli", "zaxewu yo", "nosida", "tiqu", "romi", "xyzzy", "fegohu ja")
    whole = ("ana garcia", "James Smith", "zoë müller", "maria martinez", "Günther Strauß")
    days = [datetime.now(UTC) - timedelta(days=dice.uniform(2, DAYS)) for _ in range(20)]
    ranks = [0, 0, 1, 2, 5, 10, 50, 200, 700, 1500, 1999]
    return {
        "tab": [OrderFilters()] * 5 + [OrderFilters(status=(status.value,)) for status in OrderStatus] * 2,
        "two tabs": [
            OrderFilters(status=("in_transit", "delivered")),
            OrderFilters(status=("unpaid", "on_hold")),
        ]
        * 4,
        "store": [OrderFilters(store=store) for store in stores] * 3,
        "store and tab": [
            OrderFilters(store=dice.choice(stores), status=(dice.choice(list(OrderStatus)).value,))
            for _ in range(20)
        ],
        "state": [OrderFilters(state=state.value) for state in OrderState] * 4,
        "reason": [OrderFilters(reason=reason.value) for reason in ReasonCode],
        "logistic mode, fulfilled by": [
            OrderFilters(logistic_mode=mode, fulfilled_by=by)
            for mode in ("tiktok", "seller", None)
            for by in ("tiktok", "seller", None)
        ]
        * 2,
        "created range": [
            OrderFilters(created_from=day, created_to=day + timedelta(days=length))
            for day, length in zip(days, (1, 7, 30, 90, 365) * 4, strict=True)
        ],
        "range, store and tab": [
            OrderFilters(
                created_from=day - timedelta(days=dice.choice((1, 30, 200))),
                created_to=day,
                store=dice.choice(stores),
                status=(dice.choice(("completed", "cancelled", "in_transit")),),
            )
            for day in days
        ],
        "search, common name": [OrderFilters(search=name) for name in names] * 2,
        "search, whole name": [OrderFilters(search=name) for name in whole] * 4,
        "search, rare name": [OrderFilters(search=name) for name in odd] * 3,
        "search, one or two letters": [
            OrderFilters(search=part) for part in ("a", "an", "li", "x", "øs", "o'")
        ],
        "search, TikTok id": [
            OrderFilters(search=str(576460000000000000 + dice.randrange(1, 100_000) * 1009))
            for _ in range(20)
        ],
        "search, Shopify name": [
            OrderFilters(search=f"#{1000 + dice.randrange(100_000)}") for _ in range(20)
        ],
        "customer": [OrderFilters(customer=name) for name in (*names, *whole, *odd)],
        "search with filters": [
            OrderFilters(
                search=dice.choice(names),
                store=dice.choice(stores),
                status=dice.choice(((), ("completed",), ("cancelled",))),
                created_from=dice.choice((None, dice.choice(days))),
            )
            for _ in range(20)
        ],
        "product id": [OrderFilters(product_id=product_id(rank)) for rank in ranks] * 2,
        "product name": [OrderFilters(product=product_name(rank)) for rank in ranks] * 2,
        "part of product name": [
            OrderFilters(product=part)
            for part in ("rose gold", "Insulated", "hoodie", "model 00", "wireless matte", "0042")
        ]
        * 3,
        "product with filters": [
            OrderFilters(
                product=dice.choice(("hoodie", "mug", "model 0000", "model 01")),
                state=dice.choice((None, "created", "blocked")),
                logistic_mode=dice.choice((None, "seller")),
                created_from=dice.choice((None, dice.choice(days))),
                search=dice.choice((None, "garcia", "ana")),
            )
            for _ in range(20)
        ],
    }
