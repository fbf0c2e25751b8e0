"""What a document costs in points, by the formula fitted to recorded answers of the real API.

Scalars cost nothing, an object 1, a connection `2 + max(1, floor(2·ln(first)))` times its node, a mutation 10
with its direct payload objects free, a MoneyBag nothing, a plain list one object, a root `…Count` field 10.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

MUTATION_POINTS = 10
COUNT_POINTS = 10
_FREE = frozenset({"MoneyBag", "PageInfo"})
"""Free with everything inside."""

Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(slots=True)
class CostNode:
    """One selected field: its `own` points, its children, of a connection also how many nodes."""

    key: str
    own: int
    children: "list[CostNode]" = field(default_factory=list)
    connection: bool = False
    first: int | str = 1
    """A number, or the name of the variable that holds it."""

    def requested(self, variables: Mapping[str, Any]) -> int:
        """The points asked for before running."""
        inner = sum(child.requested(variables) for child in self.children)
        if not self.connection:
            return self.own + inner
        asked = variables.get(self.first) if isinstance(self.first, str) else self.first
        return 2 + share(asked if isinstance(asked, int) else 1) * (1 + inner)

    def actual(self, data: Any) -> int:
        """The points used, from the part of the answer that this field gave."""
        if self.connection and data is not None:
            nodes = data.get("nodes") or [edge["node"] for edge in data.get("edges", ()) if "node" in edge]
            return 2 + (share(len(nodes)) * (1 + self._inside(nodes[0])) if nodes else 0)
        if isinstance(data, list):
            return self.own + self._inside(data[0]) if data else 0
        return self.own + self._inside(data) if isinstance(data, dict) else 0

    def _inside(self, data: Any) -> int:
        return (
            sum(child.actual(data.get(child.key)) for child in self.children) if self.children and data else 0
        )


class CostPlan:
    """The cost of one operation of a document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._mutation = operation.operation is OperationType.MUTATION
        root = schema.get_root_type(operation.operation)
        assert root is not None
        self._fields = [self._root(node, on) for node, on in self._selected(operation.selection_set, root)]
        self._base = MUTATION_POINTS * len(self._fields) if self._mutation else 0
        self._defaults = {
            variable.variable.name.value: int(variable.default_value.value)
            for variable in operation.variable_definitions or ()
            if isinstance(variable.default_value, IntValueNode)
        }

    def requested(self, variables: Mapping[str, Any]) -> int:
        """The points an answer may use at most."""
        known = {**self._defaults, **variables} if self._defaults else variables
        return self._base + sum(cost.requested(known) for cost in self._fields)

    def actual(self, data: Mapping[str, Any] | None, requested: int) -> int:
        """The points an answer used: never more than requested."""
        used = sum(cost.actual(data.get(cost.key)) for cost in self._fields) if data else 0
        return min(requested, self._base + used)

    def _root(self, node: FieldNode, on: Composite) -> CostNode:
        cost = self._field(node, on)
        if self._mutation:
            cost.own = 0
            for child in cost.children:
                child.own = 0
        elif node.name.value.endswith("Count"):
            cost.own = COUNT_POINTS
        return cost

    def _field(self, node: FieldNode, on: Composite) -> CostNode:
        key = node.alias.value if node.alias else node.name.value
        definition = on.fields.get(node.name.value)
        kind = None if definition is None else get_named_type(definition.type)
        if not isinstance(kind, Composite) or kind.name in _FREE or node.selection_set is None:
            return CostNode(key, 0)
        below = list(self._selected(node.selection_set, kind))
        if kind.name.endswith("Connection"):
            children = [cost for child, of in below for cost in self._of_node(child, of)]
            return CostNode(key, 0, children, connection=True, first=_first(node))
        return CostNode(key, 1, [self._field(child, of) for child, of in below])

    def _of_node(self, node: FieldNode, on: Composite) -> Iterator[CostNode]:
        """What the nodes of a connection cost inside: through `nodes` or through `edges { node }`."""
        if node.name.value not in ("nodes", "edges") or node.selection_set is None:
            return
        kind = get_named_type(on.fields[node.name.value].type)
        assert isinstance(kind, Composite)
        for child, of in self._selected(node.selection_set, kind):
            if node.name.value == "nodes":
                yield self._field(child, of)
            elif child.name.value == "node":
                yield from self._field(child, of).children

    def _selected(self, selections: SelectionSetNode, on: Composite) -> Iterator[tuple[FieldNode, Composite]]:
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                yield selection, on
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                kind = on if condition is None else self._schema.type_map[condition.name.value]
                assert isinstance(kind, Composite)
                yield from self._selected(selection.selection_set, kind)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
                kind = self._schema.type_map[fragment.type_condition.name.value]
                assert isinstance(kind, Composite)
                yield from self._selected(fragment.selection_set, kind)


def share(count: int) -> int:
    """How many nodes a connection of `count` nodes is charged for."""
    return max(1, math.floor(2 * math.log(count))) if count > 1 else 1


def _first(node: FieldNode) -> int | str:
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            if isinstance(argument.value, VariableNode):
                return argument.value.name.value
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
    return 1
