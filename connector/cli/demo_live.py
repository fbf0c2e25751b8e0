"""The demo goes on: time passes, the sandbox sends its webhooks, the console shows it, until Ctrl-C.

The schedule is off. Its runs would be processes of their own, which live by the real time and not by the
sandbox's; so the serving process syncs by itself.
"""

import asyncio
import itertools
import logging
import os
import socket
from contextlib import suppress
from datetime import timedelta

from connector.cli import output
from connector.cli.demo_stage import Stage
from connector.cli.demo_webhooks import Courier
from connector.errors import ConnectorError, UsageError
from connector.ledger import figures
from connector.ledger.holding import held, waiting_in_inbox
from connector.services.stores_run import over_stores
from connector.services.story import Story
from connector.serving import logs
from connector.serving.address import listen, url_of
from connector.serving.plan import plan
from connector.serving.process import serve
from models.state import OrderState

_USUAL_PORT = 8080
_SECONDS_BETWEEN_STEPS = 6
_STEP = timedelta(minutes=50)
"""Below the hour after which a store counts as behind: the sync that follows each step comes in time."""
_MOMENT = 0.1
_MOMENTS = 50


def serve_demo(stage: Stage) -> None:
    """Serve the console and real time over the demo's orders until Ctrl-C."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with _listener() as listener:
        serving = plan(stage.runtime, listener, host="127.0.0.1", schedule_command=None)
        # A line for each webhook would drown what the demo tells.
        logs.configure("text", least=logging.WARNING)
        address = url_of(listener)

        def greet() -> None:
            output.people().print(f"The console is at {address} (stop with Ctrl-C)")

        async def story() -> None:
            with Courier(stage.scenario.platforms, address) as courier:
                await courier.subscribe(stage.runtime)

                async def beside(stop: asyncio.Event) -> None:
                    await _keep_going(stage, courier, stop)

                await serve(stage.runtime, serving, on_ready=greet, beside=beside)

        asyncio.run(story())


def _listener() -> socket.socket:
    """The usual port, or a free one when something else is there already."""
    with suppress(UsageError):
        return listen("127.0.0.1", _USUAL_PORT)
    return listen("127.0.0.1", 0)


async def _keep_going(stage: Stage, courier: Courier, stop: asyncio.Event) -> None:
    for number in itertools.count(1):
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _SECONDS_BETWEEN_STEPS)
        if stop.is_set():
            return
        try:
            output.people().print(f"Step {number}: {await _step(stage, courier)}")
        except ConnectorError as error:
            output.say(str(error))


async def _step(stage: Stage, courier: Courier) -> str:
    """Time passes at once, its webhooks arrive, and a sync brings what no webhook told of."""
    before, moved = await _created(stage), 0
    # A jump while orders are being worked on would end their leases.
    if not await stage.runtime.database.run_read(held):
        moved = await asyncio.to_thread(stage.let_time_pass, _STEP)
    taken = await asyncio.to_thread(courier.deliver)
    await _quiet(stage)
    told = await _created(stage)
    await over_stores(stage.runtime, None, source="sync", story=Story().sync)
    missed = await _created(stage) - told
    return (
        f"{moved} changes at TikTok, {taken} webhooks: {told - before} orders created on Shopify, "
        f"{missed} more by the sync after them"
    )


async def _created(stage: Stage) -> int:
    found = await stage.runtime.database.run_read(figures.read, now=stage.now)
    return sum(count for _, state, _, count in found.orders if state == OrderState.CREATED)


async def _quiet(stage: Stage) -> None:
    """Give the consumer a few seconds to take the webhooks in: that is what real time is."""
    for _ in range(_MOMENTS):
        if not await stage.runtime.database.run_read(waiting_in_inbox):
            return
        await asyncio.sleep(_MOMENT)
