"""What is wrong with the settings, said so that it can be mended without looking anything up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from mailbot.desk.errors import PermanentError


@dataclass(frozen=True, slots=True)
class Problem:
    """``where`` is "settings.toml:12" or "environment"; ``found`` is empty where it would tell a secret."""

    where: str
    key: str
    found: str
    allowed: str

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        found = f"found {self.found}; " if self.found else ""
        return f"{self.where}: {key}{found}{self.allowed}"


class SettingsError(PermanentError):
    """The settings cannot be used. ``problems`` are all that were found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def unknown_key(name: str, known: Iterable[str]) -> str:
    """What is allowed in place of an unknown name: the nearest known one, else all of them."""
    names = tuple(known)
    nearest = get_close_matches(name, names, n=1, cutoff=0.6)
    return f"there is no such key; did you mean {nearest[0]}?" if nearest else f"known here are {', '.join(names)}"
