"""`connector sku`: TikTok's seller SKUs, and which Shopify variants they mean."""

import asyncio
from typing import Annotated

import typer

from connector.cli import output
from connector.cli.opening import open_runtime, require_any_store
from connector.cli.options import AsJson, Stores, text

app = typer.Typer(help="Which Shopify variant a TikTok seller SKU means.")

SellerSku = Annotated[
    str, typer.Argument(parser=text, metavar="SELLER_SKU", help="The seller SKU as TikTok has it.")
]
TheStore = Annotated[
    str, typer.Option("--store", parser=text, metavar="NAME", help="The store that is meant.")
]


@app.command("list")
def list_(
    *,
    store: Stores = None,
    unmatched: Annotated[
        bool, typer.Option("--unmatched", help="Only the latter, most wanted first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the SKUs mapped by hand and those that orders are blocked for."""
    from connector.cli import sku_view

    with open_runtime() as runtime:
        names = require_any_store(runtime, store)
        rows = sku_view.sku_rows(runtime, names, unmatched=unmatched)
    if as_json:
        output.write_json({"skus": rows})
    else:
        sku_view.print_skus(rows, unmatched=unmatched)


@app.command("map")
def map_(
    *,
    seller_sku: SellerSku,
    variant: Annotated[
        str, typer.Argument(parser=text, metavar="VARIANT", help="The Shopify variant: its SKU or its gid.")
    ],
    store: TheStore,
    as_json: AsJson = False,
) -> None:
    """Map a seller SKU to a Shopify variant; every order that waited for it goes on."""
    from connector.services.sku_mapping import LONGEST_SKU, map_sku

    if len(seller_sku) > LONGEST_SKU:
        raise typer.BadParameter(f"SELLER_SKU is longer than {LONGEST_SKU} characters")
    with open_runtime() as runtime:
        mapped = asyncio.run(map_sku(runtime, store=store, seller_sku=seller_sku, variant=variant))
    document = mapped.to_json()
    if as_json:
        output.write_json(document)
        return
    freed = output.plural(document["freed"], "order")
    sentence = f"{document['seller_sku']} means {document['variant_id']} in {store} now; {freed} freed."
    output.people().print(output.clean(sentence), soft_wrap=True)


@app.command()
def unmap(*, seller_sku: SellerSku, store: TheStore, as_json: AsJson = False) -> None:
    """Take a manual mapping back; orders that exist on Shopify stay as they are."""
    from connector.services.sku_mapping import unmap_sku

    with open_runtime() as runtime:
        unmap_sku(runtime, store=store, seller_sku=seller_sku)
    if as_json:
        output.write_json({"store": store, "seller_sku": seller_sku, "unmapped": True})
    else:
        output.people().print(
            output.clean(f"{seller_sku} is matched by its SKU again in {store}."), soft_wrap=True
        )


@app.command()
def suggest(
    *,
    seller_sku: SellerSku,
    store: Stores = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=50, metavar="N", help="Suggestions per store.")
    ] = 5,
    as_json: AsJson = False,
) -> None:
    """Suggest the Shopify variants whose SKU or title is most like a seller SKU."""
    from connector.cli import sku_view

    with open_runtime() as runtime:
        names = require_any_store(runtime, store)
        rows = sku_view.suggestion_rows(runtime, names, seller_sku, limit)
    if as_json:
        output.write_json({"seller_sku": seller_sku, "suggestions": rows})
    else:
        sku_view.print_suggestions(rows)
