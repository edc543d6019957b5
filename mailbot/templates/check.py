"""What is wrong with a wording, found before it is kept, so that no wording fails when a notice must leave.

First the source is read (syntax, blocks, names), then it is spoken with every sample of its notice, because some faults
show only in one turn. A wording without problems here renders for every context of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from html import unescape

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import (
    CATALOGUE,
    CommandWord,
    DeskWords,
    NoticeContext,
    Rendered,
    ResolutionContext,
    TicketWords,
    is_neutral,
)
from mailbot.templates.render import Use, Wording, line_of, packaged_wording
from mailbot.templates.samples import sample_contexts
from mailbot.templates.sandbox import FAILURES, FILTERS, OWN_FILTERS
from mailbot.templates.words import Words

_ATTRIBUTES = {"desk": DeskWords, "ticket": TicketWords, "command": CommandWord}
_TEXT_LINK = re.compile(r"(?:https?|mailto):[^\s<>\"]+")
_HTML_LINK = re.compile(r"<a\b[^>]*\bhref=\"([^\"]*)\"")
_TAG = re.compile(r"<[^>]*>")
_FOREIGN = re.compile(
    r"<\s*(?:img|script|iframe|object|embed|form|link|svg|video|audio|base)\b|url\(|@import|\bon[a-z]+\s*=|javascript:",
    re.I,
)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """``line`` counts from 1; 0 is the wording as a whole. ``hint`` says what to do, or is empty."""

    line: int
    message: str
    hint: str = ""


def check_wording(kind: NoticeKind, language: str, source: str, wording: Wording | None = None) -> tuple[Problem, ...]:
    """Every problem of a source for ``kind``, by line; empty when it may be kept. Never raises for its sake."""
    wording = wording or packaged_wording()
    try:
        problems = set(_read(kind, language, source, wording))
    except FAILURES as error:
        return (_problem_of(error),)
    if not problems:
        problems |= set(_spoken(kind, language, source, wording))
    return tuple(sorted(problems))


def _read(kind: NoticeKind, language: str, source: str, wording: Wording) -> Iterator[Problem]:
    """What can be seen without speaking."""
    room = wording.room_for(language)
    known = {field.name for field in fields(CATALOGUE[kind].context)} | room.globals
    for use in room.read_uses(source):
        yield from _unknown(use, known)
    for number, line in enumerate(source.split("\n"), 1):
        if found := _FOREIGN.search(line):
            yield Problem(number, f"{found[0].strip()} is not for mails", "Mails load nothing and run nothing.")
    if "html" not in room.block_names(source):
        yield Problem(0, "there is no block named html", "Add {% block html %} … {% endblock %}.")


def _unknown(use: Use, known: set[str]) -> Iterator[Problem]:
    name, _, attribute = use.path.partition(".")
    if name not in known:
        yield Problem(use.line, f"{name} is not a name in this notice", _nearest(name, known))
    elif attribute and name in _ATTRIBUTES:
        attributes = {field.name for field in fields(_ATTRIBUTES[name])}
        if attribute not in attributes:
            nearest = _nearest(attribute, attributes, f"{name}.")
            yield Problem(use.line, f"{name} has nothing named {attribute}", nearest)


def _spoken(kind: NoticeKind, language: str, source: str, wording: Wording) -> Iterator[Problem]:
    """What shows when the wording is spoken, in each turn that it can take; each fault once."""
    seen: set[tuple[int, str]] = set()
    for case, context in sample_contexts(kind, language).items():
        for problem in _spoken_once(language, source, context, wording):
            if (problem.line, problem.message) not in seen:
                seen.add((problem.line, problem.message))
                yield replace(problem, hint=problem.hint or f"In the case “{case}”.")


def _spoken_once(language: str, source: str, context: NoticeContext, wording: Wording) -> Iterator[Problem]:
    room = wording.room_for(language)
    try:
        rendered = wording.try_source(language, source, context)
        subject = room.raw_subject(source, context)
    except FAILURES as error:
        yield _problem_of(error)
        return
    if "\n" in subject:
        yield Problem(_line(source, "block subject"), "the subject has more than one line")
    answers: set[str] = set()
    if isinstance(context, ResolutionContext):
        answers = {context.accept_mailto, context.reopen_mailto}
        yield from _both_ways(source, rendered, context, room.words)
    if rendered.html:
        yield from _same_links(source, rendered, answers)
    elif is_neutral(context):
        yield Problem(0, "too long for a sender who is not verified", "The HTML is left out for them. Say less.")


def _both_ways(source: str, rendered: Rendered, context: ResolutionContext, words: Words) -> Iterator[Problem]:
    """Accept and reopen, each as a link and as a word to write, in the text and in the HTML."""
    for place, shown, links in (
        ("text", _TEXT_LINK.sub("", rendered.text), _text_links(rendered)),
        ("html", _TAG.sub(" ", rendered.html), _html_links(rendered)),
    ):
        line = _line(source, f"block {place}")
        for answer in ("accept", "reopen"):
            if getattr(context, f"{answer}_mailto") not in links:
                field = f"{answer}_mailto"
                yield Problem(line, f"the {place} does not offer {field}", f"Add {{{{ {field} }}}} as a link.")
            word = words.tables["answer"][answer]["body"].lower()
            if word not in unescape(shown).lower():
                yield Problem(line, f"the {place} does not say the word {word}", "It is what people answer with.")


def _same_links(source: str, rendered: Rendered, answers: set[str]) -> Iterator[Problem]:
    """Whoever reads the text can go wherever the reader of the HTML can; ``answers`` are looked at elsewhere."""
    in_text, in_html = _text_links(rendered), _html_links(rendered)
    for place, other, lone in (("text", "html", in_text - in_html), ("html", "text", in_html - in_text)):
        for link in sorted(lone - answers):
            yield Problem(_line(source, f"block {other}"), f"a link stands in the {place} only: {link}")


def _text_links(rendered: Rendered) -> set[str]:
    return set(_TEXT_LINK.findall(rendered.text))


def _html_links(rendered: Rendered) -> set[str]:
    return {unescape(link) for link in _HTML_LINK.findall(rendered.html)}


def _problem_of(error: BaseException) -> Problem:
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    if named := re.match(r"(\w+) is not a filter", message):
        return Problem(line_of(error), message, _nearest(named[1], FILTERS | OWN_FILTERS))
    return Problem(line_of(error), message)


def _nearest(name: str, known: set[str] | frozenset[str], before: str = "") -> str:
    found = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean {before}{found[0]}?" if found else f"There is: {', '.join(sorted(known))}."


def _line(source: str, words: str) -> int:
    """The first line that holds ``words``, or 0."""
    return next((number for number, line in enumerate(source.split("\n"), 1) if words in line), 0)
