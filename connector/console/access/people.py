"""Changes of logins, from the console's page and from the command alike, each with its audit row."""

from datetime import datetime

from sqlalchemy.orm import Session

from connector.console.access.passwords import hash_password
from connector.errors import UsageError
from connector.ledger import audit, users
from connector.runtime import Runtime
from models.role import Role


def add(runtime: Runtime, *, name: str, role: Role, password: str, by: str) -> str:
    """Let somebody in; gives the name as it is kept.

    Raises UsageError for a name that cannot be or is taken, a short password, or a first login that is no
    admin: nobody could add another.
    """
    kept, password_hash = users.user_name(name), hash_password(password)
    runtime.database.call(
        _add,
        name=kept,
        role=role,
        password_hash=password_hash,
        by=by,
        now=runtime.clock.now(),
        single_login=bool(runtime.settings.console_password_hash),
    )
    return kept


def _add(
    session: Session,
    *,
    name: str,
    role: Role,
    password_hash: str,
    by: str,
    now: datetime,
    single_login: bool,
) -> None:
    if role is not Role.ADMIN and not single_login and users.count_users(session) == 0:
        raise UsageError("The first login has to be an admin, so that it can add the others.")
    users.add_user(session, name=name, role=role, password_hash=password_hash, now=now)
    audit.record(session, at=now, user=by, action="user.add", subject=name, detail=f"as {role}")


def change_role(runtime: Runtime, *, name: str, role: Role, by: str) -> None:
    """Change what somebody may do; raises UsageError for nobody and for the last admin."""
    now = runtime.clock.now()

    def change(session: Session) -> None:
        users.set_role(session, name=name, role=role)
        audit.record(session, at=now, user=by, action="user.role", subject=name, detail=f"now {role}")

    runtime.database.call(change)


def change_password(runtime: Runtime, *, name: str, password: str, by: str) -> None:
    """Change a password and end every session of its owner; raises UsageError for nobody or a short one."""
    password_hash, now = hash_password(password), runtime.clock.now()

    def change(session: Session) -> None:
        users.set_password(session, name=name, password_hash=password_hash)
        audit.record(session, at=now, user=by, action="user.password", subject=name)

    runtime.database.call(change)


def remove(runtime: Runtime, *, name: str, by: str) -> None:
    """Take a login away and end its sessions; raises UsageError for nobody and for the last admin."""
    now = runtime.clock.now()

    def change(session: Session) -> None:
        users.remove_user(session, name=name)
        audit.record(session, at=now, user=by, action="user.remove", subject=name)

    runtime.database.call(change)
