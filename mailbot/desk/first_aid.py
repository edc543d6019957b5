"""First aid: answers that stand ready for what many ask, so that the first level can help at once.

Settings say which (``[[first_aid]]``). An answer is plain text and no template: ``{name}`` and ``{reference}`` are
filled once, in one pass, and every other brace stays as it is. So neither the words of an answer nor the name of a
requester can do more than be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from mailbot.desk.services import SUBJECT_POINTS, Matter, Service, find_services

SERVICE_POINTS = SUBJECT_POINTS
"""What it counts that a ticket's service is one of an answer's: as much as one word in the subject."""
LONGEST_NAME = 80

_CALLED = re.compile(r"@([\w-]{1,40})(?![\w@-]|\.\w)[.,:;]?[^\S\n]*")
_PLACE = re.compile(r"([^\S\n]?)\{(name|reference)\}")


@dataclass(frozen=True, slots=True)
class FirstAid:
    """An answer that stands ready. ``name`` is what agents type; ``texts`` are its words by language.

    It fits tickets of its ``services``, and those that its ``words`` point to: patterns by language, as services have.
    """

    name: str
    title: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    services: tuple[str, ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def title_in(self, language: str) -> str:
        """What people call it, in their language where settings say that."""
        return dict(self.titles).get(language) or self.title or self.name

    def text_in(self, language: str, otherwise: str = "") -> str:
        """Its words in a language, else in the other one, else in the first that it has."""
        texts = dict(self.texts)
        return texts.get(language) or texts.get(otherwise) or next(iter(texts.values()), "")

    @property
    def called(self) -> tuple[str, ...]:
        """What it can be called behind an ``@``, folded: its name, and its titles where they are one word."""
        titles = (self.title, *(title for _, title in self.titles))
        return tuple(dict.fromkeys(fold_name(n) for n in (self.name, *titles) if n and " " not in n))


def find_first_aid(name: str, answers: Iterable[FirstAid]) -> FirstAid | None:
    """The answer of that name, in any case of letters, with or without accents. Names go before titles."""
    asked, known = fold_name(name.lstrip("@")), tuple(answers)
    by_name = (a for a in known if fold_name(a.name) == asked)
    return next(by_name, None) or next((a for a in known if asked in a.called), None)


def find_nearest(name: str, answers: Iterable[FirstAid]) -> str:
    """The name of the answer most like a mistyped one; "" where none is like it."""
    called = {called: a.name for a in answers for called in a.called}
    near = get_close_matches(fold_name(name), called, 1, 0.6)
    return called[near[0]] if near else ""


def propose_first_aid(matter: Matter, service: str, answers: Sequence[FirstAid]) -> tuple[FirstAid, ...]:
    """The answers that fit, the best first; those that fit as well in the order of settings."""
    spoken = find_services(matter, [Service(a.name, words=a.words) for a in answers if a.words])
    points = {match.service.name: match.score for match in spoken}
    scored = [(points.get(a.name, 0) + SERVICE_POINTS * (service != "" and service in a.services), a) for a in answers]
    return tuple(a for score, a in sorted(scored, key=lambda one: -one[0]) if score)


def read_called(words: str) -> tuple[str, str]:
    """``@lösenord Ring oss annars.`` → ("lösenord", "Ring oss annars."); ("", words) where no name stands first."""
    found = _CALLED.match(words.lstrip())
    return (found[1], words.lstrip()[found.end() :].strip()) if found else ("", words)


def fill(text: str, *, name: str, reference: str) -> str:
    """The text with its two places filled. A name that nobody knows goes with the space before it."""
    values = {"name": " ".join(name.split())[:LONGEST_NAME], "reference": reference}
    return _PLACE.sub(lambda at: at[1] + values[at[2]] if values[at[2]] else "", text)


def fold_name(name: str) -> str:
    """``Lösenord`` → ``losenord``"""
    return "".join(c for c in unicodedata.normalize("NFKD", name.strip().lower()) if not unicodedata.combining(c))
