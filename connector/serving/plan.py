"""What is served, decided before anything begins, so that every refusal comes at once and in one sentence."""

import socket
from collections.abc import Sequence
from dataclasses import replace

from connector.console.access.logins import login_configured
from connector.console.health import PrefectToAsk
from connector.console.options import console_options
from connector.runtime import Runtime
from connector.serving.prefect_address import configured_api_url, ui_url
from connector.serving.prefect_server import own_server
from connector.serving.process import Serving
from connector.serving.schedule import schedule


def plan(
    runtime: Runtime, listener: socket.socket, *, host: str, schedule_command: Sequence[str] | None
) -> Serving:
    """The console on the listener; with a command that runs the schedule, that and Prefect's server.

    Without a schedule no Prefect server is started, and one is asked for only when it is named in the
    environment. Raises ConfigurationError for whatever stands in the way.
    """
    settings = runtime.settings
    options = console_options(
        host, public_url=settings.public_url, prefect_url=None, login_configured=login_configured(runtime)
    )
    api_url = configured_api_url()
    own = own_server() if schedule_command is not None and api_url is None else None
    api_url = own.api_url if own is not None else api_url
    serving = Serving(listener, options)
    if api_url is None:
        return serving
    port = listener.getsockname()[1]
    return replace(
        serving,
        options=replace(options, prefect_url=ui_url(api_url)),
        prefect=PrefectToAsk(api_url),
        prefect_server=own,
        schedule=None
        if schedule_command is None
        else schedule(schedule_command, settings, api_url=api_url, port=port),
    )
