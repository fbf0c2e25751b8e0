"""Every document the client sends is valid against Shopify's published schema, and asks for few points."""

import gzip
import json
import os
from importlib.resources import files
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, print_ast, validate

from connector.shopify.documents import Document, document, orders_by_custom_id

NAMES = sorted(
    entry.name.removesuffix(".graphql")
    for entry in (files("connector.shopify") / "documents").iterdir()
    if entry.name.endswith(".graphql") and entry.name != "found_order.graphql"
)
DOCUMENTS = [document(name) for name in NAMES] + [orders_by_custom_id(1), orders_by_custom_id(50)]


@pytest.fixture(scope="session", params=["2026-07", "2026-10"])
def published(request: pytest.FixtureRequest) -> GraphQLSchema:
    """Shopify's whole schema of one version."""
    folder = os.environ.get("CONNECTOR_REFERENCE")
    if not folder:
        pytest.skip("CONNECTOR_REFERENCE does not name the folder with Shopify's published schema")
    path = Path(folder) / "shopify" / f"admin-{request.param}.nodesc.graphql.gz"
    # Shopify deprecates fields of interfaces that it does not deprecate in the interface itself.
    return build_schema(gzip.decompress(path.read_bytes()).decode(), assume_valid=True)


@pytest.mark.parametrize("sent", DOCUMENTS, ids=lambda sent: sent.name)
def test_valid_in_every_supported_version(sent: Document, published: GraphQLSchema) -> None:
    assert validate(published, parse(sent.text)) == []


@pytest.mark.parametrize("sent", DOCUMENTS, ids=lambda sent: sent.name)
def test_the_text_survives_being_put_on_one_line(sent: Document) -> None:
    assert "\n" not in sent.text
    assert print_ast(parse(sent.text))


def test_a_body_is_the_query_and_its_variables() -> None:
    body = json.loads(document("order_state").body({"id": "gid://shopify/Order/1"}))
    assert body == {"query": document("order_state").text, "variables": {"id": "gid://shopify/Order/1"}}


def test_looking_up_many_orders_is_one_request() -> None:
    text = orders_by_custom_id(3).text
    assert [f"o{number}: orderByIdentifier(identifier: $i{number})" in text for number in range(4)] == [
        True,
        True,
        True,
        False,
    ]
