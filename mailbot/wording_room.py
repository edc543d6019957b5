"""Where a wording is tried before it is kept: a child process bounded in time and memory, with nothing to reach.

The sandbox of the templates is the first wall; this is the second. In the child there are no settings, no environment
and no database, and while a wording is tried no file and no connection can be opened: whoever gets out of the sandbox
is in an empty room, for at most two seconds.
"""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass, field, fields, replace
from zoneinfo import ZoneInfo

from mailbot.desk.vocabulary import NoticeKind
from mailbot.reading_room import ReadingRoom, Unread
from mailbot.templates.catalogue import NoticeContext, Passage, Rendered
from mailbot.templates.check import Problem, check_wording
from mailbot.templates.plain_language import Figures, measure
from mailbot.templates.render import describe, packaged_wording
from mailbot.templates.samples import sample_context
from mailbot.templates.sandbox import FAILURES

SECONDS, MEGABYTES = 2.0, 256


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a wording. ``figures`` are of its own words, without those of people."""

    problems: tuple[Problem, ...]
    figures: Figures = field(default_factory=Figures)
    html_octets: int = 0
    was_stopped: bool = False
    """It took more than a trial may: to speak it once more would only be stopped again."""

    @property
    def may_be_kept(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class Attempt:
    """One wording to try. ``cases`` are contexts of real tickets, by a name that a person can read."""

    kind: NoticeKind
    language: str
    source: str
    cases: tuple[tuple[str, NoticeContext], ...] = ()


class WordingRoom:
    """Close it when done (it is a context manager): its child lives until then."""

    def __init__(self) -> None:
        self._room: ReadingRoom[Trial | Rendered | str] = ReadingRoom(
            work, seconds=SECONDS, megabytes=MEGABYTES, prepare=prepare
        )

    def try_wording(self, attempt: Attempt) -> Trial:
        """Every problem of a wording; one that takes too much is a problem as well."""
        answer = self._room.read("try", attempt, None)
        if isinstance(answer, Trial):
            return answer
        return Trial((Problem(0, _reason(answer), "Make it shorter and simpler."),), was_stopped=True)

    def preview(self, attempt: Attempt, context: NoticeContext) -> Rendered | str:
        """The wording spoken for ``context``, problems or not; a sentence where it cannot be."""
        answer = self._room.read("preview", attempt, context)
        return answer if isinstance(answer, Rendered | str) else _reason(answer)

    def close(self) -> None:
        self._room.close()

    def __enter__(self) -> WordingRoom:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def prepare() -> None:
    """In the child, before the first wording: load all that a trial asks of files, then forget the environment."""
    for language in packaged_wording().languages():
        for kind in (NoticeKind.RECEIPT, NoticeKind.RESOLUTION):
            source = packaged_wording().find_source(kind, language)
            check_wording(kind, source.language, source.text)
    for broken in ("{{", "{% block subject %}{{ 1 / 0 }}{% endblock %}{% block text %}{{ desk.nam }}{% endblock %}"):
        check_wording(NoticeKind.RECEIPT, "sv", broken)  # what Jinja loads to tell of a fault
        _speak(Attempt(NoticeKind.RECEIPT, "sv", broken), sample_context(NoticeKind.RECEIPT))
    measure("")
    os.environ.clear()


def work(what: str, attempt: Attempt, context: NoticeContext | None) -> Trial | Rendered | str:
    """In the child: try a wording, or speak it."""
    for each in (context, *(case for _, case in attempt.cases)):
        if each is not None:
            ZoneInfo(each.desk.timezone)  # read from its file while there are files
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        return _speak(attempt, context) if what == "preview" and context is not None else _try(attempt)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def _try(attempt: Attempt) -> Trial:
    kind, language, source = attempt.kind, attempt.language, attempt.source
    problems = check_wording(kind, language, source, cases=dict(attempt.cases))
    try:
        rendered = packaged_wording().try_source(language, source, without_passages(sample_context(kind, language)))
    except FAILURES:
        return Trial(problems)
    own = rendered.text.partition("\n\n")[2].rpartition("\n-- \n")[0]
    return Trial(problems, measure(own), len(rendered.html.encode("utf-8", "replace")))


def _speak(attempt: Attempt, context: NoticeContext) -> Rendered | str:
    try:
        return packaged_wording().try_source(attempt.language, attempt.source, context)
    except FAILURES as error:
        return describe(error)


def without_passages(context: NoticeContext) -> NoticeContext:
    """The context without the words of people, which are not the wording's to answer for."""
    empty = {f.name: "" for f in fields(context) if f.type in ("Passage", Passage)}
    return replace(context, **empty)  # type: ignore[arg-type]


def _reason(answer: object) -> str:
    reason = answer.reason if isinstance(answer, Unread) else "no answer"
    return f"it could not be tried: {reason.replace('reading', 'trying')}"
