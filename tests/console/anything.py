"""Whatever somebody may send, as hypothesis draws it: values, queries, forms, headers, bodies, addresses."""

import re
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'
LONG = "a" * 2000

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_WORDS = [
    "0",
    "-1",
    "1",
    "99999999999999999999",
    "us",
    "uk",
    "mars",
    "501",
    "502",
    "created",
    "blocked",
    "sku_unmatched",
    "invalid_order",
    "unpaid",
    "tiktok",
    "seller",
    "2026-11-01T00:00:00Z",
    "2026-11-01T00:00",
    "9999-12-31T23:59",
    "0001-01-01T00:00:00-23:59",
    "24:00",
    "Europe/London",
    "MS45OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ",
    "NaN",
    "1e999",
    "true",
    "null",
    "admin",
    "operator",
    "register",
    "remove",
    "yes",
    "gid://shopify/Order/1",
    "gid://shopify/ProductVariant/1",
    "TEE-BLK-M",
    "name='us'",
    "../../etc/passwd",
    "//elsewhere.example",
    "%00",
    "%",
    "_",
    "\\",
    "'",
    "’",
    "٣",
    "İ",
    "ß",
]
_FIELDS = [
    "status",
    "state",
    "store",
    "search",
    "reason",
    "logistic_mode",
    "fulfilled_by",
    "created_from",
    "created_to",
    "zone",
    "customer",
    "product",
    "product_id",
    "after",
    "before",
    "next",
    "sku",
    "seller_sku",
    "variant",
    "other",
    "code",
    "named",
    "name",
    "role",
    "password",
    "typed",
    "do",
    "text",
    "check",
]
_HEADERS = [
    "accept",
    "content-type",
    "origin",
    "sec-fetch-site",
    "x-csrf-token",
    "authorization",
    "cookie",
    "range",
    "x-forwarded-for",
    "x-request-id",
    "x-shopify-shop-domain",
    "x-shopify-topic",
    "x-shopify-hmac-sha256",
    "x-shopify-webhook-id",
]
_HEADER_VALUES = [
    "application/json",
    "text/html",
    "multipart/form-data",
    "text/csv;charset=x",
    "*/*",
    "cross-site",
    "same-origin",
    "Bearer",
    "bytes=0-",
]
_KNOWN = {"store": ["us", "uk"], "tiktok_order_id": ["501", "502"], "run_id": ["1"], "name": ["us", "nobody"]}

fields = st.sampled_from(_FIELDS)
texts = st.sampled_from([*_WORDS, "", " ", "\x00", "\ud7ff", "🎁" * 100, LONG, HOSTILE]) | st.text(
    max_size=40
)
pairs = st.lists(st.tuples(fields | texts, texts), max_size=5)
_printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)
headers = st.dictionaries(st.sampled_from(_HEADERS), st.sampled_from(_HEADER_VALUES) | _printable, max_size=2)


def filled(pattern: str, text: str) -> str:
    """An address of a route whose every parameter is this text."""
    return _PARAMETER.sub(quote(text, safe=""), pattern)


def every_field(text: str) -> dict[str, str]:
    """Each field there is, holding this text."""
    return dict.fromkeys(_FIELDS, text)


@st.composite
def paths(draw: st.DrawFn, pattern: str) -> str:
    """An address of a route: what is there, or anything."""

    def segment(found: re.Match[str]) -> str:
        return quote(draw(st.sampled_from(_KNOWN.get(found[1], ["1"])) | texts.filter(bool)), safe="")

    return _PARAMETER.sub(segment, pattern)


@st.composite
def bodies(draw: st.DrawFn, token: str) -> dict[str, Any]:
    """What goes along with a request, mostly a form with its token, else anything of any type."""
    kind, sent = draw(st.sampled_from(["form", "form", "form", "file", "json", "bytes", "torn"])), draw(pairs)
    form: dict[str, Any] = {}
    for name, value in sent:
        form.setdefault(name, []).append(value)
    if draw(st.integers(0, 9)):
        form["csrf_token"] = token
    if kind == "form":
        return {"data": form}
    if kind == "file":
        return {"data": form, "files": {"file": ("a.toml", draw(st.binary(max_size=60)))}}
    if kind == "torn":
        torn = {"content-type": "multipart/form-data; boundary=x", "x-csrf-token": token}
        return {"content": b'--x\r\nContent-Disposition: form-data; name="a"', "headers": torn}
    content = {"json": dict(sent)} if kind == "json" else {"content": draw(st.binary(max_size=200))}
    return {**content, "headers": {"x-csrf-token": token}}
