"""Text from outside made safe to store: no NUL characters, no lone surrogates, a known length."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""Postgres refuses NUL in text; lone surrogates cannot be written as UTF-8 at all."""


def storable(text: str, size: int | None = None) -> str:
    """The text without what a database refuses, cut to `size` characters."""
    if not text.isascii() or "\x00" in text:
        text = _UNSTORABLE.sub("", text)
    return text if size is None else text[:size]
