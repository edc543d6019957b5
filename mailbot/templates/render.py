"""Words: a notice, a language and a context become subject, text and HTML. The only room that knows Jinja.

One source a notice, with the blocks ``subject``, ``text`` and ``html`` (and ``preheader``, the line that a mailbox
shows beside the subject). A wording prints and chooses, and no more: the sandbox has no calls but of our own macros,
no arithmetic that makes much out of little, and only the filters named here; a name that does not exist is an error,
never an empty space. Text from mail is data: it is cleaned, escaped in HTML, and never looked at as a source.

A wording that fails never loses the notice: the packaged one speaks instead and ``Rendered.failure`` says why; should
that fail too, a built-in sentence does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Template, TemplateSyntaxError, meta, nodes
from jinja2.runtime import Macro

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import NoticeContext, Rendered, SignInLinkContext, is_neutral, neutral
from mailbot.templates.clean import clean_line
from mailbot.templates.inline import inline_block, inline_layout, inline_styles
from mailbot.templates.plain import variables_of
from mailbot.templates.sandbox import FAILURES, NESTED_TOO_DEEP, open_sandbox, parse
from mailbot.templates.text import encoded_size, tidy, write_signature
from mailbot.templates.words import FOLDER, LAST_LANGUAGE, Words, find_language, get_words

LAYOUT, LEAN, PARTS = "layout.html.j2", "lean.html.j2", "parts.html.j2"
"""The frame of a notice; the frame of one that must stay small; the macros that every notice can use."""
PACKAGED = "packaged"
"""The revision of what comes with the program: the last to speak, so however much people wrote, it says it."""
MAX_SAID = 2_000_000
NEUTRAL_LIMIT = 2_850
"""Octets of text and HTML, encoded, that leave a mail under 4 kB with its header."""
BUILT_IN = (
    "Det finns nytt om ditt ärende {reference}. Svara på det här mejlet.\n"
    "There is news about your ticket {reference}. Reply to this message."
)

_LOST: tuple[type[Exception], ...] = (OSError, *FAILURES)
_EXTENDS = re.compile(r"\{%-?\s*extends\b[^%]*%\}")


@dataclass(frozen=True, slots=True)
class Source:
    """A wording before it speaks. ``language`` is the language it is written in."""

    language: str
    text: str
    revision: str


@dataclass(frozen=True, slots=True)
class Use:
    """A name that a source uses, with the attributes asked of it: ``ticket.reference``."""

    line: int
    path: str


@dataclass(frozen=True, slots=True)
class _Compiled:
    plain: Template
    html: Template | None


def render_notice(kind: NoticeKind, language: str, context: NoticeContext, source: str | None = None) -> Rendered:
    """The notice in ``language`` (else Swedish), from ``source`` where one is given, else from the packaged wording.

    Never raises for the sake of a wording.
    """
    return packaged_wording().render(kind, language, context, source)


@lru_cache(maxsize=1)
def packaged_wording() -> Wording:
    """The wording that comes with the program."""
    return Wording()


class Wording:
    """Where sources come from: a folder laid out like this package (``<language>/<notice>.j2``, ``layout.html.j2``)."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.room = lru_cache(maxsize=32)(self._open_room)
        self._find = lru_cache(maxsize=256)(self._read)

    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(path.parent.name for path in self.folder.glob("*/words.toml")))

    def find_source(self, kind: NoticeKind, language: str) -> Source:
        """The source in ``language``, else in Swedish. Raises FileNotFoundError where there is neither."""
        return self._find(kind, find_language(language, self.folder))

    def render(self, kind: NoticeKind, language: str, context: NoticeContext, source: str | None = None) -> Rendered:
        """See ``render_notice``."""
        failure = ""
        context = neutral(context)
        if source is not None:
            try:
                return self.try_source(language, source, context)
            except FAILURES as error:
                failure = describe(error)
        try:
            found = self.find_source(kind, language)
            return replace(self.room(found.language).render(found, context), failure=failure)
        except _LOST as error:
            return _built_in(context, failure or describe(error))

    def try_source(self, language: str, source: str, context: NoticeContext) -> Rendered:
        """The notice from ``source`` or one of ``FAILURES``: for previews, and for checks before a source is kept."""
        revision = hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:12]
        given = Source(find_language(language, self.folder), source, revision)
        return self.room(given.language).render(given, neutral(context))

    def room_for(self, language: str) -> Room:
        return self.room(find_language(language, self.folder))

    def _open_room(self, language: str) -> Room:
        return Room(self.folder, get_words(language, self.folder))

    def _read(self, kind: NoticeKind, language: str) -> Source:
        for tag in (language, LAST_LANGUAGE):
            path = self.folder / tag / f"{kind.value}.j2"
            if path.is_file():
                return Source(tag, path.read_text("utf-8"), PACKAGED)
        raise FileNotFoundError(f"no wording for {kind.value}")


def find_fault(language: str, source: str) -> str:
    """Why ``source`` cannot even be loaded, in one line; empty where it can. The work is kept for its rendering."""
    try:
        packaged_wording().room_for(language).compiled(source)
    except FAILURES as error:
        return describe(error)
    return ""


def describe(error: BaseException) -> str:
    """One line that says what was wrong with a wording."""
    line = line_of(error)
    return clean_line(f"{f'line {line}: ' if line else ''}{type(error).__name__}: {error}")[:300]


def line_of(error: BaseException) -> int:
    """The line of the source where ``error`` arose, or 0. In the HTML block it may be some lines off."""
    found = error.lineno if isinstance(error, TemplateSyntaxError) else 0
    trace = error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None and template.name is None:
            found = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return found


class Room:
    """One language: its words, its filters, and what is compiled in it."""

    def __init__(self, folder: Path, words: Words) -> None:
        self.words = words
        layout, self.css = inline_layout((folder / LAYOUT).read_text("utf-8"))
        loader = DictLoader({LAYOUT: layout, LEAN: (folder / LEAN).read_text("utf-8")})
        self.plain = open_sandbox(loader, words, autoescape=False)
        self.html = open_sandbox(loader, words, autoescape=True)
        parts = self.html.from_string(inline_styles((folder / PARTS).read_text("utf-8"), self.css))
        macros = {name: macro for name, macro in parts.module.__dict__.items() if isinstance(macro, Macro)}
        self.html.globals.update(macros)
        self.globals = frozenset(self.html.globals)
        self.compiled = lru_cache(maxsize=128)(self._compile)

    def render(self, source: Source, context: NoticeContext) -> Rendered:
        """Raises one of ``FAILURES``."""
        compiled = self.compiled(source.text)
        small = is_neutral(context)
        most = MAX_SAID if source.revision != PACKAGED else None
        variables = variables_of(context) | {"layout": LEAN if small else LAYOUT}
        subject = clean_line(_speak(compiled.plain, "subject", variables, most))
        text = tidy(_speak(compiled.plain, "text", variables, most))
        if not subject or not text:
            raise ValueError(f"the {'text' if subject else 'subject'} is empty")
        marker = f"{self.words.marker}\n\n" if context.ticket.reference else ""
        text = f"{marker}{text}\n\n{write_signature(context.desk)}\n"
        html = ""
        if compiled.html:
            html = _gather(compiled.html.root_render_func(compiled.html.new_context(variables)), most)
        if small and encoded_size(text) + encoded_size(html) > NEUTRAL_LIMIT:
            html = ""
        return Rendered(subject, text, html, source.language, source.revision, neutral=small)

    def raw_subject(self, source: str, context: NoticeContext) -> str:
        """The subject as the wording gives it, before its line breaks are dropped."""
        return _speak(self.compiled(source).plain, "subject", variables_of(context)).strip()

    def read_uses(self, source: str) -> Iterator[Use]:
        """Names that the source takes from outside itself. Raises TemplateSyntaxError."""
        tree = parse(self.plain, source)
        outside = meta.find_undeclared_variables(tree)
        for node in tree.find_all((nodes.Name, nodes.Getattr)):
            name = node.node if isinstance(node, nodes.Getattr) else node
            if isinstance(name, nodes.Name) and name.name in outside:
                yield Use(node.lineno, f"{name.name}.{node.attr}" if isinstance(node, nodes.Getattr) else name.name)

    def block_names(self, source: str) -> frozenset[str]:
        """Raises one of ``FAILURES``."""
        return frozenset(self.compiled(source).plain.blocks)

    def _compile(self, text: str) -> _Compiled:
        parse(self.plain, text)
        try:
            return self._compile_both(text)
        except NESTED_TOO_DEEP as error:
            raise ValueError("nested too deep for a wording") from error

    def _compile_both(self, text: str) -> _Compiled:
        plain = self.plain.from_string(text)
        if missing := {"subject", "text"} - plain.blocks.keys():
            raise ValueError(f"no block named {' or '.join(sorted(missing))}")
        if "html" not in plain.blocks:
            return _Compiled(plain, None)
        html = "{% extends layout %}" + _EXTENDS.sub("", inline_block(text, "html", self.css), count=1)
        return _Compiled(plain, self.html.from_string(html))


def _speak(template: Template, block: str, variables: dict[str, Any], most: int | None = MAX_SAID) -> str:
    return _gather(template.blocks[block](template.new_context(variables)), most)


def _gather(pieces: Iterable[str], most: int | None) -> str:
    if most is None:
        return "".join(pieces)
    said: list[str] = []
    for piece in pieces:
        said.append(piece)
        most -= len(piece)
        if most < 0:
            raise ValueError(f"says more than {MAX_SAID} characters")
    return "".join(said)


def _built_in(context: NoticeContext, failure: str) -> Rendered:
    reference = clean_line(context.ticket.reference)
    said, subject = BUILT_IN.format(reference=reference), f"[{reference}]"
    if isinstance(context, SignInLinkContext):
        said, subject = f"<{clean_line(context.link)}>", clean_line(context.desk.name) or "Mail"
    text = f"{said}\n\n{write_signature(context.desk)}\n"
    return Rendered(subject, text, "", LAST_LANGUAGE, "built-in", failure, is_neutral(context))
