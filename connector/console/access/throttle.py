"""How often somebody may try to log in: few free tries per name, more per address, then growing waits."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from starlette.requests import Request

from connector.ledger import login_failures
from connector.ledger.login_failures import Limit
from connector.runtime import Runtime

_FREE_BY_NAME = 5
_FREE_BY_ADDRESS = 20
"""A whole office may come from one address."""
_NETWORK_BITS = 64
"""An IPv6 customer holds at least this many addresses: they count as one."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try to log in, counted before its password is looked at."""

    name: Limit
    address: Limit
    at: datetime


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else "unknown"


def count(runtime: Runtime, *, name: str, address: str) -> tuple[Try, int]:
    """Count a try; gives it with the whole seconds it has to wait, 0 when it may go on."""
    attempt = Try(
        Limit(f"name:{name}", _FREE_BY_NAME),
        Limit(f"address:{_network(address)}", _FREE_BY_ADDRESS),
        runtime.clock.now(),
    )
    limits = (attempt.name, attempt.address)
    return attempt, ceil(runtime.database.call(login_failures.reserve, limits=limits, now=attempt.at))


def forgive(runtime: Runtime, attempt: Try) -> None:
    """The password was right: take the count back."""
    runtime.database.call(login_failures.forgive, name=attempt.name, address=attempt.address, now=attempt.at)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network(f"{parsed}/{_NETWORK_BITS}", strict=False))
