"""The words of the console, in each language that has files here. ``nav.tickets``: key ``tickets`` of table ``nav``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("sv", "en")


class Texts:
    """Call it with a key and the values of its gaps: ``texts("tickets.found", count=3)``.

    A text that is a table with ``one`` and ``other`` is chosen by ``count``.
    """

    def __init__(self, language: str, words: Mapping[str, Any]) -> None:
        self.language = language
        self._words = words

    def __call__(self, key: str, /, **values: object) -> str:
        """Raises KeyError where there is no such text: a page with a missing word must not be shown."""
        found = self._words[key]
        if isinstance(found, Mapping):
            found = found["one" if values.get("count") == 1 else "other"]
        return found.format(**values) if values else found

    def has(self, key: str) -> bool:
        return key in self._words

    def keys(self) -> frozenset[str]:
        return frozenset(self._words)


@cache
def load_texts(language: str) -> Texts:
    """The texts of ``sv.toml`` and its neighbours ``sv_<topic>.toml``, all in one."""
    words: dict[str, Any] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml") and file.name.partition(".")[0].partition("_")[0] == language:
            words |= _flatten(tomllib.loads(file.read_text("utf-8")))
    return Texts(language, words)


def _flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping) and set(value) != {"one", "other"}:
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat
