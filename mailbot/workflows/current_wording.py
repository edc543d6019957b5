"""The wording that is in force: what admins have saved, over what comes with the program.

One for each process, kept in memory, and looked at again when the store has had two seconds to change: a notice that
leaves costs no query of its own, and what one machine saves, all say within seconds.

A notice is never lost to its wording. A revision that is not the one that was checked, or that cannot be loaded, is
passed over for the one before it, and in the end for the packaged wording; one that fails while it speaks is replaced
by the packaged one for that mail. Each time ``Rendered.failure`` says so, and the caller raises the alarm.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.wording import Revision, Wordings

if TYPE_CHECKING:
    from mailbot.templates.catalogue import NoticeContext, Rendered
    from mailbot.templates.render import Wording

FRESH = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The revision that speaks, or None for the packaged wording. ``fault``: why the newest one does not."""

    revision: Revision | None
    fault: str = ""


PACKAGED = Chosen(None)


@dataclass(slots=True)
class CurrentWording:
    _chosen: dict[tuple[str, str], Chosen] = field(default_factory=dict)
    _stamp: tuple[int, int] = (0, 0)
    _looked_at: datetime | None = None

    def render(
        self, saved: Wordings, now: datetime, kind: NoticeKind, language: str, context: NoticeContext
    ) -> Rendered:
        """The notice in words, by the newest revision that can speak, else by the packaged wording."""
        chosen = self.choose(saved, now, kind, language)
        revision, packaged = chosen.revision, packaged_wording()
        if revision is None:
            rendered = packaged.render(kind, language, context)
            return replace(rendered, failure=chosen.fault) if chosen.fault else rendered
        rendered = packaged.render(kind, revision.language, context, revision.source)
        if rendered.failure:
            return replace(rendered, failure=f"revision {revision.name}: {rendered.failure}")
        return replace(rendered, revision=revision.name, failure=chosen.fault)

    def choose(self, saved: Wordings, now: datetime, kind: NoticeKind, language: str) -> Chosen:
        """What speaks for a notice in ``language``; where that has no wording of its own, in Swedish."""
        self._refresh(saved, now)
        packaged = packaged_wording()
        asked = packaged.room_for(language).words.language
        found = self._chosen.get((kind.value, asked))
        return found or self._chosen.get((kind.value, packaged.find_source(kind, asked).language), PACKAGED)

    def forget(self) -> None:
        """Look again at the next notice: something has just been saved here."""
        self._looked_at = None

    def _refresh(self, saved: Wordings, now: datetime) -> None:
        # The clock may have been set back; several threads may look at once, and all see the same.
        if self._looked_at is not None and abs(now - self._looked_at) < FRESH:
            return
        stamp = saved.stamp()
        if stamp != self._stamp or self._looked_at is None:
            self._chosen = {(r.notice, r.language): _choose(saved, r) for r in saved.list_newest()} if stamp[1] else {}
            self._stamp = stamp
        self._looked_at = now


def _choose(saved: Wordings, newest: Revision) -> Chosen:
    """The newest revision that is sound; one without a source is the packaged wording, and always sound."""
    fault, revision = "", newest
    while revision.source is not None:
        found = _fault_of(revision)
        if not found:
            return Chosen(revision, fault)
        fault = fault or f"revision {revision.name}: {found}"
        before = saved.find_newest(revision.notice, revision.language, revision.number)
        if before is None:
            break
        revision = before
    return Chosen(None, fault)


def _fault_of(revision: Revision) -> str:
    if not revision.is_intact:
        return "its source is not the one that was checked and saved"
    from mailbot.templates.render import find_fault

    return find_fault(revision.language, revision.source or "")


def packaged_wording() -> Wording:
    """The wording of the program. Templates are loaded with the first notice: who only looks at tickets needs none."""
    from mailbot.templates import render

    return render.packaged_wording()
