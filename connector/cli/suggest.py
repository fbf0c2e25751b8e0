"""Which of a store's variants is most like a seller SKU: spelling of the SKU first, then of the title."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest

from connector.mapping.skus import sku_key

_LEAST_LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A variant that may be meant."""

    variant_id: str
    sku: str
    title: str


def most_alike(wanted: str, candidates: Iterable[Candidate], limit: int) -> list[tuple[float, Candidate]]:
    """Up to `limit` candidates with their likeness from 0.5 to 1, the likeliest first."""
    key = sku_key(wanted)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(key)
    scored = ((_likeness(matcher, key, candidate), candidate) for candidate in candidates)
    likely = (pair for pair in scored if pair[0] >= _LEAST_LIKENESS)
    return nlargest(limit, likely, key=lambda pair: (pair[0], pair[1].sku))


def _likeness(matcher: "SequenceMatcher[str]", key: str, candidate: Candidate) -> float:
    best = 0.0
    for weight, text in ((1.0, sku_key(candidate.sku)), (0.9, sku_key(candidate.title))):
        if not text:
            continue
        if text == key:
            return weight
        matcher.set_seq1(text)
        # The cheap upper bounds spare the slow comparison for almost every variant of a large catalogue.
        least = max(best, _LEAST_LIKENESS) / weight
        if matcher.real_quick_ratio() > least and matcher.quick_ratio() > least:
            best = max(best, matcher.ratio() * weight)
    return best
