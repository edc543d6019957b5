"""Words: a notice, a language and a context become subject, text and HTML. The only room that knows Jinja.

One source a notice, with the blocks ``subject``, ``text`` and ``html`` (and ``preheader``, the line that a mailbox
shows beside the subject). The sandbox has no loops over invented ranges, no multiplication of text and only the
filters named here; a name that does not exist is an error, never an empty space. Text from mail is data: it is cleaned
here, escaped in HTML, and never looked at as a source.

A wording that fails never loses the notice: the packaged one speaks instead and ``Rendered.failure`` says why; should
that fail too, a built-in sentence does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, StrictUndefined, Template, TemplateError, pass_context
from jinja2.runtime import BlockReference, Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError
from markupsafe import Markup, escape

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import DeskWords, NoticeContext, Rendered, neutral
from mailbot.templates.clean import clean_line, clean_passage
from mailbot.templates.dates import write_moment
from mailbot.templates.inline import inline_styles
from mailbot.templates.words import FOLDER, LAST_LANGUAGE, Words, find_language, get_words

LAYOUT = "layout.html.j2"
PARTS = "parts.html.j2"
FILTERS = (
    "default",
    "upper",
    "lower",
    "capitalize",
    "trim",
    "length",
    "first",
    "last",
    "join",
    "truncate",
    "escape",
    "e",
)
BUILT_IN = "Det finns nytt om ditt ärende {reference}. Svara på det här brevet.\n"
BUILT_IN += "There is news about your ticket {reference}. Reply to this message."
MAX_SOURCE = 65_536
RENDER_FAILURES = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RuntimeError)
"""What a wording can raise. MemoryError and time are the business of the process it runs in."""

_BLOCK = re.compile(r"\{%-?\+?\s*(?:block\s+(\w+)\b|endblock\b)[^%]*%\}")
SPACER = Markup("&#847;&zwnj;&nbsp;") * 40
"""Keeps what stands after the preheader out of the line that a mailbox shows."""

_EMPTY_LINES = re.compile(r"\n{3,}")
_STYLE = re.compile(r"<style data-inline>(.*?)</style>\s*", re.S)


@dataclass(frozen=True, slots=True)
class Source:
    """A wording before it speaks. ``language`` is the language it is written in."""

    language: str
    text: str
    revision: str


@dataclass(frozen=True, slots=True)
class _Compiled:
    plain: Template
    html: Template | None


def render_notice(kind: NoticeKind, language: str, context: NoticeContext, source: str | None = None) -> Rendered:
    """The notice in ``language`` (else Swedish) from ``source`` where one is given, else from the packaged wording.

    Never raises for the sake of a wording.
    """
    return packaged_wording().render(kind, language, context, source)


class Wording:
    """Where sources come from: a folder laid out like this package (``<language>/<notice>.j2``, ``layout.html.j2``)."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._rooms: dict[str, _Room] = {}
        self._find = lru_cache(maxsize=256)(self._read)

    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(path.parent.name for path in self.folder.glob("*/words.toml")))

    def find_source(self, kind: NoticeKind, language: str) -> Source:
        """The packaged source in ``language``, else in Swedish."""
        return self._find(kind, find_language(language, self.folder))

    def render(self, kind: NoticeKind, language: str, context: NoticeContext, source: str | None = None) -> Rendered:
        """See ``render_notice``."""
        failure = ""
        context = neutral(context)
        if source is not None:
            given = Source(find_language(language, self.folder), source, revision_of(source))
            try:
                return self._speak(given, context)
            except RENDER_FAILURES as error:
                failure = describe(error)
        try:
            rendered = self._speak(self.find_source(kind, language), context)
        except (*RENDER_FAILURES, OSError) as error:
            return _built_in(context, failure or describe(error))
        return Rendered(rendered.subject, rendered.text, rendered.html, rendered.language, rendered.revision, failure)

    def room(self, language: str) -> _Room:
        if language not in self._rooms:
            self._rooms[language] = _Room(self.folder, get_words(language, self.folder))
        return self._rooms[language]

    def _read(self, kind: NoticeKind, language: str) -> Source:
        for tag in (language, LAST_LANGUAGE):
            path = self.folder / tag / f"{kind.value}.j2"
            if path.is_file():
                return Source(tag, path.read_text("utf-8"), "packaged")
        raise FileNotFoundError(f"no wording for {kind.value}")

    def _speak(self, source: Source, context: NoticeContext) -> Rendered:
        return self.room(source.language).render(source, context)


@lru_cache(maxsize=1)
def packaged_wording() -> Wording:
    return Wording()


def revision_of(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:12]


def describe(error: BaseException) -> str:
    """One line that says what was wrong with a wording, with its line where Jinja knows it."""
    line = getattr(error, "lineno", None)
    place = f"line {line}: " if line else ""
    return clean_line(f"{place}{type(error).__name__}: {error}")[:300]


class _Sandbox(ImmutableSandboxedEnvironment):
    """Prints and chooses, and no more: no arithmetic that makes much out of little, no calls but of our own macros."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"the operator {operator} is not for wordings")

    def is_safe_callable(self, obj: Any) -> bool:
        return isinstance(obj, Macro | BlockReference)


class _Room:
    """One language: its words, its filters, and what is compiled in it."""

    def __init__(self, folder: Path, words: Words) -> None:
        self.words = words
        layout, self.css = _read_layout(folder)
        loader = DictLoader({LAYOUT: layout})
        self.plain = _sandbox(loader, words, autoescape=False)
        self.html = _sandbox(loader, words, autoescape=True)
        parts = (folder / PARTS).read_text("utf-8")
        macros = self.html.from_string(inline_styles(parts, self.css)).module.__dict__
        self.html.globals.update({name: macro for name, macro in macros.items() if isinstance(macro, Macro)})
        self.compiled = lru_cache(maxsize=128)(self._compile)

    def render(self, source: Source, context: NoticeContext) -> Rendered:
        compiled = self.compiled(source.text)
        variables = variables_of(context)
        plain = compiled.plain.new_context(variables)
        subject = clean_line("".join(compiled.plain.blocks["subject"](plain)))
        text = _tidy("".join(compiled.plain.blocks["text"](plain)))
        if not subject or not text:
            raise ValueError("the subject and the text must say something")
        text = f"{self.words.marker}\n\n{text}\n\n{_signature(context.desk)}\n"
        html = "".join(compiled.html.root_render_func(compiled.html.new_context(variables))) if compiled.html else ""
        return Rendered(subject, text, html, source.language, source.revision)

    def _compile(self, text: str) -> _Compiled:
        if len(text) > MAX_SOURCE:
            raise ValueError(f"longer than {MAX_SOURCE} characters")
        plain = self.plain.from_string(text)
        if missing := {"subject", "text"} - plain.blocks.keys():
            raise ValueError(f"no block named {' or '.join(sorted(missing))}")
        if "html" not in plain.blocks:
            return _Compiled(plain, None)
        return _Compiled(plain, self.html.from_string(_inline_blocks(text, self.css)))


def _sandbox(loader: DictLoader, words: Words, *, autoescape: bool) -> _Sandbox:
    room = _Sandbox(
        loader=loader, autoescape=autoescape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    room.globals = {"language": words.language, "marker": words.marker, "spacer": SPACER}
    ours: dict[str, Callable[..., Any]] = {"quoted": _quoted, "lines": _lines, "word": words.name_of}
    ours |= {name: _moment_filter(words, name) for name in ("date_time", "date")}
    room.filters = {name: room.filters[name] for name in FILTERS} | ours
    return room


def _moment_filter(words: Words, pattern: str) -> Callable[[Context, datetime], str]:
    @pass_context
    def say(context: Context, moment: datetime) -> str:
        return write_moment(moment, words.tables["moment"][pattern], words.language, context["desk"].timezone)

    return say


def _quoted(text: str) -> str:
    """Plain text set apart as earlier words, in the way that every mail program does it."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def _lines(text: str) -> Markup:
    """HTML of a passage: its line ends are kept, everything else in it is only text."""
    return Markup("<br>\n").join(escape(line) for line in text.strip("\n").split("\n"))


def _read_layout(folder: Path) -> tuple[str, str]:
    """The layout with its styles inlined, and the stylesheet that the notices get inlined too."""
    source = (folder / LAYOUT).read_text("utf-8")
    css = "\n".join(_STYLE.findall(source))
    head, _, body = _STYLE.sub("", source).partition("<!--body-->")
    body, _, foot = body.partition("<!--/body-->")
    return head + inline_styles(body, css) + foot, css


def _inline_blocks(source: str, css: str) -> str:
    """The source with the styles inlined in its ``html`` block; the other blocks are not HTML."""
    depth, start = 0, 0
    for match in _BLOCK.finditer(source):
        if match[1] == "html":
            start, depth = match.end(), 0
        elif start:
            depth += 1 if match[1] else -1
            if depth < 0:
                return source[:start] + inline_styles(source[start : match.start()], css) + source[match.start() :]
    return source


def variables_of(context: Any) -> dict[str, Any]:
    """The fields of a context by name, every string in them cleaned. Raises TypeError for what is not plain."""
    return {name: _plain(getattr(context, name), cleaner) for name, cleaner in _cleaners(context.__class__)}


@lru_cache(maxsize=64)
def _cleaners(kind: type) -> tuple[tuple[str, Callable[[str], str]], ...]:
    return tuple((field.name, clean_passage if field.type == "Passage" else clean_line) for field in fields(kind))


def _plain(value: Any, cleaner: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return cleaner(str.__str__(value))
    if value is None or isinstance(value, int | float | datetime):
        return value
    if isinstance(value, tuple):
        return tuple(_plain(item, cleaner) for item in value)
    if is_dataclass(value):
        return value.__class__(**variables_of(value))
    raise TypeError(f"a context holds plain values only, not {type(value).__name__}")


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", lines).strip("\n")


def _signature(desk: DeskWords) -> str:
    rows = (_row(desk.name, desk.organisation), _row(desk.phone, desk.hours), desk.address)
    return "\n".join(("-- ", *(row for row in map(clean_line, rows) if row)))


def _row(*pieces: str) -> str:
    return ", ".join(piece for piece in pieces if piece)


def _built_in(context: NoticeContext, failure: str) -> Rendered:
    """The last resort: true, short, and in the desk's last language and English at once."""
    reference = clean_line(context.ticket.reference)
    text = BUILT_IN.format(reference=reference)
    return Rendered(f"[{reference}]", f"{text}\n\n{_signature(context.desk)}\n", "", LAST_LANGUAGE, "built-in", failure)
