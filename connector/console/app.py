"""The console as an application: every router, behind the same checks."""

from fastapi import FastAPI

from connector.console import (
    attention,
    attention_actions,
    audit,
    failures,
    fetch,
    health,
    metrics,
    receiver,
    store_connecting,
    stores,
    users,
)
from connector.console.access import login
from connector.console.access.csrf import CsrfMiddleware
from connector.console.options import ConsoleOptions
from connector.console.orders import actions, listing, order
from connector.console.security import HeadersMiddleware, HostsMiddleware, LastResortMiddleware
from connector.console.static_files import router as static_files
from connector.runtime import Runtime

_ROUTERS = (
    static_files,
    login.router,
    listing.router,
    order.router,
    actions.router,
    fetch.router,
    attention.router,
    attention_actions.router,
    stores.router,
    store_connecting.router,
    users.router,
    audit.router,
    health.router,
    metrics.router,
    receiver.router,
)


def create_app(runtime: Runtime, options: ConsoleOptions) -> FastAPI:
    """The console over an open runtime; whoever serves it closes the runtime afterwards."""
    app = FastAPI(title="Connector", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.runtime = runtime
    app.state.options = options
    failures.install(app)
    _guard(app, options)
    for router in _ROUTERS:
        app.include_router(router)
    return app


def _guard(app: FastAPI, options: ConsoleOptions) -> None:
    """The checks every request passes; the last one added is the outermost."""
    app.add_middleware(CsrfMiddleware)
    app.add_middleware(LastResortMiddleware)
    app.add_middleware(HostsMiddleware, options=options)
    app.add_middleware(HeadersMiddleware, options=options)
