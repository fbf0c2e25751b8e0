"""The process's settings, read from `CONNECTOR_…` environment variables and refused early when wrong."""

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from connector.errors import ConfigurationError

DEFAULT_DATABASE_URL = "sqlite:///connector.db"
"""A file in the current folder, so that the first command needs nothing set."""

_SCHEME = re.compile(r"([a-z][a-z0-9+]*)://", re.IGNORECASE)
_POSTGRES_SPELLINGS = frozenset({"postgres", "postgresql", "postgresql+psycopg2"})
_ARGON2 = re.compile(r"\$argon2id?\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
_PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?|https?://\[[0-9A-Fa-f:]+\](:\d{1,5})?/?")
_URL_HELP = "use sqlite:///connector.db or postgresql+psycopg2://user:password@host/database"


class Settings(BaseSettings):
    """What a process needs to know before it opens anything.

    Raises ConfigurationError naming the variable that is wrong; no value is repeated, it may be a secret.
    """

    model_config = SettingsConfigDict(env_prefix="CONNECTOR_", frozen=True, hide_input_in_errors=True)

    database_url: str = DEFAULT_DATABASE_URL
    """SQLAlchemy URL of the ledger: SQLite or PostgreSQL."""
    secret_key: str | None = Field(default=None, repr=False)
    """Keys that encrypt stored credentials, with commas between: the first encrypts, all decrypt."""
    data_docs: Path | None = None
    """Folder in which the data-quality pages of each validated batch are written; none when unset."""
    console_password_hash: str | None = Field(default=None, repr=False)
    """Argon2 hash of the password of the console's single login, `admin`."""
    public_url: str | None = None
    """The address under which people and the platforms reach the console, without a slash at its end."""
    metrics_token: str | None = Field(default=None, repr=False)
    """What a monitoring system on another machine shows as a bearer token to read `/metrics`."""
    log_format: Literal["json", "text"] | None = None
    """How `connector serve` writes its log lines; None: text at a terminal, JSON elsewhere."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigurationError(_sentence(error)) from None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        """The URL with PostgreSQL's scheme spelled the way SQLAlchemy wants it."""
        scheme = _SCHEME.match(url.strip())
        if scheme is None:
            raise ValueError(f"is not a database URL; {_URL_HELP}")
        name = scheme.group(1).lower()
        if name in _POSTGRES_SPELLINGS:
            return f"postgresql+psycopg2://{url.strip()[scheme.end() :]}"
        if name in {"sqlite", "sqlite+pysqlite"}:
            return _with_file(url.strip(), scheme.end())
        raise ValueError(f"names a database the connector does not work with ({name}); {_URL_HELP}")

    @field_validator("console_password_hash")
    @classmethod
    def _argon2(cls, value: str | None) -> str | None:
        if value is not None and not _ARGON2.fullmatch(value.strip()):
            raise ValueError(
                "is not an Argon2 hash; connector password-hash prints one, and in a shell it stands in "
                "single quotes"
            )
        return value and value.strip()

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not _PUBLIC_URL.fullmatch(value.strip()):
            raise ValueError("is not an address such as https://connector.example.com, without a path")
        return value and value.strip().rstrip("/").lower()

    @field_validator(
        "secret_key",
        "data_docs",
        "console_password_hash",
        "public_url",
        "metrics_token",
        "log_format",
        mode="before",
    )
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value


def _with_file(url: str, path_starts: int) -> str:
    if url[path_starts:].partition("?")[0] in {"", "/", "/:memory:"}:
        raise ValueError(f"names no file, and a database in memory is gone after each command; {_URL_HELP}")
    return url


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    variable = "_".join(["CONNECTOR", *(str(part) for part in first["loc"])]).upper()
    return f"{variable} {first['msg'].removeprefix('Value error, ')}."
