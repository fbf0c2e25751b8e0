"""Who may do what: apps, their tokens and their access scopes."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

TOKEN_LIFE = timedelta(hours=24)
"""How long a client-credentials token lives."""

ALL_SCOPES = frozenset(
    {
        "write_orders",
        "read_all_orders",
        "read_products",
        "write_inventory",
        "read_customers",
        "read_locations",
        "write_merchant_managed_fulfillment_orders",
    }
)
"""What a connector asks for; `write_x` includes `read_x`."""


def expanded(scopes: frozenset[str]) -> frozenset[str]:
    """Scopes with the reading ones that the writing ones include."""
    return scopes | {"read_" + scope.removeprefix("write_") for scope in scopes if scope.startswith("write_")}


@dataclass(slots=True)
class App:
    """An app installed in the shop; its client secret also signs its webhooks."""

    id: str
    client_id: str
    client_secret: str
    scopes: frozenset[str] = ALL_SCOPES
    granted: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.granted = expanded(self.scopes)

    def grant(self, scopes: frozenset[str]) -> None:
        """Replace the app's scopes; tokens in use feel it at once."""
        self.scopes = scopes
        self.granted = expanded(scopes)


@dataclass(slots=True)
class Token:
    """An access token; `expires_at` is None for the permanent ones of older apps."""

    text: str
    app: App
    expires_at: datetime | None = None
    revoked: bool = False

    @property
    def from_client_credentials(self) -> bool:
        return self.expires_at is not None


class Access:
    """The apps and tokens of one shop."""

    def __init__(self) -> None:
        self.apps: dict[str, App] = {}
        self.tokens: dict[str, Token] = {}

    def add_app(self, app: App) -> App:
        """Install an app."""
        self.apps[app.client_id] = app
        return app

    def issue(self, app: App, expires_at: datetime | None = None) -> Token:
        """A new token of an app."""
        token = Token(f"shpat_{secrets.token_hex(16)}", app, expires_at)
        self.tokens[token.text] = token
        return token

    def revoke(self, text: str) -> None:
        """Make a token worthless."""
        self.tokens[text].revoked = True

    def recognise(self, text: str, now: datetime) -> Token | None:
        """The living token of this text."""
        token = self.tokens.get(text)
        if token is None or token.revoked or (token.expires_at is not None and token.expires_at <= now):
            return None
        return token
