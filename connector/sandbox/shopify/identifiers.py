"""Unique order metafields: what a create does with a value that is taken."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from connector.sandbox.shopify.call import Call, UserError, user_error
from connector.sandbox.shopify.metafields import APP_NAMESPACE, full_namespace
from connector.sandbox.shopify.records import Metafield
from connector.sandbox.shopify.switches import DuplicateIdentifier

_TAKEN = "Metafields value has already been taken"


def metafield_errors(call: Call, given: Sequence[dict[str, Any]]) -> Iterator[UserError]:
    """What keeps an order with these metafields from being made."""
    refuse_taken = call.world.switches.duplicate_identifier is DuplicateIdentifier.REFUSE
    for number, metafield in enumerate(given):
        path = ("order", "metafields", str(number))
        namespace, key = full_namespace(metafield.get("namespace")), metafield.get("key")
        definition = call.world.definitions.find(namespace, key or "")
        if not key or not metafield.get("value"):
            yield user_error("Metafields value can't be blank", *path)
        elif namespace.startswith(APP_NAMESPACE) and not call.world.switches.app_namespace_metafields:
            yield user_error("Metafields namespace is reserved", *path, "namespace")
        elif definition is None and not metafield.get("type"):
            yield user_error("Metafields type can't be blank", *path, "type")
        elif definition is not None and metafield.get("type") not in (None, definition.type_name):
            yield user_error(f"Metafields type must be {definition.type_name}", *path, "type")
        elif refuse_taken and is_taken(call, metafield):
            yield user_error(_TAKEN, *path)


def is_taken(call: Call, given: dict[str, Any]) -> bool:
    """Whether the uniqueness check sees another order with this value."""
    definition = call.world.definitions.find(full_namespace(given.get("namespace")), given["key"])
    if definition is None or not definition.unique:
        return False
    seen = call.now - timedelta(seconds=call.world.switches.unique_check_delay)
    return bool(definition.holders(given["value"], before=seen))


def metafields_of(call: Call, given: Sequence[dict[str, Any]]) -> tuple[list[Metafield], list[UserError]]:
    """The metafields a new order keeps, and userErrors about those it does not."""
    kept, errors = [], []
    rule = call.world.switches.duplicate_identifier
    for number, metafield in enumerate(given):
        if rule is not DuplicateIdentifier.ACCEPT and is_taken(call, metafield):
            if rule is DuplicateIdentifier.CREATE_WITH_ERROR:
                errors.append(user_error(_TAKEN, "order", "metafields", str(number)))
            continue
        kept.append(new_metafield(call, metafield))
    return kept, errors


def new_metafield(call: Call, given: dict[str, Any]) -> Metafield:
    """A metafield as it is stored."""
    namespace = full_namespace(given.get("namespace"))
    definition = call.world.definitions.find(namespace, given["key"])
    return Metafield(
        id=call.world.new_id("Metafield"),
        namespace=namespace,
        key=given["key"],
        type=definition.type_name if definition else given["type"],
        value=given["value"],
        created_at=call.now,
        updated_at=call.now,
    )
