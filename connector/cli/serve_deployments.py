"""The deployments of `prefect.yaml` on the Prefect server: made when missing, renewed when it changes."""

import asyncio
import hashlib
import logging
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.events.schemas.automations import AutomationCore
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.variables import Variable
from prefect.workers.process import ProcessWorker

from connector.errors import ConnectorError
from connector.serving.files import deployment_file

_log = logging.getLogger(__name__)

POOL = "connector"
_MARK = "connector_deployed"
"""The Prefect variable that says which version of the deployments the server has."""
_PACKAGE = "tiktok-shopify-connector"


async def keep_up_to_date() -> None:
    """Make the pool, the deployments and the automation where they are missing or out of date.

    What somebody changed in Prefect's pages stays until `prefect.yaml` changes; a deployment that somebody
    gave to another work pool stays there. Raises ConnectorError when Prefect refuses the file.
    """
    file = deployment_file("prefect.yaml")
    names = [each["name"] for each in yaml.safe_load(file.read_text("utf-8"))["deployments"]]
    async with get_client() as client:
        await _make_pool(client)
        await _make_automations(client)
        there = await _pools_by_deployment(client, names)
        mark = _fingerprint(file)
        known = await Variable.aget(_MARK)
        wanted = [name for name in names if name not in there or (there[name] == POOL and known != mark)]
        if wanted:
            await _deploy(file, wanted)
            await Variable.aset(_MARK, mark, overwrite=True)
            _log.info("deployed", extra={"deployments": wanted})


async def _make_pool(client: PrefectClient) -> None:
    try:
        await client.read_work_pool(POOL)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        pool = WorkPoolCreate(name=POOL, type=ProcessWorker.type, base_job_template=template)
        try:
            await client.create_work_pool(pool)
        except ObjectAlreadyExists:
            # Another machine was quicker.
            return


async def _make_automations(client: PrefectClient) -> None:
    document = yaml.safe_load(deployment_file("automations.yaml").read_text("utf-8"))
    for each in document["automations"]:
        if not await client.read_automations_by_name(each["name"]):
            await client.create_automation(AutomationCore.model_validate(each))


async def _pools_by_deployment(client: PrefectClient, names: list[str]) -> dict[str, str | None]:
    found = await client.read_deployments(
        deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=names))
    )
    return {each.name: each.work_pool_name for each in found}


def _fingerprint(file: Path) -> str:
    """Tells a version of the flows and their deployments from every other."""
    content = file.read_bytes() + version(_PACKAGE).encode()
    return hashlib.sha256(content).hexdigest()[:16]


async def _deploy(file: Path, names: list[str]) -> None:
    """Prefect's own command reads its own file: what it means is written down nowhere else."""
    chosen = [word for name in names for word in ("--name", name)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--prefect-file", str(file), *chosen),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        said: Any = " ".join(output.decode("utf-8", "replace").split())[-300:]
        raise ConnectorError(f"Prefect does not take {file.name}: {said}")
