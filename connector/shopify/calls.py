"""Requests with the retries of seconds: what surely did nothing is sent again, nothing else ever is."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from random import SystemRandom
from typing import Any, TypeVar

from connector.errors import (
    ConfigurationError,
    NeedsReauthorization,
    OutcomeUnknown,
    RateLimited,
    TemporaryError,
    Unavailable,
)
from connector.shopify.answers import Answer, mapping
from connector.shopify.documents import Document, document
from connector.shopify.failures import failure_of
from connector.shopify.outcomes import SLOW_RETRY_SECONDS, sort_create
from connector.shopify.results import CreateResult, NotMade, NotMadeKind, Unknown
from connector.shopify.transport import BeforeSending, Transport

_TRIES = 5
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_LONGEST_CREATE_WAIT = 30.0
_CHANCE = SystemRandom()

_Given = TypeVar("_Given")


class Calls:
    """Reads, writes and creates over one transport."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.clock = transport.clock

    async def read(
        self, asked: Document, variables: Mapping[str, Any], *, expected: frozenset[str] = frozenset()
    ) -> Answer:
        """A whole answer to a query; GraphQL errors with an `expected` code are left in it.

        Raises the errors of `connector.errors`, TemporaryError only after several tries.
        """
        return await self._call(asked, variables, is_read=True, expected=expected)

    async def write(self, asked: Document, variables: Mapping[str, Any], field: str) -> Mapping[str, Any]:
        """The payload of a mutation's one field.

        Raises the errors of `connector.errors`; OutcomeUnknown when it may have been carried out.
        """
        answer = await self._call(asked, variables, is_read=False, expected=frozenset())
        payload = mapping((answer.data or {}).get(field))
        if payload is None:
            raise OutcomeUnknown("Shopify's answer holds no result", platform="shopify")
        return payload

    async def _call(
        self, asked: Document, variables: Mapping[str, Any], *, is_read: bool, expected: frozenset[str]
    ) -> Answer:
        for tries in range(1, _TRIES + 1):
            try:
                return await self._once(asked, variables, is_read=is_read, expected=expected)
            except TemporaryError as error:
                wait = pause_before(tries, error.retry_after, is_throttled=error.code == "THROTTLED")
                if tries == _TRIES or wait > _LONGEST_WAIT:
                    raise
            await self.clock.sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _once(
        self, asked: Document, variables: Mapping[str, Any], *, is_read: bool, expected: frozenset[str]
    ) -> Answer:
        try:
            answer = await self.transport.post(asked, variables)
        except OutcomeUnknown as error:
            if is_read:
                raise Unavailable(str(error), platform="shopify") from None
            raise
        failure = failure_of(answer, is_read=is_read, expected=expected)
        failure = failure or (self.transport.retired if is_read else None)
        if failure is not None:
            raise failure
        return answer

    async def create_order(
        self,
        order: Mapping[str, Any],
        options: Mapping[str, Any],
        before_sending: BeforeSending | None = None,
    ) -> CreateResult:
        """Send one create; again only what surely did nothing, for half a minute at most."""
        waited = 0.0
        for tries in range(1, _TRIES + 1):
            result = await self._create_once({"order": order, "options": options}, before_sending)
            if not isinstance(result, NotMade) or result.kind not in ("throttled", "unavailable"):
                return result
            wait = pause_before(tries, result.retry_after, is_throttled=result.kind == "throttled")
            waited += wait
            if tries == _TRIES or waited > _LONGEST_CREATE_WAIT:
                return result
            await self.clock.sleep(wait)
        raise AssertionError("the last try returns")

    async def _create_once(
        self, variables: Mapping[str, Any], before_sending: BeforeSending | None
    ) -> CreateResult:
        try:
            if (retired := self.transport.retired) is not None:
                raise retired
            return sort_create(await self.transport.post(document("create_order"), variables, before_sending))
        except OutcomeUnknown as error:
            return Unknown(str(error))
        except TemporaryError as error:
            kind: NotMadeKind = "throttled" if isinstance(error, RateLimited) else "unavailable"
            return NotMade(kind, str(error), retry_after=error.retry_after)
        except NeedsReauthorization as error:
            return NotMade("reauthorize", str(error))
        except ConfigurationError as error:
            return NotMade("unavailable", str(error), retry_after=SLOW_RETRY_SECONDS)


async def side_by_side(calls: Iterable[Coroutine[Any, Any, _Given]]) -> list[_Given]:
    """What several calls give, in their order; when one fails, the others are called off.

    The throttle decides how many really run at once.
    """
    tasks = [asyncio.create_task(call) for call in calls]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def pause_before(tries: int, retry_after: float | None, *, is_throttled: bool) -> float:
    """Seconds before the next try: what the platform asks for, else 1, 2, 4 … with some chance in them.

    None when points ran out: the throttle itself waits until there are enough.
    """
    if retry_after is not None:
        return retry_after
    if is_throttled:
        return 0.0
    return min(_FIRST_WAIT * 2.0 ** (tries - 1), _LONGEST_WAIT) * _CHANCE.uniform(0.75, 1.25)
