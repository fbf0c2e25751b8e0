"""What somebody may do in the console."""

from enum import StrEnum


class Role(StrEnum):
    """Each may what the one before may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"
