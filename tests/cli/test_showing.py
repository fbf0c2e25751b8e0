"""How runs, progress and verdicts are shown to people."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from connector.cli.progress import COLUMNS, Bars
from connector.cli.reconcile import print_verdict
from connector.cli.run_view import report_run
from connector.services.results import StoreResult, run_document
from connector.services.sku_suggestions import Candidate, Wanted, most_alike


def test_a_run_shows_the_figures_that_are_not_zero_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    document = run_document(
        [StoreResult("uk", found=1200, created=3), StoreResult("us", error="Shopify is\naway")]
    )
    report_run(document, as_json=False)
    said = capsys.readouterr()
    heading, uk, us, *_ = said.out.splitlines()
    assert heading.split() == ["Store", "found", "created", "calls", "seconds"]
    assert uk.split() == ["uk", "1,200", "3", "0", "0.0", "ok"]
    assert us.split()[-2:] == ["not", "finished"]
    assert said.err == "connector: us: Shopify is away\n"


def test_a_dry_run_says_that_it_was_one(capsys: pytest.CaptureFixture[str]) -> None:
    report_run(run_document([StoreResult("uk", found=1)]), as_json=False, dry_run=True)
    assert "nothing was written" in capsys.readouterr().out


def _verdict(**differences: list[str]) -> dict[str, object]:
    kinds = ("missing_in_database", "missing_on_shopify", "duplicate_on_shopify", "total_differs")
    empty: dict[str, list[str]] = {name: [] for name in (*kinds, "unexpected_on_shopify")}
    store = {"store": "uk", "tiktok": 3, "database": 3, "shopify": 3, "matched": 3, **empty, **differences}
    return {"ok": not differences, "stores": [store]}


def test_a_verdict_names_every_difference_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    print_verdict(_verdict(missing_in_database=[str(number) for number in range(25)]))
    shown = " ".join(capsys.readouterr().out.split())
    assert "uk: 0, 1, 2" in shown
    assert "19 and 5 more at TikTok, but not in the database: run connector backfill" in shown
    assert "Something does not agree." in shown


def test_a_verdict_without_differences_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_verdict(_verdict())
    assert "Every order is where it belongs, exactly once." in capsys.readouterr().out


def test_progress_shows_how_many_and_what_became_of_them() -> None:
    screen = io.StringIO()
    with Progress(*COLUMNS, console=Console(file=screen, force_terminal=True, width=120)) as progress:
        bars = Bars(progress)
        bars.start("uk", 200)
        bars.advance("uk", 50, {"created": 40, "blocked": 0})
        bars.advance("us", 7, {})
        progress.refresh()
        shown = screen.getvalue()
        bars.done("uk")
        bars.done("never started")
    assert "50/200" in shown
    assert "created 40" in shown
    assert "blocked" not in shown
    assert "us" in shown


def test_likeness_prefers_the_sku_and_leaves_strangers_out() -> None:
    candidates = [
        Candidate("1", "TEE-BLK-M", "Tee"),
        Candidate("2", "TEE-BLK-L", "Tee"),
        Candidate("3", "MUG", "tee blk m"),
        Candidate("4", "LAMP", "Lamp"),
        Candidate("5", "", ""),
    ]
    found = most_alike(Wanted("tee-blk-m"), candidates, limit=10)
    assert [each.candidate.variant_id for each in found] == ["1", "2", "3"]
    assert (found[0].likeness, found[0].evidence) == (1.0, ("same SKU",))
    assert len(most_alike(Wanted("tee-blk-m"), candidates, limit=1)) == 1


def test_product_name_and_price_speak_for_a_variant() -> None:
    wanted = Wanted("SHOE_9", "Trail shoe Grey, 42", "59.00")
    candidates = [
        Candidate("1", "A-1", "Trail Shoe - Grey / 42", "59.00"),
        Candidate("2", "SHOE-9", "Lamp", "12.00"),
        Candidate("3", "A-2", "Trail Shoe - Grey / 43", "59.0"),
        Candidate("4", "B", "Mug", "59.00"),
    ]
    found = {each.candidate.variant_id: each.evidence for each in most_alike(wanted, candidates, limit=10)}
    assert found["1"] == ("same title as TikTok's product", "same price")
    assert found["2"] == ("same SKU but for spaces and punctuation",)
    assert found["3"][-1] == "same price"
    assert "4" not in found
