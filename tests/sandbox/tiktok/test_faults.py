"""TikTok's own words for trouble, over the wire."""

from connector.sandbox.faults import Fault, FaultKind
from tests.platforms import TikTokSandbox
from tests.sandbox.tiktok.caller import DETAIL, SEARCH, call, refused


def test_platform_errors_by_operation(tiktok: TikTokSandbox) -> None:
    faults = tiktok.faults
    faults.add("order.search", Fault(FaultKind.THROTTLED, retry_after=2), nth=1)
    faults.add("order.search", Fault(FaultKind.INTERNAL_ERROR), nth=2)
    faults.add(
        "order.search", Fault(FaultKind.ERROR_CODE, code="36009004", message="Invalid page_token."), nth=3
    )
    limited = call(tiktok, "POST", SEARCH, body={})
    assert refused(limited) == (36009002, 429)
    assert limited.headers["retry-after"] == "2"
    assert refused(call(tiktok, "POST", SEARCH, body={}))[0] == 36009003
    assert refused(call(tiktok, "POST", SEARCH, body={})) == (36009004, 400)
    assert call(tiktok, "GET", DETAIL, {"ids": "1"}).json()["code"] == 0
    assert [entry.operation for entry in faults.log] == ["order.search"] * 3


def test_a_status_chosen_for_a_code(tiktok: TikTokSandbox) -> None:
    tiktok.world.facts.http_status[106013] = 401
    assert refused(call(tiktok, "POST", SEARCH, body={}, cipher="")) == (106013, 401)
