"""The sandbox's schema against the published one, and every reference document against the sandbox's."""

import gzip
import os
from pathlib import Path

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_specified_scalar_type,
    parse,
    print_ast,
    validate,
)

from connector.sandbox.shopify.schema import sandbox_schema, sdl

UNUSED_DOCUMENTS = {"order_read", "refund_create", "return_create"}
"""Reference documents about refunds and returns, which the connector never touches on Shopify."""


@pytest.fixture(scope="module")
def reference() -> Path:
    folder = os.environ.get("CONNECTOR_REFERENCE")
    if not folder:
        pytest.skip("CONNECTOR_REFERENCE does not name the folder with Shopify's published schema")
    return Path(folder) / "shopify"


@pytest.fixture(scope="module")
def published(reference: Path) -> GraphQLSchema:
    with gzip.open(reference / "admin-2026-10.nodesc.graphql.gz", "rt") as file:
        return build_schema(file.read(), assume_valid=True)


@pytest.fixture(scope="module")
def ours() -> GraphQLSchema:
    return build_schema(sdl())


def default_of(argument: GraphQLArgument) -> str | None:
    """An argument's default value as it is written."""
    node = argument.ast_node
    return None if node is None or node.default_value is None else print_ast(node.default_value)


def test_every_type_is_a_published_one_of_the_same_kind(
    ours: GraphQLSchema, published: GraphQLSchema
) -> None:
    for name, kind in ours.type_map.items():
        if not name.startswith("__") and not is_specified_scalar_type(kind):
            assert type(published.type_map.get(name)) is type(kind), name


def test_every_field_and_argument_has_its_published_type(
    ours: GraphQLSchema, published: GraphQLSchema
) -> None:
    for name, kind in ours.type_map.items():
        if name.startswith("__") or not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            continue
        real = published.type_map[name]
        assert isinstance(real, GraphQLObjectType | GraphQLInterfaceType)
        for field_name, field in kind.fields.items():
            theirs = real.fields.get(field_name)
            assert theirs is not None, f"{name}.{field_name}"
            assert str(field.type) == str(theirs.type), f"{name}.{field_name}"
            for argument_name, argument in field.args.items():
                where = f"{name}.{field_name}({argument_name}:)"
                assert argument_name in theirs.args, where
                assert str(argument.type) == str(theirs.args[argument_name].type), where
                assert default_of(argument) == default_of(theirs.args[argument_name]), where


def test_every_input_field_has_its_published_type(ours: GraphQLSchema, published: GraphQLSchema) -> None:
    for name, kind in ours.type_map.items():
        if not isinstance(kind, GraphQLInputObjectType):
            continue
        real = published.type_map[name]
        assert isinstance(real, GraphQLInputObjectType)
        assert kind.is_one_of == real.is_one_of
        for field_name, field in kind.fields.items():
            assert field_name in real.fields, f"{name}.{field_name}"
            assert str(field.type) == str(real.fields[field_name].type), f"{name}.{field_name}"


def test_an_order_can_be_created_with_every_published_field(
    ours: GraphQLSchema, published: GraphQLSchema
) -> None:
    for name, kind in published.type_map.items():
        if isinstance(kind, GraphQLInputObjectType) and name.startswith("OrderCreate"):
            known = ours.type_map[name]
            assert isinstance(known, GraphQLInputObjectType)
            assert set(known.fields) == set(kind.fields), name


def test_enums_are_complete(ours: GraphQLSchema, published: GraphQLSchema) -> None:
    for name, kind in ours.type_map.items():
        if isinstance(kind, GraphQLEnumType) and not name.startswith("__"):
            real = published.type_map[name]
            assert isinstance(real, GraphQLEnumType)
            assert set(kind.values) == set(real.values), name


def test_reference_documents_are_understood(reference: Path) -> None:
    documents = sorted((reference / "operations").glob("*.graphql"))
    assert len(documents) > len(UNUSED_DOCUMENTS)
    for path in documents:
        errors = validate(sandbox_schema(), parse(path.read_text()))
        assert bool(errors) == (path.stem in UNUSED_DOCUMENTS), f"{path.name}: {[e.message for e in errors]}"


def test_the_schema_has_no_type_that_nothing_reaches(ours: GraphQLSchema) -> None:
    text = "\n".join(print_ast(node) for node in parse(sdl()).definitions)
    for name in ours.type_map:
        if not name.startswith("__") and name not in ("QueryRoot", "Mutation", "JobResult"):
            assert text.count(name) > 1, name
