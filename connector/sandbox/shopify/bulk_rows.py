"""The rows of a bulk result: one object per node, children apart with `__parentId`."""

from typing import Any

Row = dict[str, Any]


def bulk_rows(data: dict[str, Any]) -> list[Row]:
    """All rows of an executed bulk query, parents before their children."""
    rows: list[Row] = []
    for value in data.values():
        if isinstance(value, dict):
            _collect(value, None, rows)
    return rows


def _collect(value: dict[str, Any], parent: str | None, rows: list[Row]) -> None:
    if "edges" not in value:
        _flatten(value, parent, rows)
        return
    for edge in value["edges"]:
        _flatten(edge["node"], parent, rows)


def _flatten(node: dict[str, Any], parent: str | None, rows: list[Row]) -> None:
    connections = {key: part for key, part in node.items() if isinstance(part, dict) and "edges" in part}
    row = {key: part for key, part in node.items() if key not in connections}
    if parent is not None:
        row["__parentId"] = parent
    rows.append(row)
    for part in connections.values():
        _collect(part, node.get("id"), rows)
