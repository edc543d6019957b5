"""A context made into what a wording may reach: its fields by name, cleaned, and nothing that can act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from mailbot.templates.catalogue import Passage
from mailbot.templates.clean import clean_line, clean_passage


def variables_of(context: Any) -> dict[str, Any]:
    """The fields of a frozen dataclass. Raises TypeError for a value that is not plain.

    Fields of type ``Passage`` keep their lines; all other strings become one line.
    """
    return {name: _plain(getattr(context, name), clean) for name, clean in _cleaners(context.__class__)}


@lru_cache(maxsize=64)
def _cleaners(kind: type) -> tuple[tuple[str, Callable[[str], str]], ...]:
    passages = ("Passage", Passage)
    return tuple((field.name, clean_passage if field.type in passages else clean_line) for field in fields(kind))


def _plain(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(str.__str__(value))
    if value is None or isinstance(value, int | float | datetime):
        return value
    if isinstance(value, tuple):
        return tuple(_plain(item, clean) for item in value)
    if is_dataclass(value):
        return value.__class__(**variables_of(value))
    raise TypeError(f"a context holds plain values only, not {type(value).__name__}")
