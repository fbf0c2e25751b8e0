"""The SKUs a reason names, read back from its detail, where they stand in quotes."""

import ast
import re

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def named_skus(detail: str) -> list[str]:
    """The quoted SKUs of a reason's detail, as they were before quoting."""
    return [str(ast.literal_eval(quoted)) for quoted in _QUOTED.findall(detail)]


def names_all(detail: str) -> bool:
    """Whether a reason's detail names every SKU it is about, not just the first few."""
    return bool(_QUOTED.search(detail)) and not detail.endswith(" more")
