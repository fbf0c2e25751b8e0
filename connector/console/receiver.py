"""The two addresses that the platforms send their webhooks to."""

from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from connector.console.page import runtime_of
from connector.services.webhooks.receive import LARGEST_BODY, Reply, receive_shopify, receive_tiktok

router = APIRouter()

_TOO_LARGE = 413
_LONGEST_NUMBER = 18


@router.post("/webhooks/tiktok")
async def tiktok(request: Request) -> Response:
    """A notification of TikTok Shop: 200 stored, 401 not genuine, 413 too large, 503 not stored."""
    raw = await _body(request)
    if raw is None:
        return Response(status_code=_TOO_LARGE)
    return _answer(await receive_tiktok(runtime_of(request), raw, request.headers.get("authorization")))


@router.post("/webhooks/shopify")
async def shopify(request: Request) -> Response:
    """A webhook of Shopify, by the domain it names; answers as the other one does."""
    raw = await _body(request)
    if raw is None:
        return Response(status_code=_TOO_LARGE)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return _answer(await receive_shopify(runtime_of(request), raw, headers))


async def _body(request: Request) -> bytes | None:
    """The raw bytes as they were signed; None as soon as there are too many of them."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > _LONGEST_NUMBER or int(announced) > LARGEST_BODY):
        return None
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > LARGEST_BODY:
                return None
            parts.append(part)
    except ClientDisconnect:
        return b""
    return b"".join(parts)


def _answer(reply: Reply) -> Response:
    return Response(status_code=int(reply))
