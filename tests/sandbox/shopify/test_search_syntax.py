"""The search grammar, as Shopify documents it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.shopify.search_syntax import Both, Either, Node, Not, Term, parse, terms_of


def term(field: str, value: str, operator: str = "", *, quoted: bool = False) -> Term:
    return Term(field, operator, value, quoted)


A, B, C = term("", "a"), term("", "b"), term("", "c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("a b", Both((A, B))),
        ("a AND b", Both((A, B))),
        ("a OR b c", Either((A, Both((B, C))))),
        ("(a OR b) c", Both((Either((A, B)), C))),
        ("NOT a", Not(A)),
        ("-a b", Both((Not(A), B))),
        ("sku:A-1", term("sku", "A-1")),
        ("created_at:>=2026-01-01", term("created_at", "2026-01-01", ">=")),
        ("created_at:<'2026-01-01T00:00:00Z'", term("created_at", "2026-01-01T00:00:00Z", "<", quoted=True)),
        ('sku:"a b"', term("sku", "a b", quoted=True)),
        (r'sku:"a\"b\\"', term("sku", 'a"b\\', quoted=True)),
        (r"sku:'it\'s'", term("sku", "it's", quoted=True)),
        (r"sku:a\:b\(c\)", term("sku", "a:b(c)")),
        ("metafields.ns-a.key:7", term("metafields.ns-a.key", "7")),
        ('"OR"', term("", "OR", quoted=True)),
        ("", Both(())),
        ("( )", Both(())),
    ],
)
def test_queries(text: str, tree: Node) -> None:
    assert parse(text) == tree


@given(st.text(alphabet="ab:()\"'\\- ORANDT<>=.", max_size=40))
def test_no_query_is_refused(text: str) -> None:
    assert all(isinstance(found, Term) for found in terms_of(parse(text)))


@given(st.text(min_size=1, max_size=20))
def test_a_quoted_value_comes_back_whole(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    assert parse(f'sku:"{escaped}"') == term("sku", value, quoted=True)
