"""Every address of the console, read from the application itself, so that a new one is tested too."""

from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute


def routes_of(app: FastAPI) -> list[APIRoute]:
    """The routes of the application and of every router it includes."""
    return list(_all(app.routes))


def _all(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        # FastAPI keeps an included router as one entry among the routes.
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from _all(included.routes)
        elif isinstance(route, APIRoute):
            yield route
