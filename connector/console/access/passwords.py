"""Passwords: hashed by Argon2id with the library's parameters, compared in the same time for everybody."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from connector.errors import UsageError

SHORTEST = 12
_LONGEST = 1024
"""Beyond this a password is only there to keep the processor busy."""

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The Argon2 hash of a new password; raises UsageError when it is too short or too long."""
    if len(password) < SHORTEST:
        raise UsageError(f"The password is too short: it takes at least {SHORTEST} characters.")
    if len(password) > _LONGEST:
        raise UsageError(f"The password is too long: it takes at most {_LONGEST} characters.")
    return _hasher.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one that was hashed; without a hash it takes as long to say no."""
    try:
        _hasher.verify(password_hash or _nobody(), password[:_LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None and len(password) <= _LONGEST


@cache
def _nobody() -> str:
    """The hash that is compared for names nobody has."""
    return _hasher.hash("the password of nobody at all")
