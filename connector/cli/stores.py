"""`connector store`: connect pairs of shops, look at them, pause and remove them."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from connector.cli import output, store_webhooks
from connector.cli.opening import open_runtime
from connector.cli.options import AsJson, text

if TYPE_CHECKING:
    from connector.ledger.stores import StoreRow
    from connector.runtime import Runtime

app = typer.Typer(help="Pairs of a TikTok shop and a Shopify store.")

Name = Annotated[str, typer.Argument(parser=text, metavar="NAME", help="The store's name.")]


@app.command()
def add(
    *,
    file: Annotated[
        str, typer.Option("--file", metavar="FILE", help="TOML file that describes the pair; - reads stdin.")
    ],
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Try both credentials before anything is kept.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Connect a store pair; repeating it with the same name updates."""
    from connector.store_file import read_store_file

    described = read_store_file(file)
    with open_runtime() as runtime:
        import asyncio

        from connector.cli.store_view import store_document
        from connector.services.connect import connect_store

        row = asyncio.run(connect_store(runtime, described, check=check))
        document = store_document(runtime, row)
    if as_json:
        output.write_json(document)
        return
    checked = "both credentials work" if check else "nothing was checked"
    output.people().print(
        f"Store {row.name} is connected ({checked}). Next: connector sync --store {row.name}"
    )


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the connected stores."""
    from connector.cli.store_view import print_stores, store_summary

    with open_runtime() as runtime:
        from connector.ledger import stores

        summaries = [store_summary(runtime, row) for row in runtime.database.read(stores.list_stores)]
    if as_json:
        output.write_json({"stores": summaries})
    else:
        print_stores(summaries)


@app.command()
def show(*, name: Name, as_json: AsJson = False) -> None:
    """Show one store with its settings; secrets are never shown."""
    from connector.cli.store_view import print_store, store_document

    with open_runtime() as runtime:
        from connector.ledger import stores

        document = store_document(runtime, runtime.database.read(stores.get_store, name=name))
    if as_json:
        output.write_json(document)
    else:
        print_store(document)


@app.command()
def pause(*, name: Name, as_json: AsJson = False) -> None:
    """Leave a store out of every run until it is resumed."""
    with open_runtime() as runtime:
        from connector.ledger import stores

        row = runtime.database.call(stores.pause_store, name=name)
        sentence = f"Store {row.name} is paused; connector store resume {row.name} takes it back."
        _report(runtime, row, sentence, as_json=as_json)


@app.command()
def resume(*, name: Name, as_json: AsJson = False) -> None:
    """Take a paused store back into the runs."""
    with open_runtime() as runtime:
        from connector.ledger import stores

        row = runtime.database.call(stores.resume_store, name=name)
        _report(runtime, row, f"Store {row.name} takes part in every run again.", as_json=as_json)


@app.command()
def remove(
    *,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, even at a terminal.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a store with its credentials, its orders and their history; asks first at a terminal."""
    with open_runtime() as runtime:
        from connector.ledger import stores

        row = runtime.database.read(stores.get_store, name=name)
        if not yes and sys.stdin.isatty() and sys.stderr.isatty():
            question = f"Remove store {row.name} with all its orders and their history from this database?"
            typer.confirm(question, abort=True, err=True)
        runtime.database.call(stores.remove_store, name=name)
    if as_json:
        output.write_json({"store": row.name, "removed": True})
    else:
        output.people().print(f"Store {row.name} is removed; nothing was changed on TikTok Shop or Shopify.")


app.command("webhooks")(store_webhooks.webhooks)


def _report(runtime: "Runtime", row: "StoreRow", sentence: str, *, as_json: bool) -> None:
    from connector.cli.store_view import store_summary

    if as_json:
        output.write_json(store_summary(runtime, row))
    else:
        output.people().print(sentence)
