"""A store file: the TOML text that describes one pair of shops, read strictly.

Every fault is named by its dotted key (`shopify.base_url`); no value of the file is ever repeated in a
message, because most of them are secrets.
"""

import sys
import tomllib
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from connector.errors import ConfigurationError
from connector.store_values import Domain, Instant, Token, UnixSeconds, WebAddress, host_of
from models.order_settings import OrderSettings

DEFAULT_TIKTOK_URL = "https://open-api.tiktokglobalshop.com"
DEFAULT_TIKTOK_AUTH_URL = "https://auth.tiktok-shops.com"
DEFAULT_API_VERSION = "2026-10"
"""The newest Shopify Admin API version the project is checked against."""

_LARGEST_FILE = 1_000_000


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class TikTokTable(_Table):
    """How to reach the TikTok shop; its id and cipher may be left out when the token covers one shop."""

    base_url: WebAddress = DEFAULT_TIKTOK_URL
    auth_url: WebAddress = DEFAULT_TIKTOK_AUTH_URL
    app_key: Token
    app_secret: Token = Field(repr=False)
    access_token: Token = Field(repr=False)
    refresh_token: Token = Field(repr=False)
    access_token_expires_at: UnixSeconds | None = None
    shop_id: Token | None = None
    shop_cipher: Token | None = None

    @property
    def expires_at(self) -> datetime | None:
        """When the access token ends, if the file says so."""
        seconds = self.access_token_expires_at
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


class ShopifyTable(_Table):
    """How to reach the Shopify store: with an access token, or with a client id and its secret."""

    base_url: WebAddress
    domain: Domain
    """As Shopify's webhooks name the store; the host of `base_url` when left out."""
    api_version: Annotated[str, Field(pattern=r"^20\d\d-(01|04|07|10)$")] = DEFAULT_API_VERSION
    access_token: Token | None = Field(default=None, repr=False)
    client_id: Token | None = None
    client_secret: Token | None = Field(default=None, repr=False)
    webhook_secret: Token | None = Field(default=None, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _domain_from_address(cls, values: Any) -> Any:
        if not isinstance(values, dict) or "domain" in values:
            return values
        return {**values, "domain": host_of(str(values.get("base_url", "")))}

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        pair = (self.client_id, self.client_secret)
        if self.access_token is not None and pair != (None, None):
            raise ValueError("holds access_token as well as client_id or client_secret; keep one way")
        if self.access_token is None and None in pair:
            raise ValueError("needs access_token, or client_id and client_secret together")
        return self


class OrdersTable(OrderSettings):
    """The `[orders]` table: the settings that stay with the store, and where its imports begin."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    start_from: Instant | None = None
    """Orders older than this are never imported by a scheduled sync; None: when the store is added."""


class StoreFile(_Table):
    """One pair of shops, checked."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
    tiktok: TikTokTable
    shopify: ShopifyTable
    orders: OrdersTable = Field(default_factory=OrdersTable)

    @property
    def order_settings(self) -> OrderSettings:
        """The settings that are kept with the store, without `start_from`."""
        return OrderSettings(**self.orders.model_dump(exclude={"start_from"}))


def read_store_file(path: str) -> StoreFile:
    """The store a file describes; `-` reads standard input. Raises ConfigurationError with one sentence."""
    label = "from standard input" if path == "-" else _shown(path)
    try:
        data = sys.stdin.buffer.read(_LARGEST_FILE + 1) if path == "-" else _read(Path(path))
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "it is not a file name"
        raise ConfigurationError(f"The store file {label} cannot be read: {why}.") from None
    if len(data) > _LARGEST_FILE:
        raise ConfigurationError(f"The store file {label} is larger than 1 MB, so it cannot be one.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError(f"The store file {label} is not UTF-8 text.") from None
    return parse_store_file(text, label=label)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST_FILE + 1)


def parse_store_file(text: str, *, label: str = "as given") -> StoreFile:
    """The store a TOML text describes; raises ConfigurationError naming every faulty key on one line."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = str(error).rpartition("(at ")[2].rstrip(")") if "(at " in str(error) else "its brackets"
        raise ConfigurationError(f"The store file {label} is not TOML: look at {place}.") from None
    try:
        return StoreFile.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(_fault(each) for each in error.errors(include_input=False, include_url=False))
        raise ConfigurationError(f"The store file {label} cannot be used: {faults}.") from None


_MESSAGES = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "model_type": "must be a table",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_long": "holds more than {max_length}",
    "string_too_long": "is longer than {max_length} characters",
}
_PATTERNS = {
    "name": "must be 1 to 64 of the characters a-z, 0-9 and -",
    "api_version": "must be a Shopify API version such as 2026-10",
}


def _fault(error: ErrorDetails) -> str:
    key = _shown(".".join(str(part) for part in error["loc"]))
    kind = error["type"]
    if kind == "extra_forbidden":
        return f"{key} is not a known key{_suggestion(key)}"
    if kind == "string_pattern_mismatch":
        return f"{key} {_PATTERNS[str(error['loc'][-1])]}"
    if kind in _MESSAGES:
        return f"{key} {_MESSAGES[kind].format(**error.get('ctx', {}))}"
    return f"{key} {error['msg'].removeprefix('Value error, ')}"


def _shown(text: str) -> str:
    """Somebody else's text (an unknown key, a file name) made fit for one line."""
    return "".join(ch if ch.isprintable() else "?" for ch in text[:200])


_TABLES: dict[str, type[BaseModel]] = {
    "": StoreFile,
    "tiktok": TikTokTable,
    "shopify": ShopifyTable,
    "orders": OrdersTable,
}


def _suggestion(key: str) -> str:
    table, _, name = key.rpartition(".")
    known = _TABLES.get(table)
    near = get_close_matches(name, list(known.model_fields), n=1) if known else []
    return f" (did you mean {table + '.' if table else ''}{near[0]}?)" if near else ""
