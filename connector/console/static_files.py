"""`/static`: the stylesheet, the script and the pictures, all of them our own."""

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse

from connector.console.templating import STATIC, static_url

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_GOOD = "public, max-age=31536000, immutable"

router = APIRouter()


@router.get("/static/{name}")
def static_file(request: Request, name: str) -> FileResponse:
    """One file; kept for good by browsers that ask for it by its content."""
    path = STATIC / name
    if path.suffix not in _TYPES or path.parent != STATIC or not path.is_file():
        raise HTTPException(404)
    current = request.url.query == static_url(name).partition("?")[2]
    headers = {"Cache-Control": _FOR_GOOD if current else "no-cache"}
    return FileResponse(path, media_type=_TYPES[path.suffix], headers=headers)


@router.get("/favicon.ico", include_in_schema=False)
def favicon() -> FileResponse:
    """Browsers ask for it by habit."""
    return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")
