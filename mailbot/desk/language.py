"""What the desk knows of languages. Data comes from ``languages/*.toml``; parsers get it as an argument.

A ``Lexicon`` is hashable by identity, so that what is compiled from it can be kept with ``functools.lru_cache``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, eq=False)
class Language:
    """One language of the desk: ``tag`` is BCP 47 ("sv"); ``data`` are the tables of its file."""

    tag: str
    name: str
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Every language, and the tables that span several.

    ``quoting``: how mail programs mark quotations, 30 languages and more (``languages/quoting.toml``).
    ``automatic``: how machines announce themselves (``languages/automatic.toml``).
    ``asking``: how people ask what has become of their tickets (``languages/asking.toml``).
    ``approving``: how people approve and decline a change (``languages/approving.toml``).
    """

    languages: Mapping[str, Language]
    quoting: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    automatic: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    asking: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    approving: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
