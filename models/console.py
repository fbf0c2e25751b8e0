"""Tables of the console: who may use it, what they did, and the fetches they asked for."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.times import UtcDateTime

_BIG = BigInteger().with_variant(Integer, "sqlite")


class ConsoleUser(SQLModel, table=True):
    """Somebody who may log in; the password is kept as an Argon2 hash alone."""

    __tablename__ = "console_user"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    password_hash: str
    role: str = Field(max_length=16)
    """`viewer`, `operator` or `admin`."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_login_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ConsoleSession(SQLModel, table=True):
    """A login that has not ended; only a hash of the cookie's token is kept."""

    __tablename__ = "console_session"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    user_name: str = Field(max_length=64, index=True)
    password_mark: str = Field(max_length=64)
    """A hash of the password's hash at login: with another password the session is over."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    """The end of the session however often it is used."""


class LoginFailure(SQLModel, table=True):
    """A refused login, by a hash of who tried and from where: after too many, the next has to wait."""

    __tablename__ = "login_failure"
    __table_args__ = (Index("ix_login_failure_key", "key", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)


class AuditEntry(SQLModel, table=True):
    """Something a person did in the console or with the command; rows are only ever added."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_at", "at", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    user_name: str = Field(max_length=64)
    action: str = Field(max_length=64)
    """What was done, as verb and thing: `order.retry`, `sku.map`, `store.pause`, `login` …"""
    store: str | None = Field(default=None, max_length=64)
    subject: str = Field(default="", sa_type=Text)
    """The id or name of what it was done to."""
    detail: str = Field(default="", sa_type=Text)


class FetchRun(SQLModel, table=True):
    """One press of Fetch Order; a second press joins the run that is still under way."""

    __tablename__ = "fetch_run"
    __table_args__ = (Index("ix_fetch_run_started", "started_at", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    stores: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    requested_by: str = Field(max_length=64)
    started_at: datetime = Field(sa_type=UtcDateTime)
    lease_until: datetime = Field(sa_type=UtcDateTime)
    """Renewed while the run is under way: a run whose process died is over when this has passed."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    progress: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """The figures so far, by store."""
    document: dict[str, object] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    """The run's document once it has ended: that of `connector sync --json`."""


class StoreCounter(SQLModel, table=True):
    """A number of a store that only grows and that every process adds to: calls, throttled answers."""

    __tablename__ = "store_counter"
    __table_args__ = (UniqueConstraint("store_id", "name"),)

    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    store_id: int = Field(foreign_key="store.id", ondelete="CASCADE")
    name: str = Field(max_length=64)
    value: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
