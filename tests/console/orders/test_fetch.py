"""Fetch Order: one run however often it is pressed, live figures, and what is left of one that died."""

import asyncio
import html
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from connector.ledger import fetch_runs
from connector.ledger.stores import pause_store
from connector.runtime import Runtime
from connector.services import fetch_order
from connector.services.fetch_order import Figures
from connector.settings import Settings
from tests.console.browser import Browser
from tests.console.conftest import only_sqlite
from tests.console.orders.conftest import Desk, Page

JSON = {"accept": "application/json"}


def figures(browser: Browser, run_id: int) -> dict[str, Any]:
    """What the page's script is told of a run."""
    document: dict[str, Any] = browser.get(f"/fetch/{run_id}", headers=JSON).json()
    return document


@contextmanager
def a_run_of_another_process(desk: Desk, *stores: str) -> Iterator[int]:
    """A run that somebody else holds: nothing here works on it."""
    pressed = desk.console.runtime.database.call(
        fetch_runs.join_or_start, stores=list(stores), user="elsewhere", now=desk.console.clock.now()
    )
    assert not pressed.joined
    yield pressed.id


def test_a_press_brings_orders_to_shopify_and_says_how_many(shop: Desk) -> None:
    placed = [shop.connector.us.place("TEE-BLK-M"), shop.connector.us.place("CAP-RED")]
    browser = shop.visitor()
    browser.get("/")
    started = browser.post("/fetch")
    assert started.status_code == 303
    address = started.headers["location"]
    assert "Under way" in browser.get(address).text
    assert 'http-equiv="refresh"' in browser.get(address).text
    shop.settle()
    ended = browser.get(address).text
    assert "Done: 2 orders found, 2 new, 1 created on Shopify." in ended
    assert "data-live" not in ended
    document = figures(browser, int(address.rpartition("/")[2]))
    assert (document["running"], document["outcome"]) == (False, "done")
    assert document["totals"] == {
        "found": 2,
        "new": 2,
        "updated": 0,
        "created": 1,
        "waiting": 0,
        "blocked": 1,
    }
    assert document["document"]["stores"][0]["shopify_calls"] > 0
    assert shop.connector.order(placed[0])["history"][0]["source"] == "fetch"
    entry = shop.console.audited()[0]
    assert (entry.user_name, entry.action, entry.subject) == ("ben", "orders.fetch", str(document["id"]))


def test_a_second_press_joins_the_first_in_any_process(shop: Desk, database_url: str) -> None:
    browser = shop.visitor()
    browser.get("/")
    key = shop.console.runtime.settings.secret_key
    other = Runtime.open(Settings(database_url=database_url, secret_key=key), shop.console.clock)

    async def press_both() -> list[Any]:
        presses = (
            fetch_order.press(each, stores=None, user="x") for each in [shop.console.runtime, other] * 3
        )
        return await asyncio.gather(*presses)

    pressed = shop.console.run(press_both())
    assert len({each.id for each in pressed}) == 1
    assert [each.joined for each in pressed].count(False) == 1
    with a_press(browser) as answer:
        assert answer == {"id": pressed[0].id, "joined": True}
    assert browser.post("/fetch", {"store": ["us"]}).headers["location"] == f"/fetch/{pressed[0].id}"
    shop.settle()
    other.close()
    with a_press(browser) as answer:
        assert (answer["id"] > pressed[0].id, answer["joined"]) == (True, False)
    shop.settle()


@contextmanager
def a_press(browser: Browser) -> Iterator[dict[str, Any]]:
    """Press the button as a script does."""
    answer = browser.post("/fetch", headers=JSON)
    assert answer.status_code == 202
    yield answer.json()


@only_sqlite
def test_a_run_joins_only_one_that_covers_its_stores(shop: Desk) -> None:
    shop.connector.connect("uk")
    browser = shop.visitor()
    browser.get("/")
    with a_run_of_another_process(shop, "us") as us_alone, a_press(browser) as everything:
        assert (everything["joined"], everything["id"] > us_alone) == (False, True)
        joined = browser.post("/fetch", {"store": "uk"}, headers=JSON).json()
        assert joined == {"id": everything["id"], "joined": True}
    shop.settle()


def test_a_run_whose_process_died_is_over_after_its_lease(shop: Desk) -> None:
    browser = shop.visitor()
    with a_run_of_another_process(shop, "us") as run_id:
        running = browser.get("/").text
        assert "Fetching orders" in running
        assert 'id="live" data-live="/"' in running
        assert figures(browser, run_id)["outcome"] == "running"
        shop.console.wait(seconds=fetch_runs.LEASE.total_seconds() + 1)
        assert figures(browser, run_id)["outcome"] == "interrupted"
        assert "interrupted; what it had done is kept" in browser.get(f"/fetch/{run_id}").text
        assert "Fetching orders" not in browser.get("/").text
        with a_press(browser) as answer:
            assert (answer["joined"], answer["id"] > run_id) == (False, True)
    shop.settle()


@only_sqlite
def test_figures_are_written_down_while_it_runs_and_renew_the_lease(shop: Desk) -> None:
    database, clock = shop.console.runtime.database, shop.console.clock
    with a_run_of_another_process(shop, "us") as run_id:
        watched = Figures(["us"])
        watched.advance("us", 3, {"found": 30, "created": 3})
        clock.advance(timedelta(seconds=50))
        database.call(fetch_runs.note_progress, run_id=run_id, progress=watched.by_store, now=clock.now())
        clock.advance(timedelta(seconds=50))
        document = figures(browser := shop.visitor(), run_id)
        assert (document["outcome"], document["totals"]["found"]) == ("running", 30)
        assert "30 found" in Page(browser.get("/")).text


@only_sqlite
def test_stopping_the_process_ends_its_run_and_keeps_what_was_done(shop: Desk) -> None:
    shop.connector.us.place("TEE-BLK-M")

    async def press_and_stop() -> int:
        pressed = await fetch_order.press(shop.console.runtime, stores=None, user="ben")
        await asyncio.sleep(0)
        await fetch_order.close()
        return pressed.id

    run_id = shop.console.run(press_and_stop())
    browser = shop.visitor()
    document = figures(browser, run_id)
    assert (document["outcome"], document["running"]) == ("interrupted", False)
    assert document["ended_at"] is not None
    browser.get("/")
    browser.post("/fetch")
    shop.settle()
    assert shop.connector.reconcile().ok


@only_sqlite
def test_a_store_that_fails_says_so_in_its_row(shop: Desk) -> None:
    shop.console.runtime.database.call(pause_store, name="us")
    browser = shop.visitor()
    browser.get("/")
    address = browser.post("/fetch", {"store": "us"}).headers["location"]
    shop.settle()
    text = html.unescape(browser.get(address).text)
    assert "Not every store could be finished" in text
    assert "Store us is paused" in text


@only_sqlite
def test_what_cannot_be_fetched_is_said(desk: Desk) -> None:
    browser = desk.visitor()
    browser.get("/")
    assert "There is no store to fetch from" in Page(browser.follow(browser.post("/fetch"))).notice[1]
    answer = browser.post("/fetch", {"store": "mars"}, headers=JSON)
    assert (answer.status_code, "no store named 'mars'" in answer.json()["error"]) == (400, True)
    for path in ("/fetch/1", "/fetch/x", "/fetch/99999999999999999999"):
        assert browser.get(path).status_code == 404
        assert browser.get(path, headers=JSON).status_code == 404
