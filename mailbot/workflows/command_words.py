"""What agents write behind a command: a group and a reason, a way of contact, a priority, a day. In any language."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches

from mailbot.desk.errors import NotAllowed
from mailbot.desk.language import Lexicon
from mailbot.desk.vocabulary import Priority
from mailbot.languages import load_lexicon
from mailbot.parsers.command_words import command_words, main_word
from mailbot.parsers.days import find_days
from mailbot.parsers.words import fold
from mailbot.templates.words import find_language, get_words

WAYS = {
    "phone": "phone telephone call called telefon telefonen tel ringde ringt samtal",
    "visit": "visit visited besök besökte besok plats",
    "chat": "chat chatt teams chattade",
}
LONGEST_DAY = 60
"""Characters of a command's first line that are searched for a day."""


def first_word(words: str) -> tuple[str, str]:
    """``network: the switch is dead`` → ("network", "the switch is dead")"""
    first, _, rest = words.strip().partition("\n")
    name, _, more = first.strip().partition(" ")
    return name.strip(",.:;"), f"{more.strip()}\n{rest}".strip()


def read_way(words: str) -> tuple[str, str]:
    """The way of a personal contact (phone where none is named), and what was said."""
    name, rest = first_word(words)
    asked = fold(name.lower())
    for way, names in WAYS.items():
        if asked in map(fold, names.split()):
            return way, rest
    return "phone", words.strip()


def read_priority(words: str, lexicon: Lexicon | None = None) -> tuple[Priority, str]:
    """The priority, and what else was said.

    Raises:
        NotAllowed: no priority is named.
    """
    name, rest = first_word(words)
    asked = fold(name.lower())
    for language in (lexicon or load_lexicon()).languages.values():
        for priority in Priority:
            spoken = str(language.data.get("words", {}).get(priority.value, "")).lower()
            told = get_words(find_language(language.tag)).name_of(priority.value, "priority")
            if asked in map(fold, (priority.value, spoken, told)):
                return priority, rest
    raise NotAllowed("priority", "say critical, high, medium or low", "needs_priority")


def read_day(words: str, today: date, lexicon: Lexicon | None = None) -> tuple[date | None, str]:
    """The day that stands at the beginning (``until 1 December``, ``fredag``), and what else was said.

    None where there is none at the beginning: "wait for Friday's meeting" then waits for no day.
    """
    line = words.strip().partition("\n")[0][:LONGEST_DAY].lower()
    for found in find_days(line, today, lexicon or load_lexicon())[:1]:
        before = line[: found.start].strip(" ,.:;-")
        if not before or fold(before) in ("till", "until", "to", "tills", "on", "pa", "den", "till den", "bis", "til"):
            return found.day, words.strip()[found.end :].lstrip(" ,.:;-\n")
    return None, words.strip()


def nearest_word(word: str, language: str, lexicon: Lexicon | None = None) -> str:
    """The command word most like a mistyped one, in the agent's own language first; "" where none is like it."""
    known = lexicon or load_lexicon()
    asked = fold(word.strip("#").lower())
    for tag in dict.fromkeys((language, "en", "sv")):
        words = {fold(w): w for w in command_words(known, tag)}
        if near := get_close_matches(asked, list(words), 1, 0.6):
            return f"#{words[near[0]]}"
    return ""


def word_for(command: str, language: str, lexicon: Lexicon | None = None) -> str:
    """``assign`` in Swedish → ``#tilldela``"""
    return f"#{main_word(command, language, lexicon or load_lexicon())}"


def nearest_name(who: str, known: tuple[str, ...]) -> str:
    """The name of a group or agent most like ``who``; "" where none is like it."""
    names = {name.lower(): name for name in known} | {name.partition("@")[0].lower(): name for name in known}
    near = get_close_matches(who.strip().lower(), list(names), 1, 0.6)
    return names[near[0]] if near else ""
