"""The platforms' secrets of a store: encrypted at rest, renewed by one owner at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from connector.errors import ConfigurationError
from connector.ledger.secrets import SecretBox
from connector.ledger.tables import CREDENTIALS

_RENEWAL_SECONDS = 60.0
"""How long one owner may take to renew; longer than any single request to a platform."""


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """Secrets as they were read. `version` grows with every save, so that a renewal by others is seen."""

    store_id: int
    platform: str
    secrets: dict[str, Any] = field(repr=False)
    version: int
    access_expires_at: datetime | None
    refresh_expires_at: datetime | None
    revoked_at: datetime | None
    authorization_ends_at: datetime | None = None
    """When TikTok has announced that the whole authorisation ends, renewals included; None: not announced."""


def load(session: Session, *, box: SecretBox, store_id: int, platform: str) -> StoredCredential:
    """The secrets of `tiktok` or `shopify`; ConfigurationError when there are none or the key is wrong."""
    return _read(session, box=box, store_id=store_id, platform=platform)


def versions(session: Session, *, store_id: int) -> dict[str, int]:
    """The version of a store's secrets by platform: it grows with every change of them."""
    query = select(CREDENTIALS.c.platform, CREDENTIALS.c.version).where(CREDENTIALS.c.store_id == store_id)
    return {row.platform: row.version for row in session.execute(query)}


def save(
    session: Session,
    *,
    box: SecretBox,
    store_id: int,
    platform: str,
    secrets: dict[str, Any],
    access_expires_at: datetime | None = None,
    refresh_expires_at: datetime | None = None,
) -> int:
    """Store secrets, new or renewed, in place of the old; ends a renewal and a revocation.

    Gives the new version.
    """
    values = {
        "ciphertext": box.seal(secrets),
        "access_expires_at": access_expires_at,
        "refresh_expires_at": refresh_expires_at,
        "renewal_owner": None,
        "renewal_until": None,
        "revoked_at": None,
    }
    where = (CREDENTIALS.c.store_id == store_id, CREDENTIALS.c.platform == platform)
    changed = session.execute(
        update(CREDENTIALS)
        .where(*where)
        .values(**values, version=CREDENTIALS.c.version + 1)
        .returning(CREDENTIALS.c.version)
    ).scalar_one_or_none()
    if changed is not None:
        return int(changed)
    session.execute(insert(CREDENTIALS).values(store_id=store_id, platform=platform, version=1, **values))
    return 1


def save_renewed(
    session: Session,
    *,
    box: SecretBox,
    store_id: int,
    platform: str,
    got_with: Mapping[str, Any],
    tokens: Mapping[str, Any],
    access_expires_at: datetime | None = None,
    refresh_expires_at: datetime | None = None,
) -> bool:
    """Store renewed tokens beside the other secrets as they are now, and end the renewal.

    False, and nothing is changed, when the secrets they were got with are not stored any more: the store was
    connected anew meanwhile, and what was given then stays.
    """
    held = _read(session, box=box, store_id=store_id, platform=platform, lock=True)
    if any(held.secrets.get(name) != value for name, value in got_with.items()):
        return False
    save(
        session,
        box=box,
        store_id=store_id,
        platform=platform,
        secrets={**held.secrets, **tokens},
        access_expires_at=access_expires_at,
        refresh_expires_at=refresh_expires_at,
    )
    return True


def claim_renewal(
    session: Session,
    *,
    store_id: int,
    platform: str,
    seen_version: int,
    owner: str,
    now: datetime,
    seconds: float = _RENEWAL_SECONDS,
) -> bool:
    """Take the turn to renew tokens; False when they have been renewed since, or somebody is at it.

    Whoever gets False loads again: a higher version is the new token, the same one means wait and ask again.
    """
    table = CREDENTIALS.c
    claimed = session.execute(
        update(CREDENTIALS)
        .where(
            table.store_id == store_id,
            table.platform == platform,
            table.version == seen_version,
            or_(table.renewal_until.is_(None), table.renewal_until <= now, table.renewal_owner == owner),
        )
        .values(renewal_owner=owner, renewal_until=now + timedelta(seconds=seconds))
        .returning(table.id)
    )
    return claimed.first() is not None


def end_renewal(session: Session, *, store_id: int, platform: str, owner: str) -> None:
    """Give the turn back after a renewal that failed, so that the next one need not wait for its end."""
    session.execute(
        update(CREDENTIALS)
        .where(
            CREDENTIALS.c.store_id == store_id,
            CREDENTIALS.c.platform == platform,
            CREDENTIALS.c.renewal_owner == owner,
        )
        .values(renewal_owner=None, renewal_until=None)
    )


def mark_revoked(session: Session, *, store_id: int, platform: str, now: datetime) -> None:
    """Note that the platform said the authorisation is gone; saving new credentials ends it."""
    session.execute(
        update(CREDENTIALS)
        .where(
            CREDENTIALS.c.store_id == store_id,
            CREDENTIALS.c.platform == platform,
            CREDENTIALS.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def note_authorization_end(
    session: Session, *, store_id: int, platform: str, ends_at: datetime | None
) -> None:
    """Keep when the authorisation ends by the platform's own warning; None: the store was connected again."""
    session.execute(
        update(CREDENTIALS)
        .where(CREDENTIALS.c.store_id == store_id, CREDENTIALS.c.platform == platform)
        .values(authorization_ends_at=ends_at)
    )


def reseal_all(session: Session, *, box: SecretBox) -> int:
    """Encrypt every credential with the first key, so that older keys can be dropped; gives how many."""
    rows = session.execute(select(CREDENTIALS.c.id, CREDENTIALS.c.ciphertext).with_for_update()).all()
    for row in rows:
        session.execute(
            update(CREDENTIALS)
            .where(CREDENTIALS.c.id == row.id)
            .values(ciphertext=box.reseal(row.ciphertext))
        )
    return len(rows)


def _read(
    session: Session, *, box: SecretBox, store_id: int, platform: str, lock: bool = False
) -> StoredCredential:
    query = select(CREDENTIALS).where(CREDENTIALS.c.store_id == store_id, CREDENTIALS.c.platform == platform)
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise ConfigurationError(f"This store has no {platform} credentials; run connector store add again.")
    return StoredCredential(
        store_id=store_id,
        platform=platform,
        secrets=box.open(row.ciphertext),
        version=row.version,
        access_expires_at=row.access_expires_at,
        refresh_expires_at=row.refresh_expires_at,
        revoked_at=row.revoked_at,
        authorization_ends_at=row.authorization_ends_at,
    )
