"""Logins of the console: names, roles and hashes of passwords."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from connector.errors import UsageError
from connector.ledger import sessions
from connector.ledger.tables import USERS
from models.role import Role

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_RESERVED = frozenset({"local"})
"""What the visitor of a console without logins is called in the audit trail."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """Somebody who may log in."""

    name: str
    role: Role
    password_hash: str = field(repr=False)
    created_at: datetime
    last_login_at: datetime | None


def user_name(text: str) -> str:
    """A name as logins are kept, in lower case; raises UsageError for one that cannot be a login."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise UsageError(
            "A login's name is 1 to 64 of the characters a-z, 0-9 and . _ @ + -, begins with a letter or a "
            "digit, and is not local."
        )
    return name


def list_users(session: Session) -> list[UserRow]:
    """Everybody who may log in, by name."""
    return [_snapshot(row) for row in session.execute(select(USERS).order_by(USERS.c.name))]


def count_users(session: Session) -> int:
    """How many may log in."""
    return session.scalar(select(func.count()).select_from(USERS)) or 0


def find_user(session: Session, *, name: str) -> UserRow | None:
    """The login of that name, or None; what could not be a name is nobody's."""
    if not _NAME.fullmatch(name):
        return None
    row = session.execute(select(USERS).where(USERS.c.name == name)).one_or_none()
    return None if row is None else _snapshot(row)


def get_user(session: Session, *, name: str) -> UserRow:
    """The login of that name; raises UsageError when there is none."""
    found = find_user(session, name=name)
    if found is None:
        raise UsageError(
            f"There is no login named {name[:64]!r}; connector user list shows the ones there are."
        )
    return found


def add_user(session: Session, *, name: str, role: Role, password_hash: str, now: datetime) -> None:
    """Let somebody in; raises UsageError when the name is taken."""
    if find_user(session, name=name) is not None:
        raise UsageError(f"There is a login named {name} already; connector user password changes it.")
    session.execute(
        insert(USERS).values(name=name, role=role.value, password_hash=password_hash, created_at=now)
    )


def set_role(session: Session, *, name: str, role: Role) -> None:
    """Change what somebody may do, from their next click on; raises UsageError for the last admin."""
    user = get_user(session, name=name)
    if role is not Role.ADMIN:
        _keep_an_admin(session, user, "becomes something else")
    session.execute(update(USERS).where(USERS.c.name == name).values(role=role.value))


def set_password(session: Session, *, name: str, password_hash: str) -> None:
    """Change somebody's password and end all their sessions."""
    get_user(session, name=name)
    session.execute(update(USERS).where(USERS.c.name == name).values(password_hash=password_hash))
    sessions.end_all(session, user_name=name)


def remove_user(session: Session, *, name: str) -> None:
    """Take somebody's login away and end their sessions; raises UsageError for the last admin among several.

    The last login of all may go: then there is none, as before the first was added.
    """
    user = get_user(session, name=name)
    if count_users(session) > 1:
        _keep_an_admin(session, user, "is removed")
    session.execute(delete(USERS).where(USERS.c.name == name))
    sessions.end_all(session, user_name=name)


def note_login(session: Session, *, name: str, now: datetime) -> None:
    """Keep when somebody last came in."""
    session.execute(update(USERS).where(USERS.c.name == name).values(last_login_at=now))


def _keep_an_admin(session: Session, user: UserRow, what: str) -> None:
    # Locked, so that two admins who remove each other at the same moment do not both succeed.
    admins = session.scalars(
        select(USERS.c.name).where(USERS.c.role == Role.ADMIN.value).with_for_update()
    ).all()
    if user.role is Role.ADMIN and len(admins) == 1:
        raise UsageError(f"{user.name} is the last admin: make somebody else one before {user.name} {what}.")


def _snapshot(row: Row[Any]) -> UserRow:
    return UserRow(row.name, Role(row.role), row.password_hash, row.created_at, row.last_login_at)
