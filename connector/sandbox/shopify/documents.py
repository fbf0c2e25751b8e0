"""Documents: parsed, validated and priced once per text, so that a repeated one costs nothing but its run."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

from connector.sandbox.shopify.cost import CostPlan

_KEPT = 500
_LONGEST_LIST = 250
"""Entries a list of the input may have (Shopify reference 4)."""
_KINDS = (
    (re.compile(r"Cannot query field '(?P<fieldName>\w+)' on type '(?P<typeName>\w+)'"), "undefinedField"),
    (re.compile(r"Unknown argument '(?P<argumentName>\w+)' on field"), "argumentNotAccepted"),
    (re.compile(r"Argument '.*' of type .* is required"), "missingRequiredArguments"),
    (re.compile(r"Directive '@(?P<name>\w+)' may not be used on"), "directiveCannotBeApplied"),
    (re.compile(r"Unknown type"), "undefinedType"),
    (re.compile(r"Variable '\$\w+' of type .* used in position"), "variableMismatch"),
    (re.compile(r"Variable '\$\w+' is not defined"), "variableNotDefined"),
    (re.compile(r"Variable '\$\w+' is never used"), "variableNotUsed"),
)
_VARIABLE = re.compile(
    r"Variable '\$(?P<name>\w+)' has invalid value(?: at (?P<path>[\w.\[\]]+))?: (?P<problem>.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Document:
    """One operation of a text, ready to run; or the errors that keep it from running."""

    ast: DocumentNode | None
    operation_name: str | None
    root_field: str
    """The first root field: what fault rules call the request."""
    cost: CostPlan | None
    errors: tuple[dict[str, Any], ...] = ()


class Documents:
    """The documents seen lately."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: OrderedDict[tuple[str, str | None], Document] = OrderedDict()

    def read(self, text: str, operation_name: str | None = None) -> Document:
        """The document of a text; bad ones carry errors."""
        key = (text, operation_name)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._compile(text, operation_name)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return known

    def _compile(self, text: str, operation_name: str | None) -> Document:
        try:
            ast = parse(text, no_location=False)
        except GraphQLSyntaxError as error:
            return _bad([{"message": error.message, "locations": _locations(error)}])
        errors = validate(self._schema, ast)
        if errors:
            return _bad([_refusal(error) for error in errors])
        operations = [node for node in ast.definitions if isinstance(node, OperationDefinitionNode)]
        named = [node for node in operations if node.name is not None and node.name.value == operation_name]
        chosen = named if operation_name else operations
        if len(chosen) != 1:
            return _bad([{"message": "An operation name is required" if operations else "No operation"}])
        fragments = {n.name.value: n for n in ast.definitions if isinstance(n, FragmentDefinitionNode)}
        plan = CostPlan(self._schema, chosen[0], fragments)
        first = chosen[0].selection_set.selections[0]
        root = first.name.value if isinstance(first, FieldNode) else ""
        return Document(ast, operation_name, root, plan)


def variable_error(error: GraphQLError, variables: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal of the variables as the Admin API words it; it repeats the client's value."""
    name, path, problem = _variable_parts(error.message)
    where = f" for {'.'.join(path)}" if path else ""
    return {
        "message": f"Variable ${name} was provided invalid value{where} ({problem})",
        "locations": _locations(error),
        "extensions": {
            "code": "INVALID_VARIABLE",
            "value": variables.get(name),
            "problems": [{"path": path, "explanation": problem}],
        },
    }


def list_error(variables: Mapping[str, Any]) -> dict[str, Any] | None:
    """A refusal of variables that hold too long a list; None when there is none."""
    longest = max(_lengths(variables), default=0)
    if longest <= _LONGEST_LIST:
        return None
    sizes = f"{longest} is greater than the maximum allowed of {_LONGEST_LIST}"
    return {
        "message": f"The input array size of {sizes}.",
        "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"},
    }


def _lengths(value: object) -> Iterator[int]:
    if isinstance(value, list):
        yield len(value)
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for each in inner:
        if isinstance(each, list | Mapping):
            yield from _lengths(each)


def _variable_parts(message: str) -> tuple[str, list[str], str]:
    found = _VARIABLE.match(message)
    if found is None:
        return "", [], message
    path = re.findall(r"\w+", found["path"] or "")
    unknown = re.search(r"type '(\w+)' not to include unknown field '(\w+)'", found["problem"])
    if unknown is not None:
        return found["name"], [*path, unknown[2]], f"Field is not defined on {unknown[1]}"
    required = re.search(r"to include required field '(\w+)'", found["problem"])
    if required is not None:
        return found["name"], [*path, required[1]], "Expected value to not be null"
    if "not to be None" in found["problem"] or "to be provided" in found["problem"]:
        return found["name"], path, "Expected value to not be null"
    return found["name"], path, found["problem"]


def _bad(errors: list[dict[str, Any]]) -> Document:
    return Document(None, None, "invalid", None, tuple(errors))


def _refusal(error: GraphQLError) -> dict[str, Any]:
    extensions: dict[str, Any] = {"code": "argumentLiteralsIncompatible"}
    for pattern, code in _KINDS:
        found = pattern.search(error.message)
        if found is not None:
            extensions = {"code": code, **found.groupdict()}
            break
    return {"message": error.message, "locations": _locations(error), "extensions": extensions}


def _locations(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": place.line, "column": place.column} for place in error.locations or ()]
