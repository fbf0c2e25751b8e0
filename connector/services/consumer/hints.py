"""What the messages of TikTok ask to be looked at, read from bodies in which anything may stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from connector.ledger.messages import Message
from connector.services.webhooks import topics
from connector.services.webhooks.envelopes import document_of
from models.status import status_from_tiktok
from models.times import from_unix

_AFTERSALES: dict[str, tuple[Literal["cancellation", "return"], str]] = {
    topics.CANCELLATION: ("cancellation", "cancel_id"),
    topics.RETURN: ("return", "return_id"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A return or cancellation request that a message names."""

    kind: Literal["cancellation", "return"]
    external_id: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Orders to read again. With `status` and `changed_at`, TikTok should show that status by now, or a later
    change: its reads may lag behind its notifications (reference 11.4)."""

    message: Message
    order_ids: tuple[str, ...]
    status: str | None = None
    changed_at: datetime | None = None
    request: Request | None = None


def hint_of(message: Message) -> Hint | None:
    """The orders a message of TikTok names; None when it is about none."""
    data = document_of(message.body).get("data")
    if not isinstance(data, dict):
        return None
    order_ids = tuple(dict.fromkeys(_order_ids(message.topic, data)))
    if not order_ids:
        return None
    if message.topic == topics.ORDER_STATUS:
        status = status_from_tiktok(data.get("order_status"))
        return Hint(message, order_ids, status, from_unix(data.get("update_time")))
    if message.topic in _AFTERSALES:
        kind, name = _AFTERSALES[message.topic]
        external_id = _id(data.get(name))
        return Hint(message, order_ids, request=Request(kind, external_id) if external_id else None)
    return Hint(message, order_ids)


def _order_ids(topic: str, data: dict[str, Any]) -> Iterator[str]:
    if topic == topics.PACKAGE:
        packages = data.get("package_list")
        for package in packages if isinstance(packages, list) else ():
            ids = package.get("order_id_list") if isinstance(package, dict) else None
            yield from filter(None, map(_id, ids if isinstance(ids, list) else ()))
    elif order_id := _id(data.get("order_id")):
        yield order_id


def _id(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip()[:64] if isinstance(value, str) else ""
