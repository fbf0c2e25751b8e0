"""Connecting a store and asking the platforms about it: what goes over the network from the Stores page."""

from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from connector.console import page, stores
from connector.console.access.who import Admin, Operator
from connector.errors import ConfigurationError, UsageError
from connector.ledger import audit
from connector.ledger.stores import get_store
from connector.services.connect import connect_store
from connector.services.doctor import examine_store
from connector.store_file import parse_store_file

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
    await runtime.database.run(
        audit.record,
        at=runtime.clock.now(),
        user=person.name,
        action="store.add",
        store=row.name,
        subject=row.name,
        detail="both credentials checked" if check else "not checked",
    )
    checked = "both credentials work" if check else "nothing was checked"
    return stores.back(row.name, f"{row.name} is connected ({checked}); the next sync reads its orders.")


@router.post("/stores/{name}/check")
async def check_store(request: Request, person: Operator, name: str) -> Response:
    """Ask both platforms, and show what they say."""
    runtime = page.runtime_of(request)
    row = await runtime.database.run_read(get_store, name=name)
    findings = await examine_store(runtime, row)
    await runtime.database.run(
        audit.record,
        at=runtime.clock.now(),
        user=person.name,
        action="store.check",
        store=name,
        subject=name,
        detail=f"{sum(not finding.ok for finding in findings)} faults",
    )
    return await run_in_threadpool(stores.details, request, name, findings=findings)


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
