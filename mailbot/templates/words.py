"""The word file of each language (``<tag>/words.toml``): marker, names of states, patterns of dates, ready answers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailbot.templates.mailto import mailto_link

FOLDER = Path(__file__).parent
LAST_LANGUAGE = "sv"


@dataclass(frozen=True, eq=False)
class Words:
    """``tables`` are those of the file: state, step, kind, priority, command, moment, answer."""

    language: str
    marker: str
    tables: Mapping[str, Any]

    def name_of(self, code: str, table: str) -> str:
        """The word for a code; an unknown code is its own word, an unknown table a KeyError."""
        return str(self.tables[table].get(code.lstrip("#"), code.replace("_", " ")))


@lru_cache(maxsize=32)
def get_words(language: str, folder: Path = FOLDER) -> Words:
    """The words of a language. Raises FileNotFoundError where the folder does not have it."""
    tables = tomllib.loads((folder / language / "words.toml").read_text("utf-8"))
    return Words(language, str(tables.pop("marker")), tables)


@lru_cache(maxsize=256)
def find_language(language: str, folder: Path = FOLDER) -> str:
    """The language to speak when ``language`` (BCP 47, any case) is asked for: itself, its base, or Swedish."""
    for tag in (language.lower(), language.lower().partition("-")[0]):
        if tag.replace("-", "").isalnum() and (folder / tag / "words.toml").is_file():
            return tag
    return LAST_LANGUAGE


def answer_mailto(language: str, answer: str, address: str, reference: str) -> str:
    """A mailto link (RFC 6068) with a ready answer, ``accept`` or ``reopen``, to a signed reply address."""
    ready = get_words(find_language(language)).tables["answer"][answer]
    return mailto_link(address, ready["subject"].format(reference=reference), ready["body"])
