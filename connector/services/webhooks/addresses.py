"""Where the platforms are to send webhooks, and what addresses they take."""

import ipaddress
from urllib.parse import urlsplit

from connector.errors import UsageError

TIKTOK_PATH = "/webhooks/tiktok"
SHOPIFY_PATH = "/webhooks/shopify"
_LONGEST = 255


def tiktok_address(base_url: str, *, api_url: str) -> str:
    """The receiver's address for TikTok Shop below `base_url`.

    TikTok takes https, a domain name, no port and 255 characters (reference 8.2): raises UsageError else.
    A TikTok whose own address (`api_url`) is this machine, the sandbox, takes any.
    """
    address = base_url.rstrip("/") + TIKTOK_PATH
    if is_loopback(api_url):
        return address
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port
    if parts.scheme != "https" or port is not None or _is_ip(host) or "." not in host:
        raise UsageError(
            f"TikTok sends webhooks to https and a domain name without a port only, not to {base_url}; set "
            "CONNECTOR_PUBLIC_URL (or --url) to such an address."
        )
    if len(address) > _LONGEST:
        raise UsageError(f"TikTok takes addresses of at most {_LONGEST} characters; use a shorter one.")
    return address


def shopify_address(base_url: str, *, api_url: str) -> str:
    """The receiver's address for Shopify below `base_url`; raises UsageError unless it is https."""
    address = base_url.rstrip("/") + SHOPIFY_PATH
    if not is_loopback(api_url) and urlsplit(address).scheme != "https":
        raise UsageError(
            f"Shopify sends webhooks to https only, not to {base_url}; set CONNECTOR_PUBLIC_URL (or --url) "
            "to an https address."
        )
    return address


def is_receiver(address: object, path: str) -> bool:
    """Whether an address is that of a receiver of this connector, wherever it runs."""
    return isinstance(address, str) and urlsplit(address).path.endswith(path)


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    return host == "localhost" or (_is_ip(host) and ipaddress.ip_address(host).is_loopback)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
