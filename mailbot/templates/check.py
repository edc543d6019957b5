"""What is wrong with a wording, found before it is kept, so that no wording fails when a notice must leave.

First the source is read (syntax, blocks, names), then it is spoken with every sample of its notice and every case
given, because some faults show only in one turn. A wording without problems here renders for every context of its kind.

Nothing here is bounded in time or memory: a source by a stranger is tried in a child that is (``wording_room``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from html import unescape
from typing import Any

from mailbot.desk.correspondence import Mailbox
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
from mailbot.templates.compose import NoticeHead, compose_notice
from mailbot.templates.contrast import Faint, find_faint
from mailbot.templates.html_check import find_foreign
from mailbot.templates.render import Use, Wording, line_of, packaged_wording
from mailbot.templates.samples import sample_contexts
from mailbot.templates.sandbox import FAILURES, FILTERS, OWN_FILTERS
from mailbot.templates.words import Words

_ATTRIBUTES = {"desk": DeskWords, "ticket": TicketWords, "command": CommandWord}
_TEXT_LINK = re.compile(r"(?:https?|mailto):[^\s<>\"]+")
_HTML_LINK = re.compile(r"<a\b[^>]*\bhref=\"([^\"]*)\"")
_TAG = re.compile(r"<[^>]*>")
_FOREIGN = re.compile(
    r"<\s*(?:img|script|style|iframe|object|embed|form|link|svg|video|audio|base)\b"
    r"|url\(|@import|\bon[a-z]+\s*=|javascript:",
    re.I,
)
_IN_OTHER_WORDS = (
    ("Undefined is not safely callable", "a call of something that is not here", "The parts are for the html block."),
    ("is not safely callable", "a wording calls nothing but its parts", "There are panel, quote, answers and others."),
    ("maximum recursion", "it calls itself", "A block that shows itself has no end."),
    ("MemoryError", "it takes more memory than a wording may", "Make it shorter and simpler."),
)
_HEAD = NoticeHead(
    message_id="sample@desk.example",
    from_=Mailbox("desk@desk.example", "Desk"),
    to=Mailbox("person@elsewhere.example", "Person"),
    date=datetime(2026, 1, 1, tzinfo=UTC),
    desk_id="desk",
)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """``line`` counts from 1; 0 is the wording as a whole. ``hint`` says what to do, or is empty."""

    line: int
    message: str
    hint: str = ""


def check_wording(
    kind: NoticeKind,
    language: str,
    source: str,
    wording: Wording | None = None,
    cases: Mapping[str, NoticeContext] | None = None,
) -> tuple[Problem, ...]:
    """Every problem of a source for ``kind``, by line; empty when it may be kept. Never raises for its sake.

    ``cases`` are contexts to try beside the samples, by a name that a person can read: real tickets.
    """
    wording = wording or packaged_wording()
    try:
        problems = set(_read(kind, language, source, wording))
    except FAILURES as error:
        return (_problem_of(error),)
    if not problems:
        tried = {**sample_contexts(kind, language), **(cases or {})}
        problems |= set(_spoken(language, source, wording, tried))
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


def _spoken(language: str, source: str, wording: Wording, cases: Mapping[str, NoticeContext]) -> Iterator[Problem]:
    """What shows when the wording is spoken, in each turn that it can take; each fault once."""
    seen: set[tuple[int, str]] = set()
    for case, context in cases.items():
        for problem in _spoken_once(language, source, context, wording):
            if (problem.line, problem.message) not in seen:
                seen.add((problem.line, problem.message))
                yield replace(problem, hint=problem.hint or f"In the case “{case}”.")


def _spoken_once(language: str, source: str, context: NoticeContext, wording: Wording) -> Iterator[Problem]:
    room = wording.room_for(language)
    try:
        rendered = wording.try_source(language, source, context)
        subject = room.raw_subject(source, context)
        compose_notice(rendered, _HEAD, strict=True)
    except FAILURES as error:
        yield _problem_of(error)
        return
    if len(subject.splitlines()) > 1:
        yield Problem(_line(source, "block subject"), "the subject has more than one line")
    answers: set[str] = set()
    if isinstance(context, ResolutionContext):
        answers = {context.accept_mailto, context.reopen_mailto}
        yield from _both_ways(source, rendered, context, room.words)
    if rendered.html:
        yield from _same_links(source, rendered, answers, _links_of_people(context))
        yield from (Problem(_line(source, "block html"), *found) for found in find_foreign(rendered.html))
        yield from (_problem_of_faint(source, faint) for faint in find_faint(rendered.html))
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


def _same_links(source: str, rendered: Rendered, answers: set[str], theirs: tuple[str, ...]) -> Iterator[Problem]:
    """Whoever reads the text can go wherever the reader of the HTML can.

    ``answers`` are looked at elsewhere; ``theirs`` are in words of people, which HTML shows as text.
    """
    in_text, in_html = _text_links(rendered), _html_links(rendered)
    for place, other, lone in (("text", "html", in_text - in_html), ("html", "text", in_html - in_text)):
        for link in sorted(lone - answers):
            if place == "html" or not any(known.startswith(link.rstrip(".…")) for known in theirs):
                yield Problem(_line(source, f"block {other}"), f"a link stands in the {place} only: {link}")


def _links_of_people(value: Any, name: str = "") -> tuple[str, ...]:
    """Links in strings of a context, but for the fields that are a link: those are the wording's to offer."""
    if isinstance(value, str):
        return () if name.endswith(("_mailto", "link")) else tuple(_TEXT_LINK.findall(value))
    if isinstance(value, tuple):
        return tuple(link for item in value for link in _links_of_people(item))
    if is_dataclass(value):
        return tuple(link for f in fields(value) for link in _links_of_people(getattr(value, f.name), f.name))
    return ()


def _text_links(rendered: Rendered) -> set[str]:
    return {link.rstrip(".,;:!?)") for link in _TEXT_LINK.findall(rendered.text)}


def _html_links(rendered: Rendered) -> set[str]:
    return {unescape(link) for link in _HTML_LINK.findall(rendered.html)}


def _problem_of_faint(source: str, faint: Faint) -> Problem:
    line = _line(source.lower(), faint.colour) or _line(source.lower(), faint.ground) or _line(source, "block html")
    if not faint.ratio:
        return Problem(line, f"the colour {faint.colour} on {faint.ground} cannot be judged", "Write it as #rrggbb.")
    mode = "in dark mode" if faint.dark else "in light mode"
    message = f"“{faint.words}” is hard to read {mode}: {faint.colour} on {faint.ground} is {faint.ratio:.1f}:1"
    return Problem(line, message, "It takes 4.5:1 (WCAG AA). Without a colour of its own it has it in both modes.")


def _problem_of(error: BaseException) -> Problem:
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    for raw, told, hint in _IN_OTHER_WORDS:
        if raw in message:
            return Problem(line_of(error), told, hint)
    if named := re.match(r"(\w+) is not a filter", message):
        return Problem(line_of(error), message, _nearest(named[1], FILTERS | OWN_FILTERS))
    return Problem(line_of(error), message)


def _nearest(name: str, known: set[str] | frozenset[str], before: str = "") -> str:
    found = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean {before}{found[0]}?" if found else f"There is: {', '.join(sorted(known))}."


def _line(source: str, words: str) -> int:
    """The first line that holds ``words``, or 0."""
    return next((number for number, line in enumerate(source.split("\n"), 1) if words in line), 0)
