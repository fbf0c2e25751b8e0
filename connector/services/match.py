"""Matching a batch's SKUs to variants and composing its Shopify orders."""

from collections.abc import Sequence

from connector.ledger import attempts
from connector.ledger.lines import LineMatch
from connector.ledger.outcomes import Blocked
from connector.mapping.judgement import judge_order
from connector.mapping.matching import Match, VariantIndex, match_order, skus_needed
from connector.mapping.order import StoreFacts
from connector.services.batch import Batch, Candidate
from connector.services.recording import record
from connector.services.session import StoreSession
from connector.services.validate import document_of
from connector.services.variants import free_if_mapped_meanwhile, index_for
from models.state import Reason, ReasonCode
from models.wire.tiktok import MalformedOrder, parse_order

_FOR_SKUS = (ReasonCode.SKU_UNMATCHED, ReasonCode.SKU_AMBIGUOUS)
_UNMATCHED = (ReasonCode.SKU_UNMATCHED, ReasonCode.SKU_MISSING)


async def match(session: StoreSession, batch: Batch) -> None:
    """Give each order its Shopify order, or block it for the first reason that holds."""
    candidates = batch.live
    for each in candidates:
        each.let_go()
    index = await _index(session, candidates)
    await _read_details(session, [each for each in candidates if _lacks_variant(each, index)])
    index = await _index(session, candidates)
    facts = store_facts(session)
    blocked: list[Blocked] = []
    for each in candidates:
        assert each.order is not None
        verdict = judge_order(each.order, index, facts, now=session.clock.now())
        if isinstance(verdict, Reason):
            blocked.append(Blocked(each.pk, verdict))
        else:
            each.match, each.shopify_order = verdict
    await _note_matches(session, batch)
    unmatched = _blocked_for_skus(candidates, blocked)
    await record(session, batch, blocked)
    await free_if_mapped_meanwhile(session, unmatched)


def _blocked_for_skus(candidates: Sequence[Candidate], blocked: Sequence[Blocked]) -> list[Candidate]:
    pks = {each.pk for each in blocked if each.reason.code in _FOR_SKUS}
    return [each for each in candidates if each.pk in pks]


async def _index(session: StoreSession, candidates: Sequence[Candidate]) -> VariantIndex:
    needed: set[str] = set()
    for each in candidates:
        if each.order is not None:
            needed |= skus_needed(each.order)
    return await index_for(session, needed)


def _lacks_variant(candidate: Candidate, index: VariantIndex) -> bool:
    """Whether a single read may help: TikTok's list need not carry a bundle's components (reference 3.4)."""
    if candidate.order is None or any(unit.components for unit in candidate.order.line_items):
        return False
    found = match_order(candidate.order, index)
    return isinstance(found, Reason) and found.code in _UNMATCHED


async def _read_details(session: StoreSession, candidates: Sequence[Candidate]) -> None:
    """Read these orders singly; where that gives components, they are matched by them."""
    if not candidates:
        return
    by_id = {each.claimed.tiktok_order_id: each for each in candidates}
    details = await session.tiktok.order_details(list(by_id))
    for raw in details:
        candidate = by_id.get(str(raw.get("id")))
        if candidate is not None:
            _use(candidate, raw)


def _use(candidate: Candidate, raw: dict[str, object]) -> None:
    try:
        detailed = parse_order(raw)
    except MalformedOrder:
        return
    if any(unit.components for unit in detailed.line_items):
        candidate.order = parse_order(
            {**raw, "recipient_address": document_of(candidate).get("recipient_address")}
        )


def store_facts(session: StoreSession) -> StoreFacts:
    """What building an order needs of this store."""
    store = session.store
    return StoreFacts(
        shop_id=store.tiktok_shop_id,
        currency=store.shopify_currency,
        location_id=store.shopify_location_id,
        settings=store.settings,
        api_version=store.shopify_api_version,
    )


async def _note_matches(session: StoreSession, batch: Batch) -> None:
    """Keep on record which variant each line was matched to; orders that are no longer ours leave."""
    matches = {each.pk: _line_matches(each.match) for each in batch.live if each.match is not None}
    if matches:
        ours = await session.database.run(attempts.record_lines, owner=batch.owner, matches=matches)
        batch.drop(set(matches) - ours)


def _line_matches(match: Match) -> list[LineMatch]:
    return [LineMatch(*recorded) for recorded in match.recorded()]
