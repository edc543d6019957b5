"""The settings in force, as TOML with secrets masked: for ``mailbot check``, and to paste into a question."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from mailbot.settings.kinds import Secret, SecretUrl, Section
from mailbot.settings.sections import Settings

_URL_PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*(?=@)")


def effective(settings: Settings) -> str:
    """Every key with its value in force. It can be read back, apart from the secrets (``***``)."""
    return "\n".join(_tables(settings, "")).strip() + "\n"


def _tables(section: Section, name: str) -> Iterator[str]:
    values = {field.name: getattr(section, field.name) for field in msgspec.structs.fields(type(section))}
    plain = {key: value for key, value in values.items() if not _is_table(value)}
    yield from (f"{key} = {_written(value)}" for key, value in plain.items())
    for key in (key for key in values if key not in plain):
        path = f"{name}.{key}".removeprefix(".")
        if isinstance(values[key], Section):
            yield f"\n[{path}]"
            yield from _tables(values[key], path)
        else:
            for element in values[key]:
                yield f"\n[[{path}]]"
                yield from _tables(element, path)


def _is_table(value: Any) -> bool:
    return isinstance(value, Section) or (isinstance(value, tuple) and bool(value) and isinstance(value[0], Section))


def _written(value: Any) -> str:
    match value:
        case SecretUrl():
            return _quoted(_URL_PASSWORD.sub(r"\1:***", value).partition("?")[0])
        case Secret():
            return '"***"' if value else '""'
        case bool():
            return str(value).lower()
        case date():
            return value.isoformat()
        case tuple():
            return f"[{', '.join(_written(element) for element in value)}]"
        case dict():
            return "{" + ", ".join(f"{_quoted(key)} = {_written(word)}" for key, word in value.items()) + "}"
        case str():
            return _quoted(value)
        case _:
            return str(value)


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string, as long as DEL is escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
