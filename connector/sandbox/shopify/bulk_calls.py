"""The mutations of bulk operations: start one, cancel one."""

import re
from typing import Any

from graphql import FieldNode, GraphQLSyntaxError, OperationDefinitionNode, parse

from connector.sandbox.shopify.bulk import CONCURRENT_QUERIES, BulkOperation
from connector.sandbox.shopify.call import Call, user_error

_NODES = re.compile(r"\bnodes\s*\{")


def bulk_run(call: Call, query: str) -> dict[str, Any]:
    """The payload of `bulkOperationRunQuery`; the rows are made when the operation ends."""
    problem = _problem(query)
    if problem:
        return {"bulkOperation": None, "userErrors": [user_error(problem, "query")]}
    running = [known for known in call.world.bulk_operations.values() if known.running]
    if len(running) >= CONCURRENT_QUERIES:
        message = "A bulk query operation for this app and shop is already in progress."
        return {"bulkOperation": None, "userErrors": [user_error(message, code="OPERATION_IN_PROGRESS")]}
    operation = BulkOperation(call.world.new_id("BulkOperation"), query, call.now)
    call.world.bulk_operations[operation.id] = operation
    seconds = call.world.switches.bulk_seconds
    call.world.after(seconds / 2, lambda: _start(operation))
    call.world.after(seconds, lambda: call.finish_bulk(operation))
    return {"bulkOperation": operation, "userErrors": []}


def bulk_cancel(call: Call, operation_id: str) -> dict[str, Any]:
    """The payload of `bulkOperationCancel`."""
    operation = call.world.bulk_operations.get(operation_id)
    if operation is None or not operation.running:
        error = user_error("A bulk operation cannot be canceled when it is completed.", code=None)
        return {"bulkOperation": operation, "userErrors": [error]}
    operation.status = "CANCELED"
    operation.completed_at = call.now
    return {"bulkOperation": operation, "userErrors": []}


def _start(operation: BulkOperation) -> None:
    if operation.status == "CREATED":
        operation.status = "RUNNING"


def _problem(query: str) -> str | None:
    try:
        document = parse(query)
    except GraphQLSyntaxError as error:
        return f"Invalid bulk query: {error.message}"
    if _NODES.search(query):
        return "Invalid bulk query: the nodes field is not supported, use edges { node }."
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    roots = [field for operation in operations for field in operation.selection_set.selections]
    if len(roots) != 1 or not isinstance(roots[0], FieldNode):
        return "Invalid bulk query: it must have exactly one top-level field."
    if "edges" not in query:
        return "Invalid bulk query: it must contain at least one connection."
    return None


BULK_MUTATIONS = {
    "bulkOperationRunQuery": lambda _root, info, **given: bulk_run(info.context, given["query"]),
    "bulkOperationCancel": lambda _root, info, **given: bulk_cancel(info.context, given["id"]),
}
"""Resolvers of the bulk mutations."""
