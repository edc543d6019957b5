"""A tree of plain values, as TOML gives it, becomes typed sections; every problem on the way is noted.

Each key is converted by itself, because one wrong value must not hide the next.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from mailbot.settings.allowed import allowed_values, base_type, element_type
from mailbot.settings.kinds import Secret, Section
from mailbot.settings.problems import Problem, unknown_key
from mailbot.settings.sections import Settings

Key = tuple[str | int, ...]
S = TypeVar("S", bound=Section)

# The desk makes this file itself at the first start, so its content is not read here.
MADE_BY_THE_DESK = frozenset({("desk", "secret_file")})


class Raw(str):
    """A value from the environment: text, to be read as TOML unless the key wants text."""

    __slots__ = ()


class Reader:
    """Reads one tree. ``where`` tells in which file and line, or in which variable, a key was set."""

    def __init__(self, where: Callable[[Key], str]) -> None:
        self.where = where
        self.problems: list[Problem] = []

    def read_settings(self, tree: Mapping[str, Any]) -> Settings | None:
        """The settings, or None where something is wrong; then ``problems`` says what."""
        return self._section(Settings, tree, ())

    def _section(self, kind: type[S], table: Any, at: Key) -> S | None:
        if not isinstance(table, Mapping):
            return self._note(at, shown(table), "a table of keys is wanted here")
        types = get_type_hints(kind, include_extras=True)
        before = len(self.problems)
        for name in table:
            if name not in types:
                self._note((*at, name), "", unknown_key(name, types))
        values = {name: self._value(types[name], table[name], (*at, name)) for name in types if name in table}
        self._require(kind, values, at)
        self._fill_secrets(types, values, at)
        return kind(**values) if len(self.problems) == before else None

    def _value(self, wanted: Any, value: Any, at: Key) -> Any:
        if isinstance(value, Raw):
            value = _from_environment(wanted, value)
        if _is_secret(wanted):
            return wanted(value) if isinstance(value, str) else self._note(at, "", "text is wanted here")
        if isinstance(wanted, type) and issubclass(wanted, Section):
            return self._section(wanted, value, at)
        element = element_type(wanted)
        if element is not None:
            return self._list(wanted, element, value, at)
        return self._converted(wanted, value, at)

    def _list(self, wanted: Any, element: Any, value: Any, at: Key) -> Any:
        if not isinstance(value, list):
            return self._note(at, shown(value), f"allowed is {allowed_values(wanted)}")
        before = len(self.problems)
        values = tuple(self._value(element, part, (*at, number)) for number, part in enumerate(value))
        is_whole = len(self.problems) == before and not (isinstance(element, type) and issubclass(element, Section))
        return self._converted(wanted, value, at) if is_whole else values

    def _converted(self, wanted: Any, value: Any, at: Key) -> Any:
        try:
            return msgspec.convert(value, wanted)
        except msgspec.ValidationError:
            return self._note(at, shown(value), f"allowed is {allowed_values(wanted)}")

    def _require(self, kind: type[Section], values: Mapping[str, Any], at: Key) -> None:
        for field in msgspec.structs.fields(kind):
            if field.required and field.name not in values:
                self._note((*at, field.name), "", "this key is required")

    def _fill_secrets(self, types: Mapping[str, Any], values: dict[str, Any], at: Key) -> None:
        for name in [name for name in types if values.get(f"{name}_file") and _is_secret(types[name])]:
            key = (*at, f"{name}_file")
            if key in MADE_BY_THE_DESK:
                continue
            if values.get(name):
                self._note(key, "", f"set either {name} or {name}_file, not both")
            else:
                values[name] = self._read_secret(types[name], Path(values[f"{name}_file"]), key)

    def _read_secret(self, kind: type[Secret], path: Path, key: Key) -> Secret | None:
        try:
            return kind(path.read_text("utf-8").strip("\r\n"))
        except OSError as error:
            return self._note(key, str(path), f"the file cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            return self._note(key, str(path), "the file must be text in UTF-8")

    def _note(self, key: Key, found: str, allowed: str) -> Any:
        """Keeps the problem. The None that it returns takes the place of the value that could not be read."""
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).removeprefix(".")
        self.problems.append(Problem(self.where(key), name, found, allowed))
        return None


def shown(value: Any) -> str:
    """A value as an error shows it, with its kind; what could hold a secret inside is only named by its kind."""
    kinds = {
        str: "text",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        list: "a list",
        dict: "a table",
    }
    kind = next((word for type_, word in kinds.items() if isinstance(value, type_)), "a date or time")
    if isinstance(value, list | dict):
        return kind
    written = (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, str)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )
    return f"{written if len(written) <= 60 else written[:57] + '...'} ({kind})"


def _is_secret(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, Secret)


def _from_environment(wanted: Any, value: Raw) -> Any:
    if base_type(wanted) is str:
        return str(value)
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return str(value)
