"""Checking a batch against the expectations before anything is made of it."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from connector.ledger.outcomes import Blocked
from connector.mapping.masking import is_usable_address
from connector.quality.validate import BatchVerdict, validate_batch
from connector.services.batch import Batch, Candidate
from connector.services.collector import spare_what_is_loaded
from connector.services.recording import record
from connector.services.session import StoreSession
from models.wire.tiktok import parse_order

_THREAD = ThreadPoolExecutor(1, "validate")
"""Batches are validated one at a time anyway, and each thread that ever did it would keep its memory."""


async def validate(session: StoreSession, batch: Batch) -> BatchVerdict:
    """Block what fails, read the rest; gives the verdict over the whole batch."""
    documents = [(each.pk, document_of(each)) for each in batch.live]
    verdict = await asyncio.get_running_loop().run_in_executor(_THREAD, validate_batch, documents)
    spare_what_is_loaded()
    await record(session, batch, [Blocked(pk, reason) for pk, reason in verdict.failed.items()])
    for each in batch.live:
        each.order = parse_order(document_of(each))
    return verdict


async def warm_up() -> None:
    """Load what validating takes, seconds once per process, so that no batch waits for it."""
    await asyncio.get_running_loop().run_in_executor(_THREAD, validate_batch, [(1, {})])
    spare_what_is_loaded()


def document_of(candidate: Candidate) -> Mapping[str, Any]:
    """TikTok's document with the best address ever seen: a later masked one does not take it away."""
    raw, address = candidate.claimed.raw, candidate.claimed.address
    if address is None or is_usable_address(raw.get("recipient_address")):
        return raw
    return {**raw, "recipient_address": address}
