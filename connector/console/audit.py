"""`/audit`: who did what, newest first."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from connector.console import page
from connector.console.access.who import Admin
from connector.ledger import audit

router = APIRouter()

_PAGE = 100
_LARGEST_ID = 2**31 - 1


@router.get("/audit")
def audit_page(request: Request, person: Admin, before: str = "") -> Response:
    """A page of the trail; `before` is the last row of the page before."""
    start = int(before) if before.isascii() and before.isdecimal() and len(before) < 12 else None
    if start is not None:
        start = min(start, _LARGEST_ID)
    rows = page.runtime_of(request).database.read(audit.newest_first, before=start, limit=_PAGE + 1)
    older = rows[_PAGE - 1].id if len(rows) > _PAGE else None
    return page.render(request, "audit.html", rows=rows[:_PAGE], older=older, first=start is None)
