"""Metafield definitions of orders, and the values that a definition of type `id` keeps unique."""

from dataclasses import dataclass, field
from datetime import datetime

from connector.sandbox.shopify.records import Order

APP_NAMESPACE = "app--sandbox"
"""What `$app` and a missing namespace come to: the app's own."""


@dataclass(slots=True)
class IdentifierValue:
    """One order that carries a value, and since when."""

    order: Order
    since: datetime


@dataclass(slots=True)
class MetafieldDefinition:
    """A definition; `values` is kept for unique ones only."""

    id: str
    namespace: str
    key: str
    owner_type: str
    type_name: str
    name: str
    description: str | None
    unique: bool
    values: dict[str, list[IdentifierValue]] = field(default_factory=dict)
    metafields_count: int = 0

    def holders(self, value: str, *, before: datetime) -> list[Order]:
        """Orders that carry the value since before an instant, oldest first."""
        return [held.order for held in self.values.get(value, ()) if held.since <= before]


class Definitions:
    """The metafield definitions of one shop."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], MetafieldDefinition] = {}

    def add(self, definition: MetafieldDefinition) -> None:
        """Keep a new definition."""
        self._known[definition.owner_type, definition.namespace, definition.key] = definition

    def find(self, namespace: str, key: str, owner_type: str = "ORDER") -> MetafieldDefinition | None:
        """The definition of a namespace and key."""
        return self._known.get((owner_type, namespace, key))

    def all(self) -> list[MetafieldDefinition]:
        """All definitions in the order of their making."""
        return list(self._known.values())

    def keep(self, order: Order, since: datetime) -> None:
        """Index the metafields of an order."""
        for metafield in order.metafields:
            definition = self.find(metafield.namespace, metafield.key)
            if definition is None:
                continue
            definition.metafields_count += 1
            if definition.unique:
                definition.values.setdefault(metafield.value, []).append(IdentifierValue(order, since))

    def forget(self, order: Order) -> None:
        """Drop the metafields of a deleted order."""
        for metafield in order.metafields:
            definition = self.find(metafield.namespace, metafield.key)
            if definition is None:
                continue
            definition.metafields_count -= 1
            held = definition.values.get(metafield.value, [])
            definition.values[metafield.value] = [entry for entry in held if entry.order is not order]


def full_namespace(given: str | None) -> str:
    """A namespace as it is stored: missing and `$app` mean the app's own."""
    if not given or given == "$app":
        return APP_NAMESPACE
    return given.replace("$app:", f"{APP_NAMESPACE}--", 1)
