"""The executable schema: the published names of `schema.graphql`, bound to the sandbox's resolvers."""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
)

from connector.sandbox.shopify.bulk import BulkOperation
from connector.sandbox.shopify.bulk_calls import BULK_MUTATIONS
from connector.sandbox.shopify.call import Info
from connector.sandbox.shopify.goods import Location, Product, Variant
from connector.sandbox.shopify.jobs import Job
from connector.sandbox.shopify.metafields import MetafieldDefinition
from connector.sandbox.shopify.mutations import MUTATIONS
from connector.sandbox.shopify.objects import OBJECTS
from connector.sandbox.shopify.queries import QUERIES
from connector.sandbox.shopify.records import (
    Customer,
    Fulfillment,
    FulfillmentOrder,
    LineItem,
    Metafield,
    Order,
    legacy_id,
)
from connector.sandbox.shopify.scopes import guarded
from connector.sandbox.shopify.webhooks import Subscription
from connector.sandbox.shopify.wire import (
    read_decimal,
    read_instant,
    read_url,
    write_decimal,
    write_instant,
)

_TYPE_NAMES = {
    BulkOperation: "BulkOperation",
    Customer: "Customer",
    Fulfillment: "Fulfillment",
    FulfillmentOrder: "FulfillmentOrder",
    Job: "OrderCancelJobResult",
    LineItem: "LineItem",
    Location: "Location",
    Metafield: "Metafield",
    MetafieldDefinition: "MetafieldDefinition",
    Order: "Order",
    Product: "Product",
    Subscription: "WebhookSubscription",
    Variant: "ProductVariant",
}
_CAMEL = re.compile(r"(?<!^)(?=[A-Z])")


def sdl() -> str:
    """The text of the schema the sandbox speaks."""
    return resources.files(__package__).joinpath("schema.graphql").read_text()


@lru_cache(maxsize=1)
def sandbox_schema() -> GraphQLSchema:
    """The schema with resolvers; built once, shared by all worlds."""
    schema = build_schema(sdl())
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            _bind(kind)
        elif isinstance(kind, GraphQLInterfaceType):
            kind.resolve_type = lambda value, _info, _kind: _TYPE_NAMES.get(type(value))
    _bind_scalars(schema)
    return schema


def _bind(kind: GraphQLObjectType) -> None:
    roots = {"QueryRoot": QUERIES, "Mutation": {**MUTATIONS, **BULK_MUTATIONS}}
    known = roots.get(kind.name) or OBJECTS.get(kind.name, {})
    for name, field in kind.fields.items():
        resolve = known.get(name) or (_legacy_id if name == "legacyResourceId" else _attribute(name))
        field.resolve = guarded(name, resolve) if kind.name in roots else resolve


def _attribute(name: str) -> Callable[..., Any]:
    attribute = _CAMEL.sub("_", name).lower()

    def resolve(source: Any, _info: Info, **_arguments: Any) -> Any:
        if type(source) is dict:
            return source.get(name)
        return getattr(source, attribute)

    return resolve


def _legacy_id(source: Any, _info: Info) -> str:
    return legacy_id(source.id)


def _bind_scalars(schema: GraphQLSchema) -> None:
    def scalar(name: str) -> GraphQLScalarType:
        found = schema.type_map[name]
        assert isinstance(found, GraphQLScalarType)
        return found

    for name, read, write in (
        ("DateTime", read_instant, write_instant),
        ("Decimal", read_decimal, write_decimal),
        ("Money", read_decimal, write_decimal),
        ("URL", read_url, str),
        ("UnsignedInt64", str, str),
    ):
        found = scalar(name)
        found.coerce_input_value = read
        found.coerce_output_value = write
