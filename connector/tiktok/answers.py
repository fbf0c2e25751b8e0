"""Reading TikTok's answers: the envelope, JSON that is slightly off, and what an error says."""

import json
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from connector.errors import PlatformError, RateLimited, RequestRefused, TemporaryError, Unavailable
from connector.tiktok.errors import PLATFORM, by_status, meaning
from models.text import storable

_MESSAGE_LENGTH = 200
_LONGEST_NUMBER = 1000
"""Digits of a number; Python refuses to read one of more than 4,300."""


def data_of(
    response: httpx.Response, now: datetime, secrets: tuple[str, ...], setting: str = "tiktok.base_url"
) -> dict[str, Any]:
    """The `data` of a successful answer (an absent or null one is empty); any other answer is raised.

    `now` is the instant of the answer by our clock, `secrets` are strings no message may repeat,
    `setting` names the address in the store file.
    """
    envelope = _envelope(response, now, setting)
    code = _code(envelope.get("code"))
    if code == 0 and response.is_success:
        data = envelope.get("data")
        if data is None:
            return {}
        if isinstance(data, dict):
            return data
    if code is None or (code == 0 and response.is_success):
        raise _unreadable(response, now, setting)
    raise _refusal(response, envelope, code, now, secrets)


def parse_json(content: bytes) -> Any:
    """JSON as Python values, integers of 64 bits exact; raises ValueError when it is cut short or no JSON.

    One order with broken text (half an emoji, a stray byte) or an endless number must not hide a whole page:
    such characters are replaced, such a number is its digits as text.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        text = content.decode("utf-8", "replace")
        try:
            loose = json.loads(text, parse_constant=lambda _: None, parse_int=_whole_number)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        readable = json.dumps(loose, ensure_ascii=False).encode("utf-16", "surrogatepass")
        return json.loads(readable.decode("utf-16", "replace"), parse_constant=lambda _: None)


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def clock_ahead(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds our clock is ahead of the answer's `Date` header (negative: behind); None without one."""
    try:
        return (now - parsedate_to_datetime(headers["date"]).astimezone(UTC)).total_seconds()
    except (KeyError, ValueError):
        return None


def retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds asked for by `Retry-After`, given in seconds or as a date; None where it is absent or odd."""
    value = response.headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if math.isfinite(seconds):
        return max(0.0, seconds)
    try:
        return max(0.0, (parsedate_to_datetime(value).astimezone(UTC) - now).total_seconds())
    except ValueError:
        return None


def _envelope(response: httpx.Response, now: datetime, setting: str) -> dict[str, Any]:
    try:
        envelope = parse_json(response.content)
    except ValueError:
        raise _unreadable(response, now, setting) from None
    if not isinstance(envelope, dict):
        raise _unreadable(response, now, setting)
    return envelope


def _code(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.strip().lstrip("-").isdecimal() else None


def _unreadable(response: httpx.Response, now: datetime, setting: str) -> PlatformError:
    status = response.status_code
    if status == 429:
        return RateLimited(
            "Too many requests", platform=PLATFORM, code="429", retry_after=retry_after(response, now)
        )
    if 300 <= status < 400 or status in {403, 404, 405}:
        text = f"No TikTok Shop API answers at {setting} (HTTP {status}): check the address"
        return RequestRefused(text, platform=PLATFORM, code=str(status))
    return Unavailable(
        f"TikTok Shop's answer could not be read (HTTP {status})",
        platform=PLATFORM,
        code=str(status),
        retry_after=retry_after(response, now),
    )


def _refusal(
    response: httpx.Response, envelope: dict[str, Any], code: int, now: datetime, secrets: tuple[str, ...]
) -> PlatformError:
    status = response.status_code
    said = _clean(envelope.get("message"), secrets)
    request_id = storable(str(envelope.get("request_id") or ""), 64)
    kind, sentence = by_status(status, said) if code == 0 else meaning(code, status, said)
    if "clock" in sentence and (ahead := clock_ahead(response.headers, now)) is not None:
        sentence += f" (the clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} TikTok's)"
    shown = str(code or status)
    text = f"{sentence} [TikTok Shop {shown}: {said or 'no message'}]"
    if issubclass(kind, TemporaryError):
        wait = retry_after(response, now)
        return kind(text, platform=PLATFORM, code=shown, request_id=request_id, retry_after=wait)
    return kind(text, platform=PLATFORM, code=shown, request_id=request_id)


def _clean(message: object, secrets: tuple[str, ...]) -> str:
    text = storable(message) if isinstance(message, str) else ""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    return " ".join(text.split())[:_MESSAGE_LENGTH]
