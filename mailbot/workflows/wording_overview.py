"""The wordings at a glance: which one speaks for each notice and language, and which of them failed lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.wording import Revision
from mailbot.templates.catalogue import CATALOGUE
from mailbot.workflows.office import Office

LATELY = timedelta(days=14)

_IN_ORDER = (
    *(NoticeKind.RECEIPT, NoticeKind.PUBLIC_REPLY, NoticeKind.PROMISE_RENEWED, NoticeKind.HEARTBEAT),
    *(NoticeKind.RESOLUTION, NoticeKind.VERIFICATION_REMINDER, NoticeKind.ACCEPTANCE_NOTED, NoticeKind.REOPENED),
    *(NoticeKind.CLOSED, NoticeKind.CANCELLED, NoticeKind.AGENT_NEW_TICKET, NoticeKind.AGENT_NEW_REPLY),
    *(NoticeKind.HANDOVER, NoticeKind.TICKET_BACK, NoticeKind.CONTACT_NEEDED, NoticeKind.SERVICE_LEVEL),
    *(NoticeKind.WATCH_LIST, NoticeKind.COMMAND_TRANSCRIPT, NoticeKind.REFUSED_COMMAND, NoticeKind.SIGN_IN_LINK),
)
OCCASIONS = (*_IN_ORDER, *(kind for kind in CATALOGUE if kind not in _IN_ORDER))
"""The notices in the order of a ticket's life: first what its requester gets, then what the desk's people do."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A notice that could not be worded as it should: how often lately, and what the last time was."""

    times: int
    at: datetime
    reason: str
    ticket: int


@dataclass(frozen=True, slots=True)
class Standing:
    """``newest`` is what was saved last (None: nothing ever), ``speaks`` what mails are written with (None: packaged).

    ``fault`` says why the newest one does not speak, where it does not.
    """

    kind: NoticeKind
    language: str
    newest: Revision | None
    speaks: Revision | None
    fault: str = ""
    failure: Failure | None = None


def look_over(office: Office) -> dict[tuple[NoticeKind, str], Standing]:
    """Every notice in every language of the desk."""
    newest = {(r.notice, r.language): r for r in office.work.wordings.list_newest()}
    failures = recent_failures(office)
    found = {}
    for kind in OCCASIONS:
        for language in office.policy.languages:
            chosen = office.wording.choose(office.work.wordings, office.now, kind, language)
            key = kind.value, language
            found[kind, language] = Standing(
                kind, language, newest.get(key), chosen.revision, chosen.fault, failures.get(key)
            )
    return found


def recent_failures(office: Office) -> dict[tuple[str, str], Failure]:
    """Wordings that failed while they spoke, by notice and language. A revision saved since ends the alarm."""
    found: dict[tuple[str, str], Failure] = {}
    saved = {(r.notice, r.language): r.at for r in office.work.wordings.list_newest()}
    for record in office.work.journal.list_wording_failures(office.now - LATELY):
        key = str(record.details.get("notice", "")), str(record.details.get("language", ""))
        if record.at < saved.get(key, record.at):
            continue
        times = found[key].times + 1 if key in found else 1
        found[key] = Failure(times, record.at, str(record.details.get("failure", "")), record.ticket)
    return found
