"""Services, and the words that point to them. Settings say which; a mail is searched for them in one pass.

A pattern is one word or several in a row. ``*`` stands for any letters at the beginning or the end of a word:
``skrivar*`` is skrivare and skrivarkö, ``*nätverk*`` also trådlösanätverket. Case never matters, and a letter that
somebody wrote without its dots and rings ("natverk") is known again. There are no regular expressions: the text comes
from anybody, and the search must stay linear in its length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

SUBJECT_POINTS, BODY_POINTS, ADDRESS_POINTS = 3, 1, 10
MOST_SUBJECT, MOST_BODY, MOST_WORDS = 1_000, 20_000, 4_000
"""Characters read of a subject and of a body, and words of each."""

_WORD = re.compile(r"[^\W_]+")
_PATTERN_WORD = re.compile(r"\*?[^\W_]+\*?")


@dataclass(frozen=True, slots=True)
class Service:
    """What the desk gives support for.

    ``words`` are patterns by language; ``group`` supports it (empty: the desk's own group); ``skills`` are (skill,
    least level 1-3). ``impact`` and ``urgency`` are what a fault of it has at first, "" where the desk's rule holds.
    ``customers`` limits it to these (empty: all). Mail to one of ``addresses`` is about it.
    """

    name: str
    title: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    group: str = ""
    skills: tuple[tuple[str, int], ...] = ()
    impact: str = ""
    urgency: str = ""
    customers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def title_in(self, language: str) -> str:
        """What people call it, in their language where settings say that."""
        return dict(self.titles).get(language) or self.title or self.name

    @property
    def names(self) -> frozenset[str]:
        """What it is called, in any language, in lower case."""
        return frozenset(n.lower() for n in (self.name, self.title, *(title for _, title in self.titles)) if n)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of every language, each once: people mix their languages."""
        return tuple(dict.fromkeys(pattern for _, several in self.words for pattern in several))


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody wants, as far as the choice of a service needs it. ``address`` is the own address it came to.

    ``service`` is what an agent says that it is about; "" lets the words decide.
    """

    subject: str
    words: str = ""
    address: str = ""
    customer: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern that was met: ``words`` as they were written, and where: subject, body or address."""

    pattern: str
    words: str
    where: str

    @property
    def points(self) -> int:
        if self.where == "address":
            return ADDRESS_POINTS
        return (SUBJECT_POINTS if self.where == "subject" else BODY_POINTS) * len(_split(self.pattern))

    def __str__(self) -> str:
        return f"«{self.words}» in the {self.where} (+{self.points})"


@dataclass(frozen=True, slots=True)
class ServiceMatch:
    """A service, and all that speaks for it."""

    service: Service
    found: tuple[Found, ...]

    @property
    def score(self) -> int:
        return sum(found.points for found in self.found)


def find_services(matter: Matter, services: Iterable[Service]) -> tuple[ServiceMatch, ...]:
    """The services that a matter speaks of, the best first; those of equal score in the order of settings.

    A pattern counts once, three times as much in the subject as in the body, and more the more words it has.
    """
    subject, body = _Text(matter.subject[:MOST_SUBJECT]), _Text(matter.words[:MOST_BODY])
    matches = [_match(matter, service, subject, body) for service in services if _is_for(service, matter.customer)]
    return tuple(sorted((m for m in matches if m.found), key=lambda m: -m.score))


def _is_for(service: Service, customer: str) -> bool:
    return not service.customers or customer.lower() in (c.lower() for c in service.customers)


def _match(matter: Matter, service: Service, subject: _Text, body: _Text) -> ServiceMatch:
    found: list[Found] = []
    if matter.address and matter.address.lower() in (a.lower() for a in service.addresses):
        found.append(Found("", matter.address, "address"))
    for pattern in service.patterns:
        for text, where in ((subject, "subject"), (body, "body")):
            if words := text.find(_split(pattern)):
                found.append(Found(pattern, words, where))
                break
    return ServiceMatch(service, tuple(found))


class _Text:
    """The words of a text and where they stand, so that a pattern is looked up and not searched for."""

    def __init__(self, text: str) -> None:
        self.words = _WORD.findall(unicodedata.normalize("NFC", text).lower())[:MOST_WORDS]
        self.places: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            self.places.setdefault(word, []).append(place)
        # Each word once, between line ends: a part of a word is found in it at the speed of one string search.
        self._each = "\n".join(("", *self.places, ""))
        self._plain = "\n".join(("", *(word for word in self.places if word.isascii()), ""))

    def find(self, pattern: Sequence[str]) -> str:
        """The first words that fit the pattern, as they were written (in lower case); "" where none do."""
        if not pattern:
            return ""
        for word in self._candidates(pattern[0]):
            for place in self.places[word]:
                run = self.words[place : place + len(pattern)]
                if len(run) == len(pattern) and all(map(_fits, run[1:], pattern[1:])):
                    return " ".join(run)
        return ""

    def _candidates(self, first: str) -> Iterator[str]:
        """The words that fit the first word of a pattern, in the order of the text."""
        yield from _search(self._each, first)
        if not first.isascii():
            yield from _search(self._plain, _bare(first))


def _search(lines: str, pattern: str) -> Iterator[str]:
    """The lines that meet the pattern; ``lines`` begins and ends with a line end."""
    core = pattern.strip("*")
    sought = f"{'' if pattern.startswith('*') else chr(10)}{core}{'' if pattern.endswith('*') else chr(10)}"
    at = lines.find(sought)
    while at >= 0:
        start = lines.rfind("\n", 0, at + 1) if pattern.startswith("*") else at
        end = lines.find("\n", max(start + 1, at + len(core)))
        yield lines[start + 1 : end]
        at = lines.find(sought, end)


@lru_cache(maxsize=4096)
def _split(pattern: str) -> tuple[str, ...]:
    """``Skriv* ut`` → ("skriv*", "ut"), ``e-post*`` → ("e", "post*"); what holds no letter or digit is dropped."""
    return tuple(_PATTERN_WORD.findall(unicodedata.normalize("NFC", pattern).lower()))


def _fits(word: str, pattern: str) -> bool:
    # Who writes without dots and rings writes all of the word so; "får" must not become "far".
    return _meets(word, pattern) or (word.isascii() and not pattern.isascii() and _meets(word, _bare(pattern)))


def _meets(word: str, pattern: str) -> bool:
    core = pattern.strip("*")
    if pattern.startswith("*"):
        return core in word if pattern.endswith("*") else word.endswith(core)
    return word.startswith(core) if pattern.endswith("*") else word == core


@lru_cache(maxsize=4096)
def _bare(word: str) -> str:
    """``nätverk`` → ``natverk``."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
