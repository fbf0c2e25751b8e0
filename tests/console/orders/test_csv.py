"""The export of a view: the same text as `connector export` prints, in pieces, without formulas."""

import csv
import io

import pytest

from connector.cli.main import run
from tests.console.conftest import only_sqlite
from tests.console.orders.conftest import Desk
from tests.ledger.making import PLACED, USABLE


@only_sqlite
def test_it_is_what_the_command_prints(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    us, uk = desk.shelf("us"), desk.shelf("uk")
    for number in range(1100):
        name = f'Ana "{number}", García'
        status = "IN_TRANSIT" if number % 2 else "DELIVERED"
        changes = {
            "create_time": PLACED + number,
            "status": status,
            "recipient_address": {**USABLE, "name": name},
        }
        desk.keep(us if number % 3 else uk, str(1000 + number), **changes)
    answer = desk.visitor("vic").get("/orders.csv?status=in_transit&store=us")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", database_url)
    capsys.readouterr()
    assert run(("export", "--status", "in_transit", "--store", "us")) == 0
    assert answer.text == capsys.readouterr().out
    assert len(answer.text.splitlines()) == 1 + sum(1 for n in range(1100) if n % 2 and n % 3)


def test_no_text_runs_as_a_formula(desk: Desk) -> None:
    us = desk.shelf()
    for number, start in enumerate("=+-@"):
        name = f"{start}HYPERLINK(1)"
        address = {**USABLE, "name": name}
        desk.keep(us, f"10{number}", recipient_address=address, status=name, shipping_type=name)
    rows = list(csv.DictReader(io.StringIO(desk.visitor("vic").get("/orders.csv").text)))
    assert len(rows) == 4
    for row in rows:
        assert all(not value.startswith(("=", "+", "-", "@")) for value in row.values()), row
        assert row["customer_name"].startswith("'")


@only_sqlite
@pytest.mark.parametrize("query", ["store=mars", "state=bad", "created_from=2026-11-01T00:00"])
def test_what_cannot_be_exported_is_a_page_that_says_why(desk: Desk, query: str) -> None:
    answer = desk.visitor("vic").get(f"/orders.csv?{query}")
    assert answer.status_code == 400
    assert "That cannot be exported" in answer.text


def test_only_who_is_logged_in_gets_it(desk: Desk) -> None:
    assert desk.console.browser().get("/orders.csv").status_code == 303
