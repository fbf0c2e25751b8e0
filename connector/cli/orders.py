"""`connector orders`: list them, explain one, try some again."""

from typing import Annotated

import typer

from connector.cli import filters, output
from connector.cli.opening import open_runtime, require_any_store
from connector.cli.options import AsJson, OneStore, Stores, text

app = typer.Typer(help="The orders in the database.")

_LONGEST_PAGE = 10_000


@app.command("list")
def list_(
    *,
    status: filters.Status = None,
    state: filters.State = None,
    store: Stores = None,
    search: filters.Search = None,
    logistic_mode: filters.LogisticMode = None,
    fulfilled_by: filters.FulfilledBy = None,
    created_from: filters.CreatedFrom = None,
    created_to: filters.CreatedTo = None,
    customer: filters.Customer = None,
    product: filters.Product = None,
    product_id: filters.ProductId = None,
    reason: filters.ReasonWord = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=_LONGEST_PAGE, metavar="N", help="Orders on a page.")
    ] = 50,
    after: Annotated[
        str | None,
        typer.Option("--after", parser=text, metavar="CURSOR", help="Go on after the page that gave this."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List orders, newest first, with the number of orders in each status; filters are ANDed."""
    words = filters.Words(
        status, state, store, search, logistic_mode, fulfilled_by,
        created_from, created_to, customer, product, product_id, reason,
    )  # fmt: skip
    with open_runtime() as runtime:
        from connector.ledger.search import list_orders

        page = runtime.database.read(list_orders, filters=words.resolve(runtime), limit=limit, after=after)
    document = page.to_json()
    if as_json:
        output.write_json(document)
        return
    from connector.cli.order_view import print_page

    print_page(document)


@app.command()
def show(
    *,
    order_id: Annotated[
        str, typer.Argument(parser=text, metavar="TIKTOK_ORDER_ID", help="TikTok's order id.")
    ],
    store: OneStore = None,
    as_json: AsJson = False,
) -> None:
    """Show one order: lines, history, why it is where it is and what happens next."""
    from connector.cli.order_show import find_one

    with open_runtime() as runtime:
        document = find_one(runtime, order_id, store)
    if as_json:
        output.write_json(document)
        return
    from connector.cli.order_view import print_order

    print_order(document)


@app.command()
def retry(
    *,
    order_ids: Annotated[
        list[str] | None,
        typer.Argument(
            parser=text, metavar="[TIKTOK_ORDER_ID]...", help="TikTok's order ids; all when left out."
        ),
    ] = None,
    reason: filters.ReasonWord = None,
    store: Stores = None,
    as_json: AsJson = False,
) -> None:
    """Try blocked or waiting orders again now.

    Exit status 1 when a store could not be worked on.
    """
    with open_runtime() as runtime:
        names = require_any_store(runtime, store)
        from connector.cli.retrying import print_retry, retry_orders

        document = retry_orders(runtime, order_ids or [], reason, names)
    if as_json:
        output.write_json(document)
    else:
        print_retry(document)
    if not document["ok"]:
        raise typer.Exit(1)
