"""Tables of the machinery: cursors, the webhook inbox, and answers that could not be kept as orders."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.times import UtcDateTime

_BIG = BigInteger().with_variant(Integer, "sqlite")


class Cursor(SQLModel, table=True):
    """How far one stream of one store has been read."""

    __tablename__ = "cursor"
    __table_args__ = (UniqueConstraint("store_id", "stream"),)

    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    store_id: int = Field(foreign_key="store.id", ondelete="CASCADE")
    stream: str = Field(max_length=128)
    """`orders`, `returns`, `cancellations`, or `backfill:<from>:<to>` in Unix seconds."""
    position: int = Field(sa_column=Column(_BIG, nullable=False))
    """Unix seconds: everything before has been read and committed."""
    updated_at: datetime = Field(sa_type=UtcDateTime)


class UnusableAnswer(SQLModel, table=True):
    """The text of something TikTok returned as an order that has no usable id, kept for the operator."""

    __tablename__ = "unusable_answer"
    __table_args__ = (UniqueConstraint("store_id", "body_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id", ondelete="CASCADE")
    body_hash: str = Field(max_length=64)
    body: str = Field(sa_type=Text)
    seen_at: datetime = Field(sa_type=UtcDateTime)


class InboxMessage(SQLModel, table=True):
    """A webhook as it arrived, stored before it is acknowledged; the same notification is stored once."""

    __tablename__ = "inbox_message"
    __table_args__ = (
        UniqueConstraint("platform", "notification_id"),
        Index(
            "ix_inbox_due",
            "store_id",
            "run_after",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    platform: str = Field(max_length=16)
    notification_id: str = Field(max_length=128)
    """The platform's id of the notification, or a hash of the body where it sends none."""
    event_id: str | None = Field(default=None, max_length=128)
    """Shopify's id of the event, the same for every subscription that tells of it."""
    store_id: int | None = Field(default=None, foreign_key="store.id", ondelete="CASCADE")
    topic: str = Field(max_length=64)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime = Field(sa_type=UtcDateTime)
    run_after: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    lease_owner: str | None = Field(default=None, max_length=64)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = Field(default=None, max_length=32)
    """What became of it once it is done: `handled`, `ignored`, `given_up`."""
    last_error: str | None = Field(default=None, sa_type=Text)
    """Why the last try did not succeed, in one sentence."""
