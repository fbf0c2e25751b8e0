"""Which of a store's variants a TikTok seller SKU may mean, and what speaks for each.

Compared are the spelling of the SKU, the variant's title, and what TikTok's own lines with this SKU say:
the product's name and its price.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from heapq import nlargest

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.ledger.tables import LINES, VARIANTS
from connector.mapping.projection import fold
from connector.mapping.skus import sku_key

_LEAST_LIKENESS = 0.5
_WORTH_A_LOOK = 0.6
"""Of the best likeness: beside a variant with the very SKU, one that is half alike only misleads."""
_TITLE_WEIGHT = 0.9
"""A title says less than a SKU: two sizes of one shirt differ in a letter."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A variant that may be meant; `price` is a decimal string in the shop's currency."""

    variant_id: str
    sku: str
    title: str
    price: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate, its likeness from 0.5 to 1, and what speaks for it in a few words each."""

    candidate: Candidate
    likeness: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A seller SKU as TikTok's lines show it; `product` and `price` blank when no line has it."""

    seller_sku: str
    product: str = ""
    price: str = ""


def suggest(session: Session, *, store_id: int, seller_sku: str, limit: int) -> list[Suggestion]:
    """Up to `limit` variants of a store that may be meant, the likeliest first."""
    return suggest_all(session, store_id=store_id, seller_skus=[seller_sku], limit=limit)[seller_sku]


def suggest_all(
    session: Session, *, store_id: int, seller_skus: Sequence[str], limit: int
) -> dict[str, list[Suggestion]]:
    """The same for several SKUs, over one reading of the store's variants."""
    if not seller_skus:
        return {}
    query = select(VARIANTS.c.variant_id, VARIANTS.c.sku, VARIANTS.c.title, VARIANTS.c.price).where(
        VARIANTS.c.store_id == store_id
    )
    candidates = [Candidate(*row) for row in session.execute(query)]
    return {
        sku: most_alike(wanted_of(session, store_id=store_id, seller_sku=sku), candidates, limit)
        for sku in seller_skus
    }


def wanted_of(session: Session, *, store_id: int, seller_sku: str) -> Wanted:
    """What the newest line with this SKU says of it."""
    query = (
        select(LINES.c.product_name, LINES.c.sku_name, LINES.c.unit_price)
        .where(LINES.c.store_id == store_id, LINES.c.seller_sku == seller_sku)
        .order_by(LINES.c.id.desc())
    )
    row = session.execute(query.limit(1)).first()
    if row is None:
        return Wanted(seller_sku)
    return Wanted(seller_sku, f"{row.product_name} {row.sku_name}".strip(), row.unit_price)


def most_alike(wanted: Wanted, candidates: Iterable[Candidate], limit: int) -> list[Suggestion]:
    """The likeliest candidates first; those less than half alike, or far from the best, are left out."""
    scale = _Scale(wanted)
    best: list[tuple[float, bool, str, Candidate]] = []
    least = _LEAST_LIKENESS
    for candidate in candidates:
        # Whoever is less like than the worst of the best so far need not be compared to the end.
        likeness = scale.likeness(candidate, least)
        if likeness >= least:
            best.append((likeness, scale.same_price(candidate), candidate.sku, candidate))
        if len(best) >= 2 * limit:
            best = nlargest(limit, best, key=_rank)
            least = best[-1][0]
    kept = nlargest(limit, best, key=_rank)
    return [
        Suggestion(candidate, likeness, scale.evidence(candidate))
        for likeness, _, _, candidate in kept
        if likeness >= kept[0][0] * _WORTH_A_LOOK
    ]


def _rank(scored: tuple[float, bool, str, Candidate]) -> tuple[float, bool, str]:
    return scored[:3]


class _Scale:
    """Compares candidates with what is wanted."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._sku = _Text(sku_key(wanted.seller_sku))
        self._product = _Text(_words(wanted.product))

    def likeness(self, candidate: Candidate, least: float) -> float:
        """How well the best of SKU and title fits; 0 for what is not at least so like."""
        best = self._sku.likeness(sku_key(candidate.sku), least)
        for text, title in ((self._sku, sku_key(candidate.title)), (self._product, _words(candidate.title))):
            bound = max(best, least) / _TITLE_WEIGHT
            best = max(best, text.likeness(title, bound) * _TITLE_WEIGHT)
        return best

    def same_price(self, candidate: Candidate) -> bool:
        """Whether it costs on Shopify what a unit costs on TikTok."""
        wanted, price = _amount(self._wanted.price), _amount(candidate.price)
        return wanted is not None and wanted == price

    def evidence(self, candidate: Candidate) -> tuple[str, ...]:
        """What speaks for a candidate."""
        said = (self._of_sku(candidate), self._of_title(candidate), self._of_price(candidate))
        return tuple(filter(None, said))

    def _of_sku(self, candidate: Candidate) -> str:
        key = sku_key(candidate.sku)
        if key and key == self._sku.text:
            return "same SKU"
        if key and _bare(key) == _bare(self._sku.text):
            return "same SKU but for spaces and punctuation"
        likeness = self._sku.likeness(key, _LEAST_LIKENESS)
        return f"SKU spelt {likeness:.0%} alike" if likeness >= _LEAST_LIKENESS else ""

    def _of_title(self, candidate: Candidate) -> str:
        title = _words(candidate.title)
        if title and title == self._product.text:
            return "same title as TikTok's product"
        likeness = self._product.likeness(title, _LEAST_LIKENESS)
        return f"title {likeness:.0%} like TikTok's product" if likeness >= _LEAST_LIKENESS else ""

    def _of_price(self, candidate: Candidate) -> str:
        return "same price" if self.same_price(candidate) else ""


class _Text:
    """A text that many others are compared with."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._matcher = SequenceMatcher(autojunk=False)
        self._matcher.set_seq2(text)

    def likeness(self, other: str, least: float) -> float:
        """From 0 to 1; 0 for what is not at least so like."""
        if not other or not self.text:
            return 0.0
        if other == self.text:
            return 1.0
        matcher = self._matcher
        matcher.set_seq1(other)
        # The cheap upper bounds spare the slow comparison for almost every variant of a large catalogue.
        if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
            return 0.0
        ratio = matcher.ratio()
        return ratio if ratio >= least else 0.0


def _words(text: str) -> str:
    """A title without case, accents and the punctuation that joins a product and its options."""
    return " ".join(part for part in map(_bare, fold(text).split()) if part)


def _bare(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
