"""The sandbox of wordings: what of Jinja a wording may use, and how little of Python it can reach.

A wording prints and chooses. It has no calls but of our own macros, no arithmetic that makes much out of little, no
names of its own, no loops in loops, and a bounded number of parts: what it costs stays in proportion to its length.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError, TemplateSyntaxError, nodes, pass_context
from jinja2.runtime import BlockReference, Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError
from markupsafe import Markup, escape

from mailbot.templates.catalogue import CommandWord, DeskWords, TicketWords
from mailbot.templates.dates import write_moment
from mailbot.templates.text import join, keep_indent, quote
from mailbot.templates.words import Words

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
"""Characters."""
MAX_PARTS = 4_000
"""Names, texts, tags and operators in one source; the longest packaged wording has a fifth of it."""
SPACER = Markup("&#847;&zwnj;&nbsp;") * 40
"""Keeps what stands after the preheader out of the line that a mailbox shows."""
FAILURES: tuple[type[Exception], ...] = (
    *(TemplateError, ArithmeticError, LookupError, TypeError, ValueError),
    *(AttributeError, RuntimeError, SyntaxError, MemoryError),
)
"""What a wording can raise. Memory and time are the business of whoever runs it."""
NESTED_TOO_DEEP = (RecursionError, SyntaxError, MemoryError)
"""What Python says of a source that nests too deep. What Jinja finds is TemplateSyntaxError, none of them."""


class Sandbox(ImmutableSandboxedEnvironment):
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


def open_sandbox(loader: DictLoader, words: Words, *, autoescape: bool) -> Sandbox:
    sandbox = Sandbox(
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


def parse(sandbox: Sandbox, text: str) -> nodes.Template:
    """The tree of a source. Raises TemplateSyntaxError for what a wording must not do, ValueError for a deep nest."""
    if len(text) > MAX_SOURCE:
        raise ValueError(f"longer than {MAX_SOURCE} characters")
    try:
        tree = sandbox.parse(text)
        if sum(1 for _ in tree.find_all(nodes.Node)) > MAX_PARTS:
            raise ValueError(f"more than {MAX_PARTS} parts in one wording")
        _refuse(sandbox, tree)
    except RecursionError as error:
        raise ValueError("nested too deep for a wording") from error
    return tree


def _refuse(sandbox: Sandbox, tree: nodes.Template) -> None:
    for node in tree.find_all(REFUSED_NODES):
        raise TemplateSyntaxError(f"{type(node).__name__.lower()} is not for wordings", node.lineno)
    for loop in tree.find_all(nodes.For):
        for inner in loop.find_all(nodes.For):
            raise TemplateSyntaxError("a loop in a loop is not for wordings", inner.lineno)
    for used in tree.find_all(nodes.Filter):
        if used.name not in sandbox.filters:
            raise TemplateSyntaxError(f"{used.name} is not a filter", used.lineno)
