"""Secrets at rest: encrypted, readable with any configured key, renewed by one owner at a time."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from connector.errors import ConfigurationError
from connector.ledger import credentials
from connector.ledger.database import Database
from connector.ledger.secrets import SecretBox, new_secret_key, open_box
from connector.ledger.tables import CREDENTIALS
from tests.ledger import peeking
from tests.ledger.making import NOW, add_store

SECRETS = {"access_token": "token-123", "app_secret": "sécret"}


def _save(db: Database, box: SecretBox, store_id: int, **changes: object) -> int:
    values = {"platform": "tiktok", "secrets": SECRETS, **changes}
    return db.call(credentials.save, box=box, store_id=store_id, **values)  # type: ignore[arg-type]


def test_secrets_are_unreadable_in_the_database_and_come_back(db: Database) -> None:
    store, box = add_store(db), SecretBox(new_secret_key())
    assert _save(db, box, store.id, access_expires_at=NOW) == 1
    stored = bytes(peeking.rows(db, CREDENTIALS)[0]["ciphertext"])
    assert b"token-123" not in stored
    found = db.read(credentials.load, box=box, store_id=store.id, platform="tiktok")
    assert (found.secrets, found.version, found.access_expires_at) == (SECRETS, 1, NOW)
    assert "token-123" not in repr(found)


def test_saving_again_replaces_and_counts(db: Database) -> None:
    store, box = add_store(db), SecretBox(new_secret_key())
    _save(db, box, store.id)
    db.call(credentials.mark_revoked, store_id=store.id, platform="tiktok", now=NOW)
    assert db.read(credentials.load, box=box, store_id=store.id, platform="tiktok").revoked_at == NOW
    assert _save(db, box, store.id, secrets={"access_token": "new"}) == 2
    found = db.read(credentials.load, box=box, store_id=store.id, platform="tiktok")
    assert (found.secrets, found.version, found.revoked_at) == ({"access_token": "new"}, 2, None)


def test_a_store_without_credentials_says_so(db: Database) -> None:
    store = add_store(db)
    with pytest.raises(ConfigurationError, match="no shopify credentials"):
        db.read(credentials.load, box=SecretBox(new_secret_key()), store_id=store.id, platform="shopify")


def test_keys_are_changed_without_losing_anything(db: Database) -> None:
    store, old, new = add_store(db), new_secret_key(), new_secret_key()
    _save(db, SecretBox(old), store.id)
    both = SecretBox(f" {new} , {old} ")
    where = {"store_id": store.id, "platform": "tiktok"}
    assert db.read(credentials.load, box=both, **where).secrets == SECRETS
    with pytest.raises(ConfigurationError, match="encrypted with another key"):
        db.read(credentials.load, box=SecretBox(new), **where)
    assert db.call(credentials.reseal_all, box=both) == 1
    assert db.read(credentials.load, box=SecretBox(new), **where).secrets == SECRETS


def test_one_owner_renews_at_a_time(db: Database) -> None:
    store, box = add_store(db), SecretBox(new_secret_key())
    _save(db, box, store.id)

    def claim(owner: str, seen: int = 1, seconds: int = 0) -> bool:
        now = NOW + timedelta(seconds=seconds)
        return db.call(
            credentials.claim_renewal,
            store_id=store.id,
            platform="tiktok",
            seen_version=seen,
            owner=owner,
            now=now,
        )

    assert claim("first") is True
    assert claim("first") is True
    assert claim("second") is False
    assert claim("second", seconds=60) is True
    db.call(credentials.end_renewal, store_id=store.id, platform="tiktok", owner="first")
    assert claim("first", seconds=61) is False
    db.call(credentials.end_renewal, store_id=store.id, platform="tiktok", owner="second")
    assert claim("third", seconds=62) is True
    _save(db, box, store.id)
    assert claim("fourth", seen=1, seconds=63) is False
    assert claim("fourth", seen=2, seconds=63) is True


@pytest.mark.parametrize("keys", ["short", "=" * 44, "ü" * 44, ",", f"{'A' * 43}=,nonsense"])
def test_a_key_that_is_none_is_refused(keys: str) -> None:
    with pytest.raises(ConfigurationError, match="CONNECTOR_SECRET_KEY"):
        SecretBox(keys)


def test_a_key_file_is_made_once_beside_sqlite_for_its_owner_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'connector.db'}"
    sealed = open_box(url, None).seal(SECRETS)
    assert stat.S_IMODE((tmp_path / "connector.key").stat().st_mode) == 0o600
    assert open_box(url, "  ").open(sealed) == SECRETS


def test_another_database_needs_a_key() -> None:
    with pytest.raises(ConfigurationError, match="CONNECTOR_SECRET_KEY is not set"):
        open_box("postgresql+psycopg2://host/name", None)
    key = new_secret_key()
    assert open_box("postgresql+psycopg2://host/name", key).open(SecretBox(key).seal(SECRETS)) == SECRETS


@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"\xff\xfe\x00"])
def test_a_key_file_without_a_key_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "connector.key"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"key file .*connector\.key"):
        open_box(f"sqlite:///{tmp_path / 'connector.db'}", None)
    assert path.read_bytes() == content


def test_a_key_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "connector.key").mkdir()
    with pytest.raises(ConfigurationError, match="cannot be used: Is a directory"):
        open_box(f"sqlite:///{tmp_path / 'connector.db'}", None)


def test_renewed_tokens_do_not_undo_what_was_given_meanwhile(db: Database) -> None:
    store, box = add_store(db), SecretBox(new_secret_key())
    _save(db, box, store.id)

    def renewed(token: str) -> bool:
        return db.call(
            credentials.save_renewed,
            box=box,
            store_id=store.id,
            platform="tiktok",
            got_with={"app_secret": "sécret"},
            tokens={"access_token": token},
            access_expires_at=NOW,
        )

    _save(db, box, store.id, secrets={**SECRETS, "webhook_secret": "given meanwhile"})
    assert renewed("renewed")
    kept = db.read(credentials.load, box=box, store_id=store.id, platform="tiktok")
    assert kept.secrets == {**SECRETS, "access_token": "renewed", "webhook_secret": "given meanwhile"}
    assert (kept.version, kept.access_expires_at) == (3, NOW)

    _save(db, box, store.id, secrets={"access_token": "given", "app_secret": "another"})
    assert not renewed("of the former app")
    kept = db.read(credentials.load, box=box, store_id=store.id, platform="tiktok")
    assert (kept.secrets["access_token"], kept.version) == ("given", 4)
