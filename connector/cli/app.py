"""The tree of commands."""

import typer

from connector.cli import admin, demo, export, orders, reconcile, runs, serve, sku, stores, user

app = typer.Typer(
    name="connector",
    help="Every TikTok Shop order on Shopify once, correct to the cent.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:
    """Every TikTok Shop order on Shopify once, correct to the cent."""


app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.add_typer(admin.database_app, name="db")
app.add_typer(stores.app, name="store")
app.command("sync")(runs.sync)
app.command("backfill")(runs.backfill)
app.command("complete")(runs.complete)
app.command("catalog")(runs.catalog)
app.add_typer(orders.app, name="orders")
app.add_typer(sku.app, name="sku")
app.command("reconcile")(reconcile.reconcile)
app.command("export")(export.export)
app.add_typer(user.app, name="user")
app.command("doctor")(admin.doctor)
app.command("secret-key")(admin.secret_key)
app.command("password-hash")(user.password_hash)
