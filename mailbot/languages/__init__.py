"""Language data: one TOML file a language, plus four that span many."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from mailbot.desk.language import Language, Lexicon

SPANNING = ("quoting", "automatic", "asking", "approving")


@cache
def load_lexicon() -> Lexicon:
    """Read every language file of this package, once per process."""
    tables = {}
    for entry in files(__name__).iterdir():
        if entry.name.endswith(".toml"):
            tables[entry.name.removesuffix(".toml")] = tomllib.loads(entry.read_text("utf-8"))
    languages = {
        tag: Language(tag, str(data.get("name", tag)), MappingProxyType(data))
        for tag, data in sorted(tables.items())
        if tag not in SPANNING
    }
    return Lexicon(
        MappingProxyType(languages),
        MappingProxyType(tables.get("quoting", {})),
        MappingProxyType(tables.get("automatic", {})),
        MappingProxyType(tables.get("asking", {})),
        MappingProxyType(tables.get("approving", {})),
    )
