"""The manual of the settings: ``settings.toml`` as it was shipped, for those who have not got the checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def get_manual() -> str:
    """The text of ``settings.toml``: in a checkout it stands beside the package, in an installed wheel inside it."""
    beside, inside = _PACKAGE.parent / "settings.toml", _PACKAGE / "settings.toml"
    return (inside if inside.exists() else beside).read_text("utf-8")
