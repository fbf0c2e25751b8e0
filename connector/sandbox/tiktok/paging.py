"""Pages of a search and their opaque tokens, which only fit the query they were given for."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from connector.sandbox.tiktok.refusals import Refusal

_DIGEST = 12


@dataclass(frozen=True, slots=True)
class Query:
    """A search as asked for: sorting, page size, filters, and where to go on."""

    sort_field: str
    descending: bool
    page_size: int
    filters: dict[str, Any]
    token: dict[str, Any] | None

    def fingerprint(self) -> str:
        """What a page token is bound to: the filters and the sorting, not the page size."""
        asked = orjson.dumps([self.sort_field, self.descending, self.filters], option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(asked, digest_size=8).hexdigest()


def read_query(
    parameters: dict[str, str],
    filters: dict[str, Any],
    *,
    default_size: int,
    largest: int,
    default_order: Literal["ASC", "DESC"],
    now: int,
    token_life: float | None,
) -> Query:
    """The query of a search request; raises Refusal 36009004 naming the parameter that does not fit."""
    size_text = parameters.get("page_size", str(default_size))
    size = int(size_text) if size_text.isdecimal() else 0
    if not 1 <= size <= largest:
        raise _invalid("page_size")
    field = parameters.get("sort_field") or "create_time"
    if field not in ("create_time", "update_time"):
        raise _invalid("sort_field")
    order = parameters.get("sort_order") or default_order
    if order not in ("ASC", "DESC"):
        raise _invalid("sort_order")
    query = Query(field, order == "DESC", size, filters, None)
    text = parameters.get("page_token", "")
    if not text:
        return query
    token = _opened(text)
    expired = token_life is not None and token["at"] + token_life <= now
    if expired or token["for"] != query.fingerprint():
        raise _invalid("page_token")
    return Query(field, order == "DESC", size, filters, token)


def page_token(query: Query, now: int, **position: Any) -> str:
    """A token that goes on at `position`."""
    payload = orjson.dumps({"for": query.fingerprint(), "at": now, **position})
    return base64.b64encode(_digest(payload) + payload).decode()


def _opened(text: str) -> dict[str, Any]:
    try:
        sealed = base64.b64decode(text, validate=True)
    except ValueError:
        raise _invalid("page_token") from None
    if _digest(sealed[_DIGEST:]) != sealed[:_DIGEST]:
        raise _invalid("page_token")
    token: dict[str, Any] = orjson.loads(sealed[_DIGEST:])
    return token


def _digest(payload: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=_DIGEST).digest()


def _invalid(name: str) -> Refusal:
    return Refusal(36009004, f"Invalid parameter. The value of '{name}' is invalid.")
