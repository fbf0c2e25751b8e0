"""`connector db`, `connector secret-key` and `connector doctor`: what an operator needs."""

import typer

from connector.cli import output
from connector.cli.opening import open_runtime
from connector.cli.options import AsJson

database_app = typer.Typer(help="The connector's own database.")


@database_app.callback()
def _database() -> None:
    """The connector's own database."""


@database_app.command()
def upgrade() -> None:
    """Create the database or bring it to this version's schema."""
    from connector.ledger import schema
    from connector.settings import Settings

    settings = Settings()
    before = schema.current_revision(settings.database_url)
    schema.upgrade(settings.database_url)
    after = schema.current_revision(settings.database_url)
    changed = (
        f"The database is at revision {after} now."
        if before != after
        else f"Nothing to do: it is at {after}."
    )
    output.people().print(changed)
    if settings.secret_key and "," in settings.secret_key:
        output.people().print(_reseal())


def _reseal() -> str:
    """With several keys set, everything is encrypted with the first, so that the others can be dropped."""
    from connector.ledger import credentials

    with open_runtime() as runtime:
        count = runtime.database.call(credentials.reseal_all, box=runtime.secrets)
    return f"{count} stored credentials are encrypted with the first key now; the other keys can go."


def secret_key() -> None:
    """Print a fresh key for CONNECTOR_SECRET_KEY."""
    from connector.ledger.secrets import new_secret_key

    output.write_text(new_secret_key())


def doctor(*, as_json: AsJson = False) -> None:
    """Check the database, Prefect, credentials, scopes, clock, currency, SKUs and webhooks.

    Exit status 1 when anything is at fault.
    """
    import asyncio

    with open_runtime() as runtime:
        from connector.cli.doctor_view import print_report
        from connector.cli.flow_runs import prefect_api_url
        from connector.services.doctor import examine

        report = asyncio.run(examine(runtime, prefect_api_url=prefect_api_url()))
    if as_json:
        output.write_json(report.to_json())
    else:
        print_report(report)
    if not report.ok:
        raise typer.Exit(1)
