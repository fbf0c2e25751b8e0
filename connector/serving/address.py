"""The address to listen on, taken before anything is started."""

import errno
import socket

from connector.errors import UsageError

_BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; port 0 takes a free one.

    Raises UsageError with the remedy when it cannot be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        raise UsageError(
            f"{host} is no address to listen on; use --host with an address of this machine."
        ) from None
    try:
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise UsageError(_sentence(error, host, port)) from None


def url_of(listener: socket.socket) -> str:
    """The address a browser on this machine reaches the socket at."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104  a comparison, nothing is bound here
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def free_port(wished: int) -> int:
    """The wished port of 127.0.0.1 when nobody listens there, else one that is free."""
    for port in (wished, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    raise UsageError("No port of 127.0.0.1 is free for Prefect's server.")


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: end what listens there, or choose another with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine; use --host with one that is."
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}; choose one above 1023 with --port."
    return f"Port {port} on {host} cannot be listened on: {error.strerror}."
