"""Documents with anything in any field: what hypothesis makes of them, and how it is put into a document."""

import copy
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from connector.sandbox.catalog import BUNDLE_SKU
from connector.sandbox.platforms import StorePair
from tests.documents import ABSENT, Path, put

WRONG: tuple[object, ...] = (
    ABSENT,
    None,
    "",
    "\x00*",
    "y" * 9000,
    "-5",
    "9" * 400,
    -1,
    2**62,
    1.5,
    True,
    [],
    {},
    [None],
)
"""Values that fit nowhere or hardly anywhere."""

Mutation = tuple[int, object]
"""Which of a document's places (counted round and round), and what is put there."""

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=30)
    | st.sampled_from(["0", "-0.01", "1e3", "12,50", "USD", "CANCELLED", "AWAITING_SHIPMENT", "TIKTOK", "*"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
MUTATIONS = st.lists(st.tuples(st.integers(0, 10**6), JUNK), min_size=1, max_size=4)

_PER_EXAMPLE = 25
"""Documents of one hypothesis example: enough that making examples costs little, few enough for one."""


def drawn(number: int, count: int) -> list[list[Mutation]]:
    """So many documents' mutations, made by hypothesis; the same for the same number.

    A third of the values are those of `WRONG`.
    """
    found: list[list[Mutation]] = []
    wrong_too = st.lists(
        st.tuples(st.integers(0, 10**6), JUNK | JUNK | st.sampled_from(WRONG)), min_size=1, max_size=4
    )

    @seed(number)
    @settings(
        max_examples=math.ceil(count / _PER_EXAMPLE),
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(wrong_too, min_size=_PER_EXAMPLE, max_size=_PER_EXAMPLE))
    def collect(page: list[list[Mutation]]) -> None:
        found.extend(page)

    collect()
    return found[:count]


def template(pair: StorePair) -> dict[str, Any]:
    """A sound order with a bundle, taxes and fees, as TikTok has it."""
    order_id = pair.place(
        "TEE-BLK-M", BUNDLE_SKU, shipping_fee=Decimal("5.99"), fees={"retail_delivery_fee": Decimal("0.28")}
    )
    document = pair.tiktok.order(order_id)
    document["line_items"][0]["item_tax"] = [
        {"tax_type": "SALES_TAX", "tax_amount": "1.98", "tax_rate": "0.0825"}
    ]
    return document


def with_junk(document: Any, places: Sequence[tuple[Path, object]]) -> Any:
    """A copy with these values in these places; places that an earlier one took away are left."""
    document = copy.deepcopy(document)
    for path, value in places:
        try:
            put(document, path, value)
        except (KeyError, IndexError, TypeError):
            continue
    return document
