"""TikTok's error codes with the HTTP status they were seen with, and the envelope of every answer."""

from itertools import count

import orjson

from connector.sandbox.exchange import Response

SEEN_STATUS = {
    36009002: 429,
    36009003: 500,
    36009004: 400,
    36009009: 404,
    36009010: 405,
    36009014: 400,
    36009022: 400,
    36009043: 401,
    36009044: 401,
    105001: 401,
    105002: 401,
    105005: 401,
    106001: 401,
    106011: 400,
    106013: 400,
    101000: 401,
    21008111: 200,
}
"""HTTP status per code: seen for 36009002, 36009004, 36009009, 36009043, 105002 and 106001; chosen else."""

_requests = count(1)


class Refusal(Exception):
    """A request TikTok says no to; becomes an error envelope."""

    def __init__(self, code: int, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after


def request_id() -> str:
    """A fresh `request_id`, 34 digits as TikTok's are."""
    return f"20261101{next(_requests):026d}"


def success(data: bytes, *, message: bytes = b"Success") -> Response:
    """The envelope of a success around `data`, which is JSON already."""
    head = b'{"code":0,"message":"' + message + b'","request_id":"' + request_id().encode()
    return Response(200, head + b'","data":' + data + b"}")


def refusal(refused: Refusal, statuses: dict[int, int]) -> Response:
    """The envelope of a refusal; `data` is null, as real error answers have it."""
    status = statuses.get(refused.code, SEEN_STATUS.get(refused.code, 400))
    body = {"code": refused.code, "message": refused.message, "request_id": request_id(), "data": None}
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    if refused.retry_after is not None:
        headers.append((b"retry-after", f"{refused.retry_after:g}".encode()))
    return Response(status, orjson.dumps(body), tuple(headers))
