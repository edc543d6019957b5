"""An agent's command lines: ``#take``, ``#assign network``, ``#reply`` with its text below.

Only lines at the very top of the new words are commands: blank lines between them are passed over, and the first
ordinary line ends them, so that a quoted or pasted "#resolve" further down does nothing. Words are as written;
``canonical_command`` turns them into the desk's English verbs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mailbot.desk.correspondence import CommandLine
from mailbot.desk.language import Lexicon
from mailbot.parsers.vocabulary import entries
from mailbot.parsers.words import fold, spell_out

COMMAND_LIMIT = 20
LONGEST_LINE = 1000

TEXT_VERBS = frozenset(
    ("reply", "note", "resolve", "cancel", "wait", "escalate", "return", "resume", "reopen", "verify", "split")
)
"""Commands that take the ordinary text below them as (the rest of) their argument."""

_LINE = re.compile(r"#([^\W\d_][\w-]{0,39})(?=[\s:,.]|$)[:,.]?(.*)", re.DOTALL)
_REFERENCE = re.compile(r"[A-Za-z]{1,10}-?\d+\Z")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


def read_commands(new_words: str, lexicon: Lexicon | None = None) -> tuple[CommandLine, ...]:
    """The command lines that open the new words, in order.

    The text below the last command belongs to it where its verb takes text (``TEXT_VERBS``, in any language of the
    lexicon). Without a lexicon only the English verbs are known; then a command without an argument takes it too.
    "#1" and "#SD-12" are no commands.
    """
    lines = new_words.split("\n")
    found: list[tuple[str, str, str]] = []
    at = last = 0
    while at < len(lines) and len(found) < COMMAND_LIMIT:
        command = _read_line(lines[at])
        if command:
            found.append(command)
            last = at + 1
        elif lines[at].strip().strip(_INVISIBLE):
            break
        at += 1
    if not found:
        return ()
    word, argument, line = found[-1]
    below = "\n".join(lines[last:]).rstrip()
    if below and _takes_text(word, argument, lexicon):
        found[-1] = (word, f"{argument}\n{below}".strip(), line)
    return tuple(CommandLine(*command) for command in found)


def canonical_command(word: str, lexicon: Lexicon) -> str | None:
    """The desk's verb for a command word in any language, case and accents aside: "tilldela" → "assign"; or None."""
    lower = word.strip().lower()
    words = _command_words(lexicon)
    return words.get(lower) or words.get(fold(lower))


def _read_line(line: str) -> tuple[str, str, str] | None:
    clean = line.strip().strip(_INVISIBLE).strip()
    match = _LINE.fullmatch(clean[:LONGEST_LINE])
    if not match or _REFERENCE.fullmatch(match.group(1)):
        return None
    return match.group(1), clean[match.start(2) :].strip(), clean


def _takes_text(word: str, argument: str, lexicon: Lexicon | None) -> bool:
    if lexicon is None:
        return word.lower() in TEXT_VERBS or not argument
    return canonical_command(word, lexicon) in TEXT_VERBS


@lru_cache(maxsize=4)
def _command_words(lexicon: Lexicon) -> Mapping[str, str]:
    words: dict[str, str] = {}
    english_first = sorted(lexicon.languages.values(), key=lambda language: language.tag != "en")
    for language in english_first:
        table = language.data.get("commands", {})
        for verb in table:
            words.setdefault(verb, verb)
        for verb in table:
            for entry in entries(table, verb):
                for variant in (entry.lower(), fold(entry.lower()), spell_out(entry.lower())):
                    words.setdefault(variant, verb)
    return words
