"""How a console is served: decided once, when the process starts."""

import ipaddress
from dataclasses import dataclass

from connector.errors import ConfigurationError

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""The names under which a browser reaches a server on its own machine."""


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """What the console needs to know about where it is served."""

    login_required: bool
    """False only on loopback with no login configured: the visitor is a local admin then."""
    public_url: str | None
    """The address people and platforms reach this at, without a slash at its end; None: only this machine."""
    prefect_url: str | None
    """Prefect's own pages, for a link; None when there are none."""
    allowed_hosts: tuple[str, ...]
    """Host headers that are answered, without ports; () answers any."""

    @property
    def https(self) -> bool:
        """Whether browsers reach the console over TLS."""
        return self.public_url is not None and self.public_url.startswith("https://")


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def require_login(host: str, *, public_url: str | None, login_configured: bool) -> bool:
    """Whether visitors must log in to a console that listens on `host`.

    Raises ConfigurationError when others could reach it and no login is configured.
    """
    if login_configured:
        return True
    if is_loopback(host) and public_url is None:
        return False
    what = f"on {host}" if not is_loopback(host) else f"as {public_url}"
    raise ConfigurationError(
        f"The console is not served {what} without a login: set CONNECTOR_CONSOLE_PASSWORD_HASH "
        "(connector password-hash prints one) or add a login with connector user add."
    )


def console_options(
    host: str, *, public_url: str | None, prefect_url: str | None, login_configured: bool
) -> ConsoleOptions:
    """The options of a console that listens on `host`; raises ConfigurationError as `require_login` does.

    Without a login only loopback's own names are answered: a page elsewhere that points a name of its own at
    this machine (DNS rebinding) gets nothing.
    """
    login_required = require_login(host, public_url=public_url, login_configured=login_configured)
    return ConsoleOptions(
        login_required=login_required,
        public_url=public_url,
        prefect_url=prefect_url,
        allowed_hosts=() if login_required else LOOPBACK_NAMES,
    )
