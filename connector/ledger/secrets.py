"""Encryption of stored credentials: Fernet keys from the environment or from a file beside SQLite."""

import os
from pathlib import Path
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from connector.errors import ConfigurationError
from connector.ledger.engine import parse_url

KEY_FILE = "connector.key"
_HINT = "run: connector secret-key"


def new_secret_key() -> str:
    """A fresh key: 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode()


class SecretBox:
    """Turns the secrets of a store into ciphertext and back.

    `keys` is what CONNECTOR_SECRET_KEY holds: one key, or several with commas between, of which the first
    encrypts and all decrypt. Raises ConfigurationError for a key that is none.
    """

    def __init__(self, keys: str) -> None:
        parts = [part.strip() for part in keys.split(",") if part.strip()]
        if not parts:
            raise ConfigurationError(f"CONNECTOR_SECRET_KEY is empty; {_HINT}")
        try:
            self._fernet = MultiFernet([Fernet(part) for part in parts])
        except ValueError as error:
            raise ConfigurationError(
                f"CONNECTOR_SECRET_KEY must be 32 bytes in URL-safe base64; for a fresh one {_HINT}"
            ) from error

    def seal(self, secrets: dict[str, Any]) -> bytes:
        """Encrypt with the first key."""
        return self._fernet.encrypt(orjson.dumps(secrets))

    def open(self, ciphertext: bytes) -> dict[str, Any]:
        """Decrypt with whichever key fits; raises ConfigurationError when none does."""
        try:
            opened: dict[str, Any] = orjson.loads(self._fernet.decrypt(bytes(ciphertext)))
        except InvalidToken as error:
            raise ConfigurationError(
                "The stored credentials were encrypted with another key; put that key into "
                "CONNECTOR_SECRET_KEY (after the new one, with a comma), or connect the store again."
            ) from error
        return opened

    def reseal(self, ciphertext: bytes) -> bytes:
        """The same secrets encrypted with the first key; raises ConfigurationError when no key fits."""
        return self.seal(self.open(ciphertext))


def open_box(url: str, configured: str | None) -> SecretBox:
    """The box for a database: keys as configured, else the key file beside an SQLite file, made if missing.

    Raises ConfigurationError when a key is needed and missing, or its file cannot be read or written.
    """
    if configured and configured.strip():
        return SecretBox(configured)
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigurationError(f"CONNECTOR_SECRET_KEY is not set; for a key {_HINT}")
    if not parsed.database or parsed.database == ":memory:":
        return SecretBox(new_secret_key())
    return SecretBox(_key_of_file(Path(parsed.database).resolve().parent / KEY_FILE))


def _key_of_file(path: Path) -> str:
    try:
        return _read(path) if path.exists() else _write(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise ConfigurationError(f"The key file {path} cannot be used: {reason}.") from error


def _read(path: Path) -> str:
    key = path.read_text(encoding="ascii").strip()
    try:
        Fernet(key)
    except ValueError as error:
        raise ConfigurationError(f"The key file {path} holds no key; restore it, or remove it.") from error
    return key


def _write(path: Path) -> str:
    key = new_secret_key()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key + "\n")
    return key
