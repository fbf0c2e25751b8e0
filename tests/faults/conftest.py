"""A world per test: store pairs, a ledger of each kind, and workers that can be stopped anywhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.world import World
from tests.platforms import SandboxServer

MakeWorld = Callable[..., World]


@pytest.fixture
def make_world(sandbox_server: SandboxServer, tmp_path: Path) -> Iterator[MakeWorld]:
    """Makes worlds, each with a ledger at the URL given."""
    worlds: list[World] = []

    def make(database_url: str, **words: Any) -> World:
        folder = tmp_path / f"world{len(worlds)}"
        folder.mkdir()
        words.setdefault("seed", 1)
        world = World(
            sandbox_server.mounts, sandbox_server.running, database_url=database_url, folder=folder, **words
        )
        worlds.append(world)
        return world

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(make_world: MakeWorld, database_url: str) -> World:
    """A connected pair of stores whose Shopify takes two orders with one identifier without a word."""
    made = make_world(database_url)
    made.connect("us")
    made.accept_duplicates()
    return made
