"""Runs documents against one world: cost, throttle, execution, and the answer's JSON."""

import uuid
from collections.abc import Mapping
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, execute_sync

from connector.sandbox.shopify.access import Token
from connector.sandbox.shopify.bulk import BulkOperation
from connector.sandbox.shopify.bulk_rows import bulk_rows
from connector.sandbox.shopify.call import Call
from connector.sandbox.shopify.documents import Document, Documents, list_error, variable_error
from connector.sandbox.shopify.order_search import OrderSearch
from connector.sandbox.shopify.queries import NOT_FOUND
from connector.sandbox.shopify.schema import sandbox_schema
from connector.sandbox.shopify.throttle import SINGLE_QUERY_LIMIT, PointsBucket
from connector.sandbox.shopify.variant_search import VariantSearch
from connector.sandbox.shopify.world import ShopifyWorld

Answer = dict[str, Any]
_PARTIAL_SHARE = 2
"""A failed bulk operation leaves one row in so many."""


class Searches:
    """The search indexes of a world."""

    def __init__(self, world: ShopifyWorld) -> None:
        self.orders = OrderSearch(world)
        self.variants = VariantSearch(world)


class Engine:
    """Answers GraphQL requests of one world."""

    def __init__(self, world: ShopifyWorld) -> None:
        self.world = world
        self.documents = Documents(sandbox_schema())
        self._searches = Searches(world)

    def call(self, token: Token, version: str) -> Call:
        """The context of one request."""
        return Call(self.world, token, version, self.world.clock.now(), self._searches, self.finish_bulk)

    def run(self, call: Call, document: Document, variables: Mapping[str, Any]) -> Answer:
        """The answer to a document, with its cost."""
        if document.ast is None or document.cost is None:
            return {"errors": list(document.errors)}
        requested = document.cost.requested(variables)
        bucket = self.world.bucket(call.app)
        if requested > SINGLE_QUERY_LIMIT:
            return _too_dear(requested, bucket)
        if not bucket.admits(requested):
            return throttled(requested, bucket.status())
        if (too_long := list_error(variables)) is not None:
            return {"errors": [too_long]}
        result = self._execute(call, document, variables)
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            return {"errors": [variable_error(error, variables) for error in result.errors]}
        actual = document.cost.actual(result.data, requested)
        bucket.pay(actual)
        return _answer(call, result, _cost(requested, actual, bucket.status()))

    def finish_bulk(self, operation: BulkOperation) -> None:
        """Make the rows of a bulk operation that has run long enough."""
        if not operation.running:
            return
        operation.completed_at = self.world.clock.now()
        token = self.world.access.tokens[self.world.access_token]
        call = self.call(token, "unstable")
        call.bulk = True
        result = self._execute(call, self.documents.read(operation.query), {})
        if result.errors:
            denied = (result.errors[0].extensions or {}).get("code") == "ACCESS_DENIED"
            operation.status = "FAILED"
            operation.error_code = "ACCESS_DENIED" if denied else "INTERNAL_SERVER_ERROR"
            return
        rows = bulk_rows(result.data or {})
        failure = self.world.switches.bulk_failure
        operation.status, operation.error_code = ("FAILED", failure) if failure else ("COMPLETED", None)
        if failure:
            rows = rows[: len(rows) // _PARTIAL_SHARE]
        _store(operation, rows, self.world.base_url)

    def _execute(self, call: Call, document: Document, variables: Mapping[str, Any]) -> ExecutionResult:
        if document.ast is None:
            return ExecutionResult(None, [GraphQLError("the document is invalid")])
        return execute_sync(
            sandbox_schema(),
            document.ast,
            context_value=call,
            variable_values=dict(variables),
            operation_name=document.operation_name,
        )


def throttled(requested: int, status: Mapping[str, float]) -> Answer:
    """The answer to a query the bucket has no points for; nothing was run."""
    error = {
        "message": "Throttled",
        "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"},
    }
    return {"errors": [error], "extensions": {"cost": _cost(requested, None, status)}}


def internal_error() -> Answer:
    """The answer of a shop that broke; whether anything was done is not said."""
    number = str(uuid.uuid4())
    message = (
        "Internal error. Looks like something went wrong on our end.\n"
        f"Request ID: {number} (include this in support requests)."
    )
    error = {"message": message, "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": number}}
    return {"data": None, "errors": [error]}


def _too_dear(requested: int, bucket: PointsBucket) -> Answer:
    error = {
        "message": f"Query cost is {requested}, more than a single query may ask ({SINGLE_QUERY_LIMIT}).",
        "extensions": {"code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": SINGLE_QUERY_LIMIT},
    }
    return {"errors": [error], "extensions": {"cost": _cost(requested, None, bucket.status())}}


def _cost(requested: int, actual: int | None, status: Mapping[str, float]) -> dict[str, Any]:
    return {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status}


def _answer(call: Call, result: ExecutionResult, cost: dict[str, Any]) -> Answer:
    answer: Answer = {"data": result.data}
    if result.errors:
        answer["errors"] = [_error(error) for error in result.errors]
        if any((error.extensions or {}).get("code") == NOT_FOUND for error in result.errors):
            answer["data"] = None
    answer["extensions"] = {"cost": cost, **({"search": call.search} if call.search else {})}
    return answer


def _error(error: GraphQLError) -> dict[str, Any]:
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        raise error.original_error
    formatted: dict[str, Any] = dict(error.formatted)
    return formatted


def _store(operation: BulkOperation, rows: list[dict[str, Any]], base_url: str) -> None:
    operation.rows = b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
    operation.object_count = len(rows)
    operation.root_object_count = sum("__parentId" not in row for row in rows)
    operation.file_size = len(operation.rows)
    operation.file_name = f"bulk-{uuid.uuid4().hex}.jsonl"
    if rows:
        url = f"{base_url}/sandbox-bulk/{operation.file_name}"
        if operation.status == "FAILED":
            operation.partial_data_url = url
        else:
            operation.url = url
