"""`connector serve`: the whole product in one command, until Ctrl-C."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from connector.cli import output
from connector.cli.opening import open_runtime

if TYPE_CHECKING:
    import socket

    from connector.runtime import Runtime

_SCHEDULE = (sys.executable, "-m", "connector.cli.serve_schedule")


def serve(
    *,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option("--port", metavar="PORT", min=0, max=65535, help="Its port; 0: a free one."),
    ] = 8080,
    no_schedule: Annotated[
        bool,
        typer.Option("--no-schedule", help="Leave the scheduled flows to others; touch no deployment."),
    ] = False,
) -> None:
    """Serve the console, the webhook receiver and real time, and run the scheduled flows, until Ctrl-C.

    Prefect's server is the one in PREFECT_API_URL, or one that is started beside it.
    """
    from connector.serving.address import listen

    with open_runtime() as runtime, listen(host, port) as listener:
        _serve(runtime, listener, host, schedule=not no_schedule)


def _serve(runtime: "Runtime", listener: "socket.socket", host: str, *, schedule: bool) -> None:
    import asyncio
    import os

    from connector.serving import logs
    from connector.serving.address import url_of
    from connector.serving.plan import plan
    from connector.serving.process import serve as serve_until_told

    serving = plan(runtime, listener, host=host, schedule_command=_SCHEDULE if schedule else None)
    logs.configure(runtime.settings.log_format)
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

    def greet() -> None:
        output.say(f"the console is at {url_of(listener)}")
        if serving.options.prefect_url:
            output.say(f"Prefect's own pages are at {serving.options.prefect_url}")

    asyncio.run(serve_until_told(runtime, serving, on_ready=greet))
