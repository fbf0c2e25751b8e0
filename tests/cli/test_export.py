"""`connector export`: a stream that a spreadsheet or a script can read."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from connector.services.order_csv import COLUMNS
from tests.cli.conftest import Connector, Shelf, order


def test_csv_has_one_row_per_order_that_fits(connector: Connector, uk: Shelf) -> None:
    uk.fetch(order("101"), order("102", status="UNPAID", name='A "quoted", name'))
    rows = list(csv.DictReader(io.StringIO(connector("export", "--status", "unpaid").out)))
    assert len(rows) == 1
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["customer_name"] == 'A "quoted", name'
    assert rows[0]["reason_code"] == "unpaid"
    assert rows[0]["total_amount"] == "10.00"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x"])
def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(
    connector: Connector, uk: Shelf, name: str
) -> None:
    uk.fetch(order("101", name=name))
    row = next(csv.DictReader(io.StringIO(connector("export").out)))
    assert row["customer_name"] == f"'{name}"


def test_json_lines_are_the_orders_of_the_list(connector: Connector, uk: Shelf) -> None:
    uk.fetch(*(order(str(number)) for number in range(100, 103)))
    lines = [json.loads(line) for line in connector("export", "--format", "jsonl").out.splitlines()]
    assert lines == connector("orders", "list", "--json").document["orders"]


def test_nothing_that_fits_is_a_heading_or_nothing(connector: Connector, uk: Shelf) -> None:
    assert connector("export").out.splitlines() == [",".join(COLUMNS)]
    assert connector("export", "--format", "jsonl").out == ""


def test_a_reader_that_has_seen_enough_is_no_failure(uk: Shelf, sqlite_url: str, tmp_path: Path) -> None:
    uk.fetch(*(order(str(number)) for number in range(10_000, 11_000)))
    command = (
        f"{sys.executable} -m connector.cli export 2>{tmp_path}/err | head -n 1; echo ${{PIPESTATUS[0]}}"
    )
    ran = subprocess.run(
        ["bash", "-c", command],
        env={"PATH": "/usr/bin:/bin", "CONNECTOR_DATABASE_URL": sqlite_url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines() == [",".join(COLUMNS), "0"]
    assert (tmp_path / "err").read_text() == ""
