"""Store files: what they may hold, and that every fault is named without repeating a secret."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.errors import ConfigurationError
from connector.store_file import DEFAULT_API_VERSION, parse_store_file, read_store_file
from models.order_settings import OrderSettings

SMALLEST = """
name = "uk-main"
[tiktok]
app_key = "k3y"
app_secret = "hush-app"
access_token = "hush-access"
refresh_token = "hush-refresh"
[shopify]
base_url = "https://Example.myshopify.com/"
access_token = "hush-shopify"
"""


def _with(table: str, line: str) -> str:
    return (
        SMALLEST.replace(f"[{table}]", f"[{table}]\n{line}")
        if table != "orders"
        else f"{SMALLEST}[orders]\n{line}\n"
    )


def _without(key: str) -> str:
    return "\n".join(row for row in SMALLEST.splitlines() if not row.startswith(f"{key} "))


def _refusal(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse_store_file(text)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert "hush" not in sentence
    return sentence


def test_the_smallest_file_has_every_default() -> None:
    store = parse_store_file(SMALLEST)
    assert store.tiktok.base_url == "https://open-api.tiktokglobalshop.com"
    assert store.tiktok.auth_url == "https://auth.tiktok-shops.com"
    assert store.shopify.base_url == "https://Example.myshopify.com"
    assert store.shopify.domain == "example.myshopify.com"
    assert store.shopify.api_version == DEFAULT_API_VERSION
    assert store.order_settings == OrderSettings()
    assert store.orders.start_from is None
    assert "hush" not in repr(store)


def test_client_credentials_replace_the_access_token() -> None:
    text = SMALLEST.replace(
        'access_token = "hush-shopify"', 'client_id = "id"\nclient_secret = "hush-client"'
    )
    store = parse_store_file(text)
    assert store.shopify.access_token is None
    assert store.shopify.client_secret == "hush-client"
    assert "hush" not in repr(store)


@pytest.mark.parametrize(
    "value", ["2026-11-01T01:00:00+01:00", '"2026-11-01T00:00:00Z"', '" 2026-11-01 00:00Z"']
)
def test_start_from_is_a_time_or_iso_text(value: str) -> None:
    store = parse_store_file(_with("orders", f"start_from = {value}"))
    assert store.orders.start_from == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "email", ["relay", "none", "a@b.c", "{buyer_id}@shop.example", "{order_id}+{buyer_id}@x.y"]
)
def test_email_settings_that_mean_something(email: str) -> None:
    assert parse_store_file(_with("orders", f'email = "{email}"')).order_settings.email == email


def test_an_access_token_expiry_is_unix_seconds() -> None:
    store = parse_store_file(_with("tiktok", "access_token_expires_at = 1790000000"))
    assert store.tiktok.expires_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("key", ["app_key", "app_secret", "refresh_token"])
def test_a_missing_key_is_named(key: str) -> None:
    assert f"tiktok.{key} is missing" in _refusal(_without(key))


@pytest.mark.parametrize("key", ["name", "base_url"])
def test_a_missing_key_elsewhere_is_named(key: str) -> None:
    assert f"{'shopify.' if key == 'base_url' else ''}{key} is missing" in _refusal(_without(key))


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ("tiktok", 'app_keey = "x"', "tiktok.app_keey is not a known key (did you mean tiktok.app_key?)"),
        ("tiktok", 'colour = "x"', "tiktok.colour is not a known key."),
        ("orders", 'email = "nobody"', "orders.email must be an e-mail address"),
        ("orders", 'email = "{name}@x.y"', "orders.email may hold {buyer_id} and {order_id}"),
        ("orders", 'email = "{@x.y"', "orders.email may hold {buyer_id} and {order_id}"),
        ("orders", 'email = "a@b@c.de"', "orders.email must be an e-mail address"),
        ("orders", 'email = "a\\u0007@b.de"', "orders.email must be an e-mail address"),
        ("orders", f"tags = {list(map(str, range(51)))}", "orders.tags holds more than 50"),
        ("orders", 'shipping_title = "two\\nlines"', "orders.shipping_title must be text on one line"),
        ("orders", 'shipping_title = " "', "orders.shipping_title is empty"),
        ("orders", f'shipping_title = "{"x" * 256}"', "orders.shipping_title is longer than 255 characters"),
        ("orders", 'tags = "TikTok"', "orders.tags must be a list"),
        ("orders", 'tags = ["a,b"]', "orders.tags.0 holds a comma"),
        ("orders", "hold_minutes = -1", "orders.hold_minutes must be at least 0"),
        ("orders", "hold_minutes = true", "orders.hold_minutes must be a whole number"),
        ("orders", "complete_after_days = 366", "orders.complete_after_days must be at most 365"),
        ("orders", 'cancel_on_shopify = "yes"', "orders.cancel_on_shopify must be true or false"),
        ("orders", "start_from = 2026-11-01", "orders.start_from has no time zone"),
        ("orders", "start_from = 2026-11-01T00:00:00", "orders.start_from has no time zone"),
        ("orders", 'start_from = "yesterday"', "orders.start_from is not a time"),
        ("orders", "start_from = 5", "orders.start_from has no time zone or is not a time"),
        ("orders", "start_from = 1969-12-31T23:59:59Z", "orders.start_from is before 1970"),
        ("orders", 'start_from = "0001-01-01T00:00:00+05:00"', "orders.start_from is out of range"),
        ("tiktok", "access_token_expires_at = 1790000000000", "looks like milliseconds"),
        ("tiktok", "access_token_expires_at = 0", "tiktok.access_token_expires_at must be Unix seconds"),
        ("tiktok", 'shop_id = ""', "tiktok.shop_id is empty"),
        ("tiktok", 'auth_url = "ftp://x"', "tiktok.auth_url must be a web address"),
        ("tiktok", 'auth_url = "https://u:hush@x"', "tiktok.auth_url must not hold a user name"),
        ("tiktok", 'auth_url = "https://x:99999"', "tiktok.auth_url is not a web address"),
        ("tiktok", 'auth_url = "https://x/?a=1"', "tiktok.auth_url must be a plain address"),
        ("tiktok", 'auth_url = "https://xn--a"', "tiktok.auth_url is not a web address"),
        ("tiktok", 'auth_url = "https://é..com"', "tiktok.auth_url is not a web address"),
        ("shopify", 'domain = "a..b"', "shopify.domain must be a bare domain"),
        ("shopify", 'api_version = "2026-11"', "shopify.api_version must be a Shopify API version"),
        ("shopify", 'domain = "https://x"', "shopify.domain must be a bare domain"),
        ("shopify", 'client_id = "x"', "shopify holds access_token as well as client_id"),
        ("shopify", 'webhook_secret = "a b"', "shopify.webhook_secret holds a character"),
    ],
)
def test_a_bad_value_is_named(table: str, line: str, words: str) -> None:
    assert words in _refusal(_with(table, line))


@pytest.mark.parametrize("name", ["", "UK", "uk_main", "a" * 65, "ü"])
def test_a_bad_name_is_refused(name: str) -> None:
    assert "name must be 1 to 64 of the characters" in _refusal(SMALLEST.replace("uk-main", name))


def test_without_any_way_into_shopify_both_are_named() -> None:
    text = SMALLEST.replace('access_token = "hush-shopify"\n', 'client_id = "x"\n')
    assert "shopify needs access_token, or client_id and client_secret together" in _refusal(text)


def test_every_fault_is_on_the_one_line() -> None:
    sentence = _refusal("name = 3\ntiktok = 4\n")
    assert "name must be text in quotes" in sentence
    assert "tiktok must be a table" in sentence
    assert "shopify is missing" in sentence


@pytest.mark.parametrize("text", ["name = ", "[tiktok\n", 'name = "a"\nname = "b"', "x = " + "[" * 3000])
def test_what_is_not_toml_is_refused_with_its_place(text: str) -> None:
    assert "is not TOML: look at" in _refusal(text)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "store.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALLEST.encode())
    assert read_store_file(str(file)).name == "uk-main"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"name = '\xff'", "is not UTF-8 text"), (b"#" * 1_000_001, "larger than 1 MB")],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "store.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=words):
        read_store_file(str(file))


@pytest.mark.parametrize("path", ["/no/such/file.toml", "/", "a\0b", "x" * 5000])
def test_a_file_that_cannot_be_read_is_named(path: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_store_file(path)
