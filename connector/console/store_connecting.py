"""Connecting a store and asking the platforms about it: what goes over the network from the Stores page."""

from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from connector.console import page, stores
from connector.console.access.who import Admin, Operator
from connector.console.acting import noted
from connector.console.options import ConsoleOptions
from connector.console.store_view import PLATFORMS
from connector.errors import ConfigurationError, UsageError
from connector.ledger.stores import get_store
from connector.services.connect import connect_store
from connector.services.doctor import examine_store
from connector.services.session import open_session
from connector.services.webhooks import registration
from connector.store_file import parse_store_file
from models.text import storable

router = APIRouter()

_LARGEST = 1_000_000


@router.post("/stores")
async def add_store(
    request: Request,
    person: Admin,
    text: Annotated[str, Form()] = "",
    file: UploadFile | None = None,
    check: Annotated[str, Form()] = "",
) -> Response:
    """Connect the store of a pasted or uploaded file; what was sent is never shown again."""
    runtime = page.runtime_of(request)
    try:
        described = parse_store_file(await _toml(text, file))
        row = await connect_store(runtime, described, check=bool(check))
    except (ConfigurationError, UsageError) as error:
        return await run_in_threadpool(stores.listing, request, status=400, problem=str(error))
    checked = "both credentials work" if check else "nothing was checked"
    await noted(request, person, "store.add", store=row.name, subject=row.name, detail=checked)
    return stores.back(row.name, f"{row.name} is connected ({checked}); the next sync reads its orders.")


@router.get("/stores/{name}/check")
async def check_store(request: Request, person: Operator, name: str) -> Response:
    """The store's page with what both platforms say now; opening it again asks again."""
    runtime = page.runtime_of(request)
    row = await runtime.database.run_read(get_store, name=storable(name))
    findings = await examine_store(runtime, row)
    faults = sum(not finding.ok for finding in findings)
    await noted(request, person, "store.check", store=row.name, subject=row.name, detail=f"faults: {faults}")
    return await run_in_threadpool(stores.details, request, row.name, findings=findings)


@router.post("/stores/{name}/webhooks")
async def change_webhooks(
    request: Request, person: Admin, name: str, do: Annotated[str, Form()] = "register"
) -> Response:
    """Have both platforms send what happens to this console, or nothing any more."""
    runtime = page.runtime_of(request)
    row = await runtime.database.run_read(get_store, name=storable(name))
    address = None if do == "remove" else _receiver(request)
    async with open_session(runtime, row, "webhooks") as session:
        if address is None:
            found = await registration.remove(session)
        else:
            found = await registration.register(session, address)
    action = "store.webhooks.remove" if address is None else "store.webhooks.register"
    changed = f"{sum(found.changed.values())} changed"
    await noted(request, person, action, store=row.name, subject=row.name, detail=changed)
    problems = "; ".join(f"{PLATFORMS[platform]}: {text}" for platform, text in found.problems.items())
    if problems:
        return stores.back(row.name, problems, "problem")
    done = "Both platforms send" if address else "Neither platform sends"
    here = "here" if address else "here any more"
    return stores.back(row.name, f"{done} webhooks of {row.name} {here}.")


def _receiver(request: Request) -> str:
    options: ConsoleOptions = request.app.state.options
    if options.public_url is None:
        raise UsageError(
            "The platforms cannot reach this console: set CONNECTOR_PUBLIC_URL to its https address, then "
            "start it again."
        )
    return options.public_url


async def _toml(text: str, file: UploadFile | None) -> str:
    data = await file.read(_LARGEST + 1) if file is not None else b""
    if len(data) > _LARGEST:
        raise ConfigurationError("The store file is larger than 1 MB, so it cannot be one.")
    if data and text.strip():
        raise UsageError("Paste the store file or choose one, not both.")
    if not data and not text.strip():
        raise UsageError("Paste the store file, or choose one.")
    try:
        return data.decode("utf-8-sig") if data else text
    except UnicodeDecodeError:
        raise ConfigurationError("The store file is not UTF-8 text.") from None
