"""Platforms whose answers hold junk: carried out and answered in JSON, but not in the shape agreed on."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import orjson

from connector.sandbox.exchange import Request, Response, Service
from connector.sandbox.faults import Fault
from connector.sandbox.platforms import Platforms
from tests.documents import paths
from tests.poison import Mutation, with_junk

_SPARED = ("token",)
"""Operations whose answers stay sound: a renewed token that is lost is another story's."""
_ENVELOPE = 4
"""How deep the parts of an answer lie that are not an order's own fields."""


class _JunkService:
    """A platform behind its wire that now and then answers junk; a `connector.sandbox.exchange.Service`."""

    def __init__(
        self, sound: Service, dice: random.Random, junk: Iterator[list[Mutation]], share: float
    ) -> None:
        self.sound = sound
        self.clock, self.lock = sound.clock, sound.lock
        self.poisoned: Counter[str] = Counter()
        self._dice, self._junk, self._share = dice, junk, share

    def operation(self, request: Request) -> str:
        return self.sound.operation(request)

    def failure(self, request: Request, fault: Fault) -> Response:
        return self.sound.failure(request, fault)

    def answer(self, request: Request) -> Response:
        """The sound answer, or the same with junk in some places."""
        answered = self.sound.answer(request)
        operation = self.sound.operation(request)
        if any(word in operation for word in _SPARED) or self._dice.random() >= self._share:
            return answered
        self.poisoned[operation] += 1
        return Response(answered.status, self._with_junk(answered.body), answered.headers)

    def _with_junk(self, body: bytes) -> bytes:
        # In a list, so that the whole answer is a place like any other.
        document = [orjson.loads(body)]
        places = list(paths(document))
        if self._dice.random() < 0.7:
            places = [path for path in places if len(path) <= _ENVELOPE]
        mutations = [(places[place % len(places)], value) for place, value in next(self._junk)]
        (junk,) = with_junk(document, mutations) or (None,)
        return orjson.dumps(junk)


@contextmanager
def junk_answers(
    platforms: Platforms, dice: random.Random, junk: Iterator[list[Mutation]], *, shares: Mapping[str, float]
) -> Iterator[Counter[str]]:
    """Within the block such shares of `TikTok`'s and `Shopify`'s answers hold junk; counts them."""
    apps = [("TikTok", platforms.tiktok_app)]
    apps += [("Shopify", pair.shopify_app) for pair in platforms.pairs.values()]
    services = [_JunkService(app.service, dice, junk, shares[name]) for name, app in apps]
    counted: Counter[str] = Counter()
    for (_, app), service in zip(apps, services, strict=True):
        app.service = service
    try:
        yield counted
    finally:
        for (name, app), service in zip(apps, services, strict=True):
            app.service = service.sound
            for operation, times in service.poisoned.items():
                counted[f"poisoned answers of {name}: {operation}"] += times
