"""The console as an application: every router, behind the same checks."""

from fastapi import FastAPI

from connector.console.options import ConsoleOptions
from connector.console.static_files import router as static_files
from connector.runtime import Runtime


def create_app(runtime: Runtime, options: ConsoleOptions) -> FastAPI:
    """The console over an open runtime; whoever serves it closes the runtime afterwards."""
    app = FastAPI(title="Connector", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.runtime = runtime
    app.state.options = options
    app.include_router(static_files)
    return app
