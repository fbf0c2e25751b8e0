"""Which error an answer other than the one asked for becomes; for everything but creating orders."""

from connector.errors import (
    AccessDenied,
    ConfigurationError,
    ConnectorError,
    NeedsReauthorization,
    OutcomeUnknown,
    RateLimited,
    RequestRefused,
    Unavailable,
)
from connector.shopify.answers import Answer, GraphQLError
from connector.shopify.outcomes import ABUSE_RETRY_SECONDS, DOCUMENT_REFUSED_CODES, SLOW_RETRY_SECONDS

_BROKEN_CODES = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT", ""})
_FROZEN_STATUSES = {402: SLOW_RETRY_SECONDS, 423: SLOW_RETRY_SECONDS, 430: ABUSE_RETRY_SECONDS}


def failure_of(
    answer: Answer, *, is_read: bool, expected: frozenset[str] = frozenset()
) -> ConnectorError | None:
    """The error an answer stands for; None when it carries data and no error but those `expected` by code.

    What leaves open whether a write was carried out becomes OutcomeUnknown; for a read it is Unavailable.
    """
    if answer.status != 200:
        return _failure_of_status(answer, is_read=is_read)
    unexpected = [error for error in answer.errors if error.code not in expected]
    if unexpected:
        return _failure_of_error(unexpected[0], answer, is_read=is_read)
    if answer.data is None and not answer.errors:
        return _broken("Shopify's answer is unreadable", answer, is_read=is_read)
    return None


def _failure_of_status(answer: Answer, *, is_read: bool) -> ConnectorError:
    status, code, about = answer.status, str(answer.status), answer.request_id
    if status == 401:
        return NeedsReauthorization(
            "Shopify does not accept the access token", platform="shopify", code=code, request_id=about
        )
    if status == 429:
        return RateLimited(
            "Shopify asks for fewer requests",
            platform="shopify",
            code=code,
            request_id=about,
            retry_after=answer.retry_after,
        )
    if status == 404 or 300 <= status < 400:
        return ConfigurationError(
            f"no Shopify store answers here (HTTP {status}): check shopify.base_url and shopify.api_version"
        )
    if status in _FROZEN_STATUSES or _is_inactive(answer):
        wait = _FROZEN_STATUSES.get(status, SLOW_RETRY_SECONDS)
        return Unavailable(
            f"Shopify has frozen or locked the shop (HTTP {status})",
            platform="shopify",
            code=code,
            request_id=about,
            retry_after=wait if answer.retry_after is None else answer.retry_after,
        )
    if status == 403:
        return AccessDenied("Shopify denies access", platform="shopify", code=code, request_id=about)
    if 400 <= status < 500 and status != 408:
        return RequestRefused(
            f"Shopify refused the request (HTTP {status})", platform="shopify", code=code, request_id=about
        )
    return _broken(f"Shopify answered HTTP {status}", answer, is_read=is_read)


def _is_inactive(answer: Answer) -> bool:
    return answer.status == 403 and any(error.code == "SHOP_INACTIVE" for error in answer.errors)


def _failure_of_error(error: GraphQLError, answer: Answer, *, is_read: bool) -> ConnectorError:
    code, about = error.code, answer.request_id
    if code == "THROTTLED":
        return RateLimited("Shopify's points are used up", platform="shopify", code=code, request_id=about)
    if code == "ACCESS_DENIED" and (is_read or error.path is None or len(error.path) == 1):
        return AccessDenied(
            f"Shopify denies access: {error.message}", platform="shopify", code=code, request_id=about
        )
    if code in DOCUMENT_REFUSED_CODES or (is_read and code not in _BROKEN_CODES):
        where = f" ({', '.join(error.fields)})" if error.fields else ""
        return RequestRefused(
            f"Shopify refused the request: {error.message or code}{where}",
            platform="shopify",
            code=code,
            request_id=about,
        )
    return _broken(f"Shopify failed ({code or 'no code'})", answer, is_read=is_read)


def _broken(message: str, answer: Answer, *, is_read: bool) -> ConnectorError:
    code, about = str(answer.status), answer.request_id
    if is_read:
        return Unavailable(
            message, platform="shopify", code=code, request_id=about, retry_after=answer.retry_after
        )
    return OutcomeUnknown(message, platform="shopify", code=code, request_id=about)
