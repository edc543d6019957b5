"""Text from outside, made fit for a column: every database refuses something that a mail can contain."""

from __future__ import annotations

import re

_REFUSED = re.compile("[\x00\ud800-\udfff]")


def storable(text: str, limit: int | None = None) -> str:
    """Without NUL (PostgreSQL has none in text) and lone surrogates (no encoding has them), cut to ``limit``."""
    return _REFUSED.sub("\ufffd", text[:limit] if limit else text)
