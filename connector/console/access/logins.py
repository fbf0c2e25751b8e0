"""Who can log in: people in the database, and the single login of the environment, `admin`."""

import hashlib
from dataclasses import dataclass, field

from connector.ledger import users
from connector.runtime import Runtime
from models.role import Role

SINGLE = "admin"
"""The name of the login whose hash is in CONNECTOR_CONSOLE_PASSWORD_HASH; a login of the database wins."""


@dataclass(frozen=True, slots=True)
class Login:
    """A way in."""

    name: str
    role: Role
    password_hash: str = field(repr=False)

    @property
    def password_mark(self) -> str:
        """What sessions are bound to: with another password they are over."""
        return hashlib.sha256(self.password_hash.encode()).hexdigest()


def find_login(runtime: Runtime, name: str) -> Login | None:
    """The way in of that name, None when nobody has it."""
    found = runtime.database.read(users.find_user, name=name)
    if found is not None:
        return Login(found.name, found.role, found.password_hash)
    single = runtime.settings.console_password_hash
    return Login(SINGLE, Role.ADMIN, single) if single and name == SINGLE else None


def login_configured(runtime: Runtime) -> bool:
    """Whether anybody can log in at all."""
    return bool(runtime.settings.console_password_hash) or runtime.database.read(users.count_users) > 0
