"""What a resolver knows about the request it serves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLResolveInfo

from connector.sandbox.shopify.access import App, Token
from connector.sandbox.shopify.bulk import BulkOperation
from connector.sandbox.shopify.orderbook import VISIBLE_FOR
from connector.sandbox.shopify.records import Order
from connector.sandbox.shopify.world import ShopifyWorld

if TYPE_CHECKING:
    from connector.sandbox.shopify.engine import Searches

UserError = dict[str, Any]


@dataclass(slots=True)
class Call:
    """One GraphQL request of one app; `search` collects the warnings of its search queries."""

    world: ShopifyWorld
    token: Token
    version: str
    now: datetime
    searches: "Searches"
    finish_bulk: Callable[[BulkOperation], None]
    search: list[dict[str, Any]] = field(default_factory=list)
    bulk: bool = False
    """Whether a bulk operation asks: connections then give all they have, without `first`."""

    @property
    def app(self) -> App:
        return self.token.app

    def may(self, *scopes: str) -> bool:
        """Whether the app has any of these scopes."""
        return any(scope in self.token.app.granted for scope in scopes)

    def sees(self, order: Order) -> bool:
        """Whether the app may read an order of this age."""
        return order.created_at >= self.now - VISIBLE_FOR or self.may("read_all_orders")


Info = GraphQLResolveInfo[Call]


def user_error(message: str, *field_path: str, code: str | None = "INVALID") -> UserError:
    """An entry of `userErrors`; `field` is null when there is no path."""
    return {"message": message, "field": list(field_path) or None, "code": code}


def access_denied(field_name: str, scopes: tuple[str, ...]) -> GraphQLError:
    """The top-level error for a missing scope."""
    needed = " or ".join(f"`{scope}` access scope" for scope in scopes)
    return GraphQLError(
        f"Access denied for {field_name} field. Required access: {needed}.",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": f"{needed}.",
        },
    )
