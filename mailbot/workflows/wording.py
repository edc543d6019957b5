"""Admins change the wording: a source is tried before it is kept, kept as a revision, and any revision can come back.

No transaction is open while a wording is tried. What has been saved is in force here at once, in other processes within
seconds (``current_wording``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.desk.errors import PermanentError
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.wording import Revision
from mailbot.templates.catalogue import NoticeContext, Rendered
from mailbot.templates.render import packaged_wording
from mailbot.wording_room import Attempt, Trial, WordingRoom
from mailbot.workflows.office import Office, OpenOffice
from mailbot.workflows.wording_cases import recent_cases


class WordingRefused(PermanentError):
    """A wording with problems was not kept. ``trial`` has them, line by line."""

    def __init__(self, draft: Draft, trial: Trial) -> None:
        first = trial.problems[0]
        more = f" and {len(trial.problems) - 1} more" if len(trial.problems) > 1 else ""
        super().__init__(f"{draft.kind.value} ({draft.language}) is not kept: line {first.line}: {first.message}{more}")
        self.draft, self.trial = draft, trial


@dataclass(frozen=True, slots=True)
class Held:
    """A source as it stands. ``number`` is its revision's; 0 is the packaged wording, ``last`` the newest number."""

    kind: NoticeKind
    language: str
    source: str
    number: int
    last: int
    revision: Revision | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A source that is meant to be kept. ``after`` is the number the editing began from, None for whatever is last."""

    kind: NoticeKind
    language: str
    source: str
    after: int | None = None


def languages() -> tuple[str, ...]:
    """The languages that have words of their own, in which notices can be worded."""
    return packaged_wording().languages()


def get_held(office: Office, kind: NoticeKind, language: str, number: int | None = None) -> Held:
    """The source in force, or that of a revision (0: the packaged one).

    Raises:
        PermanentError: there is no such language or revision.
    """
    if language not in languages():
        raise PermanentError(f"there are no words in {language}; there are {', '.join(languages())}")
    saved = office.work.wordings
    newest = saved.find_newest(kind.value, language)
    last = newest.number if newest else 0
    revision = newest if number is None else saved.find(kind.value, language, number) if number else None
    if number and revision is None:
        raise PermanentError(f"{kind.value} in {language} has no revision {number}; the newest is {last}")
    if revision is None or revision.source is None:
        packaged = packaged_wording().find_source(kind, language).text
        return Held(kind, language, packaged, revision.number if revision else 0, last, revision)
    return Held(kind, language, revision.source, revision.number, last, revision)


@dataclass(frozen=True, slots=True)
class WordingDesk:
    """Where admins work on the wording; ``room`` is where what they wrote is tried."""

    open_office: OpenOffice
    room: WordingRoom

    def try_draft(self, draft: Draft) -> Trial:
        """Every problem of a draft, by samples and by the tickets that changed last."""
        with self.open_office(reads_only=True) as office:
            cases = recent_cases(office, draft.kind, draft.language)
        return self.room.try_wording(Attempt(draft.kind, draft.language, draft.source, tuple(cases.items())))

    def preview(self, draft: Draft, context: NoticeContext) -> Rendered | str:
        """The draft spoken for ``context``; a sentence where it cannot be."""
        return self.room.preview(Attempt(draft.kind, draft.language, draft.source), context)

    def save(self, drafts: Sequence[Draft], *, by: str, why: str = "") -> list[Revision]:
        """Try all, then keep all, or none; a draft that changes nothing is passed over.

        Raises:
            WordingRefused: one has problems.
            Conflict: somebody else saved one of them since.
        """
        for draft in drafts:
            trial = self.try_draft(draft)
            if not trial.may_be_kept:
                raise WordingRefused(draft, trial)
        with self.open_office() as office:
            kept = [found for draft in drafts if (found := _keep(office, draft, by, why))]
        office.wording.forget()
        return kept

    def restore(self, kind: NoticeKind, language: str, number: int, *, by: str, why: str = "") -> Revision:
        """Bring a revision back (0: the packaged wording, whatever it says from now on) as a new one.

        Raises:
            PermanentError: there is no such revision, or it is in force already.
            WordingRefused: what was kept then has problems now.
        """
        with self.open_office(reads_only=True) as office:
            now, then = get_held(office, kind, language), get_held(office, kind, language, number)
        packaged = then.revision is None or then.revision.source is None
        if now.source == then.source and packaged == _is_packaged(now):
            raise PermanentError(f"{kind.value} in {language} says that already")
        if not packaged:
            draft = Draft(kind, language, then.source)
            trial = self.try_draft(draft)
            if not trial.may_be_kept:
                raise WordingRefused(draft, trial)
        source = None if packaged else then.source
        with self.open_office() as office:
            kept = office.work.wordings.add(
                kind.value, language, source, by=by, at=office.now, why=why, restores=number, after=now.last
            )
        office.wording.forget()
        return kept


def _is_packaged(held: Held) -> bool:
    return held.revision is None or held.revision.source is None


def _keep(office: Office, draft: Draft, by: str, why: str) -> Revision | None:
    now = get_held(office, draft.kind, draft.language)
    if now.source == draft.source:
        return None
    return office.work.wordings.add(
        draft.kind.value, draft.language, draft.source, by=by, at=office.now, why=why, after=draft.after
    )
