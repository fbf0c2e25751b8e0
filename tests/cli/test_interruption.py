"""Ctrl-C ends a run, whatever the run still wants to tell."""

import asyncio
from contextlib import suppress

import pytest

from connector.cli.interruption import until_stopped


def test_a_run_that_goes_on_when_it_is_stopped_is_left_after_a_while() -> None:
    async def insistent(begun: asyncio.Event) -> None:
        never = asyncio.Event()
        begun.set()
        with suppress(asyncio.CancelledError):
            await never.wait()
        await never.wait()

    async def stopped() -> None:
        begun = asyncio.Event()
        run = asyncio.ensure_future(until_stopped(insistent(begun), seconds=0.0))
        await begun.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(run, 10)

    asyncio.run(stopped())
