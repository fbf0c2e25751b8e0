"""`connector demo`: the whole product with no account, on platforms that run inside this process."""

from typing import Annotated

import typer


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Stop after the summary.")] = False,
) -> None:
    """Start the built-in platforms, connect two stores, sync, complete, print what came of it, and serve it.

    The demo's own database is made anew each time in ./connector-demo; nothing else is touched.
    """
    from connector.cli.demo_show import run_demo

    run_demo(once=once)
