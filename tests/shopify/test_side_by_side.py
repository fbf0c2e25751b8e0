"""Several calls at once: all of their answers, or the first error and none left running."""

import asyncio

import pytest

from connector.shopify.calls import side_by_side

pytestmark = pytest.mark.anyio


async def test_answers_come_in_the_order_of_the_calls() -> None:
    first = asyncio.Event()

    async def waits() -> str:
        await first.wait()
        return "a"

    async def goes() -> str:
        first.set()
        return "b"

    assert await side_by_side([waits(), goes()]) == ["a", "b"]
    assert await side_by_side([]) == []


async def test_one_failure_calls_the_others_off() -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("called off")

    async def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await side_by_side([waits(), fails(), waits()])
    assert ended == ["called off"] * 2
