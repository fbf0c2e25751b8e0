"""Is everything that a sync needs in order? Each check ends in a finding; none of them changes anything."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import httpx

from connector.errors import ConnectorError
from connector.ledger import schema, stores
from connector.ledger.stores import StoreRow
from connector.runtime import Runtime
from connector.services import doctor_store
from connector.services.doctor_findings import Finding
from connector.services.session import open_session

__all__ = ["DoctorReport", "Finding", "examine", "examine_store"]


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """Every finding, the faults among them included."""

    findings: list[Finding]

    @property
    def ok(self) -> bool:
        """Whether nothing is at fault."""
        return all(finding.ok for finding in self.findings)

    def to_json(self) -> dict[str, object]:
        """The document of `connector doctor --json`."""
        return {"ok": self.ok, "findings": [asdict(finding) for finding in self.findings]}


async def examine(runtime: Runtime, *, prefect_api_url: str | None = None) -> DoctorReport:
    """Check the database, Prefect and every store; stores are asked side by side.

    `prefect_api_url` is the Prefect server in use, None when each run starts its own. Raises
    LedgerUnavailable when the database cannot be read at all.
    """
    rows = await asyncio.to_thread(runtime.database.read, stores.list_stores)
    general = [await _database(runtime), await _prefect(prefect_api_url), _connected(rows)]
    of_stores = await asyncio.gather(*(examine_store(runtime, row) for row in rows))
    return DoctorReport([*general, *(finding for findings in of_stores for finding in findings)])


async def _database(runtime: Runtime) -> Finding:
    revision = await asyncio.to_thread(schema.current_revision, runtime.settings.database_url)
    kind = runtime.settings.database_url.partition(":")[0].partition("+")[0]
    return Finding(None, "database", ok=True, detail=f"{kind}, schema {revision}")


async def _prefect(api_url: str | None) -> Finding:
    if not api_url:
        return Finding(None, "prefect", ok=True, detail="no server is set: each run starts one of its own")
    fix = "Start it with prefect server start, or correct PREFECT_API_URL."
    try:
        async with httpx.AsyncClient(timeout=10) as http:
            answer = await http.get(f"{api_url.rstrip('/')}/health")
    except (httpx.HTTPError, httpx.InvalidURL):
        return Finding(None, "prefect", ok=False, detail="the Prefect server does not answer", fix=fix)
    if answer.status_code != httpx.codes.OK:
        detail = f"the Prefect server answers with status {answer.status_code}"
        return Finding(None, "prefect", ok=False, detail=detail, fix=fix)
    return Finding(None, "prefect", ok=True, detail="the Prefect server answers")


def _connected(rows: Sequence[StoreRow]) -> Finding:
    if not rows:
        return Finding(
            None, "stores", ok=True, detail="none is connected yet: connector store add --file FILE"
        )
    paused = [row.name for row in rows if row.paused]
    detail = f"{len(rows)} connected" + (f", paused: {', '.join(paused)}" if paused else "")
    return Finding(None, "stores", ok=True, detail=detail)


async def examine_store(runtime: Runtime, store: StoreRow) -> list[Finding]:
    """One store's findings; what keeps its clients from being opened is a finding too."""
    try:
        async with open_session(runtime, store, "doctor") as session:
            tiktok, shopify = await asyncio.gather(
                doctor_store.examine_tiktok(session), doctor_store.examine_shopify(session)
            )
            return [*tiktok, *shopify, *await doctor_store.examine_ledger(session)]
    except ConnectorError as error:
        fix = "Put the right key into CONNECTOR_SECRET_KEY, or connect the store again."
        return [Finding(store.name, "credentials", ok=False, detail=str(error), fix=fix)]
