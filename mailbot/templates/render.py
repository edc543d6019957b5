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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta, nodes, pass_context
from jinja2.runtime import BlockReference, Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError
from markupsafe import Markup, escape

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import (
    CommandWord,
    DeskWords,
    NoticeContext,
    Rendered,
    TicketWords,
    is_neutral,
    neutral,
)
from mailbot.templates.clean import clean_line
from mailbot.templates.dates import write_moment
from mailbot.templates.inline import inline_block, inline_layout, inline_styles
from mailbot.templates.plain import variables_of
from mailbot.templates.text import encoded_size, join, keep_indent, quote, tidy, write_signature
from mailbot.templates.words import FOLDER, LAST_LANGUAGE, Words, find_language, get_words

LAYOUT, LEAN, PARTS = "layout.html.j2", "lean.html.j2", "parts.html.j2"
"""The frame of a notice; the frame of one that must stay small; the macros that every notice can use."""
FILTERS = frozenset(("default", "e", "escape", "first", "join", "last", "length", "lower", "trim", "truncate", "upper"))
FILTERS |= {"capitalize"}
OWN_FILTERS = frozenset(("date", "date_time", "lines", "quoted", "word"))
OPEN = {kind: frozenset(f.name for f in fields(kind)) for kind in (DeskWords, TicketWords, CommandWord)}
REFUSED_NODES = (
    *(nodes.Import, nodes.FromImport, nodes.Include, nodes.EvalContextModifier),
    *(nodes.Macro, nodes.Assign, nodes.AssignBlock, nodes.With),
)
"""Without names of its own and loops in loops, what a wording does stays in proportion to its length."""
MAX_SOURCE = 65_536
NEUTRAL_LIMIT = 2_850
"""Octets of text and HTML, encoded, that leave a mail under 4 kB with its header."""
BUILT_IN = (
    "Det finns nytt om ditt ärende {reference}. Svara på det här mejlet.\n"
    "There is news about your ticket {reference}. Reply to this message."
)
SPACER = Markup("&#847;&zwnj;&nbsp;") * 40
"""Keeps what stands after the preheader out of the line that a mailbox shows."""
FAILURES = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RuntimeError)
"""What a wording can raise. Memory and time are the business of whoever runs it."""

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
        except (*FAILURES, OSError) as error:
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
                return Source(tag, path.read_text("utf-8"), "packaged")
        raise FileNotFoundError(f"no wording for {kind.value}")


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


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Fields of our own values need no further look; all else is asked of the sandbox."""
        if attribute in OPEN.get(obj.__class__, ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"the operator {operator} is not for wordings")

    def is_safe_callable(self, obj: Any) -> bool:
        return isinstance(obj, Macro | BlockReference)


class Room:
    """One language: its words, its filters, and what is compiled in it."""

    def __init__(self, folder: Path, words: Words) -> None:
        self.words = words
        layout, self.css = inline_layout((folder / LAYOUT).read_text("utf-8"))
        loader = DictLoader({LAYOUT: layout, LEAN: (folder / LEAN).read_text("utf-8")})
        self.plain = _sandbox(loader, words, autoescape=False)
        self.html = _sandbox(loader, words, autoescape=True)
        parts = self.html.from_string(inline_styles((folder / PARTS).read_text("utf-8"), self.css))
        macros = {name: macro for name, macro in parts.module.__dict__.items() if isinstance(macro, Macro)}
        self.html.globals.update(macros)
        self.globals = frozenset(self.html.globals)
        self.compiled = lru_cache(maxsize=128)(self._compile)

    def render(self, source: Source, context: NoticeContext) -> Rendered:
        """Raises one of ``FAILURES``."""
        compiled = self.compiled(source.text)
        small = is_neutral(context)
        variables = variables_of(context) | {"layout": LEAN if small else LAYOUT}
        subject = clean_line(_speak(compiled.plain, "subject", variables))
        text = tidy(_speak(compiled.plain, "text", variables))
        if not subject or not text:
            raise ValueError(f"the {'text' if subject else 'subject'} is empty")
        text = f"{self.words.marker}\n\n{text}\n\n{write_signature(context.desk)}\n"
        html = "".join(compiled.html.root_render_func(compiled.html.new_context(variables))) if compiled.html else ""
        if small and encoded_size(text) + encoded_size(html) > NEUTRAL_LIMIT:
            html = ""
        return Rendered(subject, text, html, source.language, source.revision, neutral=small)

    def raw_subject(self, source: str, context: NoticeContext) -> str:
        """The subject as the wording gives it, before its line breaks are dropped."""
        return _speak(self.compiled(source).plain, "subject", variables_of(context)).strip()

    def read_uses(self, source: str) -> Iterator[Use]:
        """Names that the source takes from outside itself. Raises TemplateSyntaxError."""
        tree = self._parse(source)
        outside = meta.find_undeclared_variables(tree)
        for node in tree.find_all((nodes.Name, nodes.Getattr)):
            name = node.node if isinstance(node, nodes.Getattr) else node
            if isinstance(name, nodes.Name) and name.name in outside:
                yield Use(node.lineno, f"{name.name}.{node.attr}" if isinstance(node, nodes.Getattr) else name.name)

    def block_names(self, source: str) -> frozenset[str]:
        """Raises one of ``FAILURES``."""
        return frozenset(self.compiled(source).plain.blocks)

    def _compile(self, text: str) -> _Compiled:
        if len(text) > MAX_SOURCE:
            raise ValueError(f"longer than {MAX_SOURCE} characters")
        self._parse(text)
        plain = self.plain.from_string(text)
        if missing := {"subject", "text"} - plain.blocks.keys():
            raise ValueError(f"no block named {' or '.join(sorted(missing))}")
        if "html" not in plain.blocks:
            return _Compiled(plain, None)
        html = "{% extends layout %}" + _EXTENDS.sub("", inline_block(text, "html", self.css), count=1)
        return _Compiled(plain, self.html.from_string(html))

    def _parse(self, text: str) -> nodes.Template:
        tree = self.plain.parse(text)
        for node in tree.find_all(REFUSED_NODES):
            raise TemplateSyntaxError(f"{type(node).__name__.lower()} is not for wordings", node.lineno)
        for loop in tree.find_all(nodes.For):
            for inner in loop.find_all(nodes.For):
                raise TemplateSyntaxError("a loop in a loop is not for wordings", inner.lineno)
        for used in tree.find_all(nodes.Filter):
            if used.name not in self.plain.filters:
                raise TemplateSyntaxError(f"{used.name} is not a filter", used.lineno)
        return tree


def _sandbox(loader: DictLoader, words: Words, *, autoescape: bool) -> _Sandbox:
    sandbox = _Sandbox(
        loader=loader, autoescape=autoescape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    sandbox.globals = {"language": words.language, "marker": words.marker, "spacer": SPACER}
    ours: dict[str, Callable[..., Any]] = {"quoted": quote, "join": join, "lines": _lines, "word": words.name_of}
    ours |= {name: _moment_filter(words, name) for name in ("date_time", "date")}
    sandbox.filters = {name: found for name, found in sandbox.filters.items() if name in FILTERS} | ours
    return sandbox


def _moment_filter(words: Words, pattern: str) -> Callable[[Context, datetime | None], str]:
    @pass_context
    def say(context: Context, moment: datetime | None) -> str:
        if moment is None:
            return ""
        return write_moment(moment, words.tables["moment"][pattern], words.language, context["desk"].timezone)

    return say


def _lines(text: str) -> Markup:
    """HTML of a passage: its line ends and indents are kept, everything else in it is only text."""
    return Markup("<br>\n").join(escape(keep_indent(line)) for line in text.strip("\n").split("\n"))


def _speak(template: Template, block: str, variables: dict[str, Any]) -> str:
    return "".join(template.blocks[block](template.new_context(variables)))


def _built_in(context: NoticeContext, failure: str) -> Rendered:
    reference = clean_line(context.ticket.reference)
    text = f"{BUILT_IN.format(reference=reference)}\n\n{write_signature(context.desk)}\n"
    return Rendered(f"[{reference}]", text, "", LAST_LANGUAGE, "built-in", failure, is_neutral(context))
