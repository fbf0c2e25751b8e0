"""The receiver and a consumer in a process of their own, as `connector serve` runs them, without the console.

Connects the store, loads its catalogue, syncs once and registers the webhooks; then prints its address as
JSON and works until SIGTERM. The processor time that took is printed at the end.
"""

import argparse
import asyncio
import json
import signal
import socket
import sys
import time
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from connector.console import receiver
from connector.runtime import Runtime
from connector.services.catalog import refresh_catalog
from connector.services.connect import connect_store
from connector.services.consumer import Consumer
from connector.services.session import StoreSession
from connector.services.stores_run import Story as Told
from connector.services.stores_run import over_stores
from connector.services.story import Story
from connector.services.validate import warm_up
from connector.services.webhooks.registration import register
from connector.settings import Settings
from connector.store_file import read_store_file


def main() -> int:
    """Serve the store in `--store-file` into the database of the environment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store-file", type=Path, required=True)
    asyncio.run(_serve(parser.parse_args().store_file))
    return 0


async def _serve(store_file: Path) -> None:
    runtime = Runtime.open(Settings())
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    await connect_store(runtime, read_store_file(str(store_file)), check=True)

    async def registered(session: StoreSession) -> None:
        await register(session, url)

    for story in (refresh_catalog, Story().sync, registered):
        await _told(runtime, story)
    await warm_up()
    began = time.process_time()
    await _until_terminated(runtime, listener, url)
    sys.stdout.write(json.dumps({"cpu_seconds": time.process_time() - began}) + "\n")
    runtime.close()


async def _told(runtime: Runtime, story: Told) -> None:
    for result in await over_stores(runtime, None, source="benchmark", story=story):
        if result.error:
            raise RuntimeError(result.error)


async def _until_terminated(runtime: Runtime, listener: socket.socket, url: str) -> None:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.runtime = runtime
    app.include_router(receiver.router)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    stop = asyncio.Event()
    consuming = asyncio.create_task(Consumer(runtime).run(stop))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    sys.stdout.write(json.dumps({"url": url}) + "\n")
    sys.stdout.flush()
    # uvicorn ends on the signal by itself.
    await serving
    stop.set()
    await consuming


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(main())
