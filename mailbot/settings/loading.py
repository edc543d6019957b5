"""From a file, the environment and files of secrets to ``Settings``; stops with every problem, not with the first."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import fields

from mailbot.settings.checking import find_contradictions
from mailbot.settings.problems import Problem, SettingsError, unknown_key
from mailbot.settings.reading import Raw, Reader
from mailbot.settings.sections import Settings
from mailbot.settings.source import find_line

PREFIX = "MAILBOT_"


def load_settings(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of ``path``, or of the file that ``find_settings_file`` finds, or the defaults.

    Raises:
        SettingsError: with every problem found. The values of secrets and of unknown keys are not in it.
    """
    path = path or find_settings_file(environment)
    text = _read_text(path) if path else ""
    tree = _parse(text, path)
    overrides = _apply_environment(tree, environment)
    reader = Reader(lambda key: _where(key, overrides, text, path))
    settings = reader.read_settings(tree)
    problems = [*overrides.problems, *reader.problems]
    if settings and not problems:
        problems = [
            Problem(reader.where(key), dotted(key), found, rule) for key, found, rule in find_contradictions(settings)
        ]
    if problems or settings is None:
        raise SettingsError(problems)
    return settings


def find_settings_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """``MAILBOT_SETTINGS``, else ``settings.toml`` in the working directory, else None (the defaults)."""
    if named := environment.get(PREFIX + "SETTINGS"):
        return Path(named)
    here = Path("settings.toml")
    return here if here.exists() else None


def dotted(key: tuple[str | int, ...]) -> str:
    """("imap", 0, "port") → ``imap[0].port``"""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).removeprefix(".")


class _Overrides(dict[tuple[str | int, ...], str]):
    """The variable behind each overridden key, and those that name no key."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Problem] = []


def _apply_environment(tree: dict[str, Any], environment: Mapping[str, str]) -> _Overrides:
    """Write ``MAILBOT_SECTION__KEY`` into the tree. A name without ``__`` is ours only if it names an array of tables:
    an orchestrator sets variables like MAILBOT_PORT by itself."""
    overrides = _Overrides()
    arrays = {field.name for field in fields(Settings) if isinstance(field.default, tuple)}
    for variable in sorted(name for name in environment if name.startswith(PREFIX)):
        parts = variable.removeprefix(PREFIX).lower().split("__")
        if len(parts) == 1 and parts[0] not in arrays:
            continue
        key, is_placed = _place(tree, parts, Raw(environment[variable]))
        overrides[key] = variable
        if not is_placed:
            overrides.problems.append(Problem(f"environment {variable}", dotted(key), "", _no_place(key)))
    return overrides


def _place(tree: dict[str, Any], parts: list[str], value: Raw) -> tuple[tuple[str | int, ...], bool]:
    """The key that the parts name, as far as it could be followed, and whether the value has found its place there."""
    at: Any = tree
    key: tuple[str | int, ...] = ()
    for part in parts[:-1]:
        step = int(part) if isinstance(at, list) and re.fullmatch("[0-9]{1,4}", part) else part
        key = (*key, step)
        if isinstance(at, dict):
            at = at.setdefault(part, {})
        elif isinstance(step, int) and step < len(at):
            at = at[step]
        else:
            return (*key, parts[-1]), False
    if isinstance(at, dict):
        at[parts[-1]] = value
    return (*key, parts[-1]), isinstance(at, dict)


def _no_place(key: tuple[str | int, ...]) -> str:
    if key[0] not in Settings.__struct_fields__:
        return unknown_key(str(key[0]), Settings.__struct_fields__)
    return "there is no such element; elements are counted from 0"


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise SettingsError([Problem(str(path), "", "", f"the file cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise SettingsError([Problem(str(path), "", "", "the file must be UTF-8")]) from None


def _parse(text: str, path: Path | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line[1]}" if line else str(path)
        raise SettingsError([Problem(where, "", "", f"this is not TOML: {error}")]) from None


def _where(key: tuple[str | int, ...], overrides: _Overrides, text: str, path: Path | None) -> str:
    for place, variable in overrides.items():
        if key[: len(place)] == place or (
            len(key) == 1 and place[:1] == key and place[0] not in Settings.__struct_fields__
        ):
            return f"environment {variable}"
    line = find_line(text, key)
    return f"{path or 'defaults'}:{line}" if line else str(path or "defaults")
