"""An order create that goes wrong in every way, and what the shop holds afterwards."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from connector.sandbox.faults import Fault, FaultKind
from tests.platforms_shopify import CREATE, ShopifySandbox, line


def create(shop: ShopifySandbox) -> httpx.Response:
    order = {"lineItems": [line(shop.world.variant("TEE").id)], "sourceIdentifier": "1"}
    return shop.post(CREATE, {"order": order})


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize(
    "kind", [FaultKind.RESET, FaultKind.STATUS, FaultKind.GARBLED, FaultKind.INTERNAL_ERROR]
)
def test_the_answer_does_not_tell_whether_it_was_made(
    shop: ShopifySandbox, kind: FaultKind, committed: bool
) -> None:
    shop.faults.add("orderCreate", Fault(kind, committed=committed), times=1)
    if kind is FaultKind.RESET:
        with pytest.raises(httpx.TransportError):
            create(shop)
    else:
        create(shop)
    assert len(shop.world.orders_with_source("1")) == committed
    assert create(shop).json()["data"]["orderCreate"]["order"]
    assert len(shop.world.duplicates()) == committed


def test_a_late_commit_comes_after_the_look_up(shop: ShopifySandbox) -> None:
    shop.faults.add("orderCreate", Fault(FaultKind.LATE, delay=30), times=1)
    with pytest.raises(httpx.TransportError):
        create(shop)
    find = '{ orders(first: 5, query: "source_identifier:1") { nodes { id } } }'
    assert shop.ask(find)["orders"]["nodes"] == []
    shop.clock.advance(timedelta(seconds=31))
    assert len(shop.ask(find)["orders"]["nodes"]) == 1


def test_half_an_answer(shop: ShopifySandbox) -> None:
    shop.faults.add("orderCreate", Fault(FaultKind.TRUNCATED, committed=True), times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        create(shop)
    assert len(shop.world.orders) == 1


def error(answer: httpx.Response) -> Any:
    return answer.json()["errors"][0]


def test_the_platforms_own_failures(shop: ShopifySandbox) -> None:
    shop.faults.add("orderCreate", Fault(FaultKind.THROTTLED), nth=1)
    shop.faults.add("orderCreate", Fault(FaultKind.INTERNAL_ERROR), nth=2)
    shop.faults.add("orderCreate", Fault(FaultKind.ERROR_CODE, status=200, code="TIMEOUT"), nth=3)
    throttled = create(shop)
    assert error(throttled)["extensions"]["code"] == "THROTTLED"
    assert throttled.json()["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 0
    broken = create(shop)
    assert broken.json()["data"] is None
    assert error(broken)["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error(create(shop)) == {"message": "TIMEOUT", "extensions": {"code": "TIMEOUT"}}
    assert shop.world.orders == []
    assert create(shop).status_code == 200


def test_rules_go_by_the_root_field(shop: ShopifySandbox) -> None:
    shop.faults.add("oauth.token|bulk.download|invalid|shop", Fault(FaultKind.STATUS, status=502))
    assert shop.post("{ shop { name } }").status_code == 502
    assert shop.post("{ nothing }").status_code == 502
    assert shop.http.post(f"{shop.base_url}/admin/oauth/access_token").status_code == 502
    assert shop.http.get(f"{shop.base_url}/sandbox-bulk/x.jsonl").status_code == 502
    assert create(shop).status_code == 200
