"""`connector store webhooks`: what both platforms send to this connector, registered or removed."""

from typing import TYPE_CHECKING, Annotated

import typer

from connector.cli import output
from connector.cli.opening import open_runtime
from connector.cli.options import AsJson, text
from connector.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from connector.runtime import Runtime
    from connector.services.webhooks.registration import Registrations

Name = Annotated[str, typer.Argument(parser=text, metavar="NAME", help="The store's name.")]


def webhooks(
    *,
    name: Name,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            metavar="URL",
            help="The https address of the receiver without a path; default: CONNECTOR_PUBLIC_URL.",
        ),
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Have nothing sent any more: orders come by the scheduled sync.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Register a store's webhooks at both platforms, and show them; only what differs is changed."""
    import asyncio

    with open_runtime() as runtime:
        address = None if remove else _address(runtime, url)
        found = asyncio.run(_work(runtime, name, address))
    if as_json:
        output.write_json({"store": name, **found.to_json()})
    else:
        _show(found)
    if not found.ok:
        raise typer.Exit(1)


def _address(runtime: "Runtime", url: str | None) -> str:
    """The receiver's address: as asked, else the one this installation is reached at."""
    address = url or runtime.settings.public_url
    if address is None:
        raise UsageError(
            "Where is the receiver reached? Give --url https://…, or set CONNECTOR_PUBLIC_URL to the address "
            "of connector serve."
        )
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username:
        raise UsageError("--url is not an address such as https://connector.example.com.")
    return address.strip()


async def _work(runtime: "Runtime", name: str, address: str | None) -> "Registrations":
    from connector.ledger import stores
    from connector.services.session import open_session
    from connector.services.webhooks import registration

    store = await runtime.database.run_read(stores.get_store, name=name)
    if not store.tiktok_shop_id:
        raise ConfigurationError(
            f"Store {name} was added without a check; run connector sync --store {name} first."
        )
    async with open_session(runtime, store, "webhooks") as session:
        if address is None:
            return await registration.remove(session)
        return await registration.register(session, address)


def _show(found: "Registrations") -> None:
    rows = output.table("Platform", "Topic", "Sent to")
    for platform, topics in found.addresses.items():
        for topic, address in topics.items():
            rows.add_row(platform, output.cell(topic), output.cell(address or "nowhere"))
    console = output.people()
    console.print(rows)
    for platform, problem in found.problems.items():
        console.print(output.clean(f"{platform}: {problem}"), markup=False)
    changed = sum(found.changed.values())
    console.print(f"{changed} changed." if changed else "Nothing had to be changed.")
