"""One Authentication-Results header taken apart (RFC 8601, 2.2): authserv-id, methods, results, properties.

Comments and quoted strings are where a sender's own words stand (an address, a host name), so they are scanned before
anything is split: what is in them never becomes a method. A header that does not parse says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_HEADER = 8_000
MAX_RESULTS = 100
EQUALS = "\x00="
"""The equals sign as a word of its own; one inside a quoted string is never this."""

_RESULTS = frozenset(
    ("pass", "fail", "none", "neutral", "softfail", "policy", "temperror", "permerror", "hardfail", "bestguesspass")
)


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One ``method=result`` of a header: ``properties`` are its ptype.property values, ``comments`` its comments."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()


def read_results(value: str) -> tuple[str, list[MethodResult]]:
    """Authserv-id (lower case, or empty) and results of one header value. Nothing where it does not parse."""
    sections = split_sections(value[: MAX_HEADER + 1]) if len(value) <= MAX_HEADER else None
    if not sections:
        return "", []
    (words, _), results = sections[0], sections[1:]
    authserv = ""
    if EQUALS in words:
        results = sections
        if _read_result(*sections[0]) is None:
            return "", []
    elif words and (len(words) == 1 or words[1:] == ["1"]):
        authserv = words[0].lower().rstrip(".")
    else:
        return "", []
    return authserv, [result for section in results if (result := _read_result(*section)) is not None]


def _read_result(words: list[str], comments: list[str]) -> MethodResult | None:
    """``method[/version] = result *(ptype.property = value)``; None where it is no such thing."""
    if len(words) < 3 or words[1] != EQUALS:
        return None
    method, _, version = words[0].lower().partition("/")
    if words[2].lower() not in _RESULTS or version not in ("", "1"):
        return None
    return MethodResult(method, words[2].lower(), _read_properties(words[3:]), tuple(comments))


def _read_properties(words: list[str]) -> dict[str, str]:
    """Property values by lower-case name. A value may hold equals signs, as the local parts of bounces do."""
    properties: dict[str, str] = {}
    index = 0
    while index + 2 < len(words):
        if words[index + 1] != EQUALS:
            index += 1
            continue
        name, value = words[index].lower(), words[index + 2]
        index += 3
        while index + 1 < len(words) and words[index] == EQUALS:
            value += "=" + words[index + 1]
            index += 2
        properties.setdefault(name, value)
    return properties


def split_sections(value: str) -> list[tuple[list[str], list[str]]] | None:
    """Words and comments of the parts between semicolons; None where a comment or quoted string never ends.

    None also for more parts than any honest hop writes.
    """
    if value.count(";") > MAX_RESULTS:
        return None
    scanner = _Scanner()
    for char in value:
        scanner.take(char)
    scanner.end_word()
    return None if scanner.depth or scanner.quoted or scanner.escaped else scanner.sections


class _Scanner:
    """One pass over the characters. Words end at white space; an equals sign is the word ``EQUALS``."""

    def __init__(self) -> None:
        self.sections: list[tuple[list[str], list[str]]] = [([], [])]
        self.word: list[str] = []
        self.comment: list[str] = []
        self.depth = 0
        self.quoted = self.escaped = False

    def take(self, char: str) -> None:
        if self.escaped:
            (self.comment if self.depth else self.word).append(char)
            self.escaped = False
        elif char == "\\" and (self.depth or self.quoted):
            self.escaped = True
        elif self.depth:
            self._take_comment(char)
        elif self.quoted:
            self.quoted = char != '"'
            self.word += char if self.quoted else ""
        else:
            self._take_plain(char)

    def _take_comment(self, char: str) -> None:
        self.depth += (char == "(") - (char == ")")
        if self.depth:
            self.comment.append(char)
            return
        self.sections[-1][1].append("".join(self.comment))
        self.comment.clear()

    def _take_plain(self, char: str) -> None:
        if char == '"':
            self.quoted = True
        elif char == "(":
            self.end_word()
            self.depth = 1
        elif char == ";":
            self.end_word()
            self.sections.append(([], []))
        elif char == "=":
            self.end_word()
            self.sections[-1][0].append(EQUALS)
        elif char in " \t\r\n":
            self.end_word()
        else:
            self.word.append(char)

    def end_word(self) -> None:
        if self.word:
            self.sections[-1][0].append("".join(self.word))
            self.word.clear()
