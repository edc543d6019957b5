"""The ticket: the only file that writes a state. Methods change the ticket and return the facts of what happened.

A method that the state does not allow raises ``IllegalTransition`` and changes nothing. Words are not kept here: they
are ``Entry`` rows, added first, whose number the method is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from mailbot.desk import journal, journal_links, journal_monitoring, journal_verification, journal_work
from mailbot.desk.business_hours import Calendar
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.lifecycle import ENDED, State, Trigger, advance
from mailbot.desk.vocabulary import Intent, Origin, Priority, Role, TicketKind


class EntryKind(StrEnum):
    """What an entry in a ticket is. Only REQUEST, REPLY, PUBLIC_REPLY and RESOLUTION may be shown to the requester."""

    REQUEST = "request"
    REPLY = "reply"
    PUBLIC_REPLY = "public_reply"
    RESOLUTION = "resolution"
    NOTE = "note"
    CONTACT = "contact"
    HELD = "held"
    AUTOMATIC = "automatic"
    ALERT = "alert"
    REPORT = "report"


PUBLIC = frozenset({EntryKind.REQUEST, EntryKind.REPLY, EntryKind.PUBLIC_REPLY, EntryKind.RESOLUTION})


@dataclass(frozen=True, slots=True)
class Filing:
    """An attachment kept by the hash of its content (SHA-256, hexadecimal)."""

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Words in a ticket: who wrote what, when, and the mail it came in (``inbox``), or None where there was none."""

    ticket: int
    kind: EntryKind
    at: datetime
    author: Mailbox
    role: Role
    words: str
    inbox: int | None = None
    intent: str = ""
    evidence: str = ""
    attachments: tuple[Filing, ...] = ()
    id: int = 0

    @property
    def public(self) -> bool:
        return self.kind in PUBLIC


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in a ticket. ``confirmed`` people get notices; one who only stood in Cc does not.

    Whoever is ``affected`` has the fault too, and is asked with the requester whether it is gone.
    """

    person: int
    mailbox: Mailbox
    role: Role
    confirmed: bool = False
    affected: bool = False


@dataclass(eq=False)
class Ticket:
    """``resolution`` counts the resolutions proposed; an answer counts only for the newest one."""

    number: int
    subject: str
    requester: Participant | None
    language: str
    opened_at: datetime
    changed_at: datetime
    state: State = State.NEW
    kind: TicketKind = TicketKind.INCIDENT
    origin: Origin = Origin.USER
    priority: Priority = Priority.MEDIUM
    desk_address: str = ""
    participants: list[Participant] = field(default_factory=list)
    group: str = ""
    assignee: str = ""
    owner: str = ""
    """The support group that answers for it to the end, wherever it is worked on: the desk."""
    service: str = ""
    offered_at: datetime | None = None
    """Since when it waits for its group to accept it (functional escalation)."""
    waits_until: date | None = None
    """The day on which a pending ticket is taken up again."""
    resolution: int = 0
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    needs_person: bool = False
    needs_contact: bool = False
    """Somebody must speak with the requester: nobody answered whether it is solved."""
    follows: int | None = None
    alert_key: str = ""
    customer: str = ""
    """The name of the customer whose person the requester is; "" for nobody's."""
    impact: str = ""
    urgency: str = ""
    """Empty where nobody has said: the priority stands by itself."""
    due_at: datetime | None = None
    """When the next target ends that has not been met; None while no clock runs."""
    promised_by: datetime | None = None
    """What the requester was promised last, and what is still owed."""
    version: int = 0

    @property
    def affected(self) -> list[Participant]:
        """Who is asked whether it is solved: the requester, and others who have the same fault."""
        return ([self.requester] if self.requester else []) + [p for p in self.participants if p.affected]

    def find_participant(self, address: str) -> Participant | None:
        """The requester or participant who has this address, in any case of its letters."""
        people = ([self.requester] if self.requester else []) + self.participants
        return next((p for p in people if p.mailbox.address.lower() == address.lower()), None)

    def receive_reply(self, now: datetime, actor: str, entry: int, intent: Intent) -> list[journal.Fact]:
        """Words of the requester or a participant. In an ended ticket they are kept and the state stays."""
        if self.state not in ENDED:
            self.state = advance(self.state, Trigger.REPLY)
        self.changed_at = now
        return [self._fact(journal.ReplyReceived, now, actor, entry, intent=intent.value, state=self.state.value)]

    def need_person(self, now: datetime, actor: str, entry: int | None, reason: str) -> list[journal.Fact]:
        """Stop guessing: somebody of the desk must read this. Stops the clocks of reminder and expiry."""
        self.needs_person, self.changed_at = True, now
        return [self._fact(journal.PersonNeeded, now, actor, entry, reason=reason)]

    def assign(self, now: datetime, actor: str, assignee: str, group: str) -> list[journal.Fact]:
        """``assignee`` is an agent's address, or empty for the group alone."""
        self.move(now, assignee, group)
        return [self._fact(journal.TicketAssigned, now, actor, None, assignee=assignee, group=group)]

    def move(self, now: datetime, assignee: str, group: str, *, offered: bool = False) -> None:
        """Change who works on it. The facts are the caller's (``desk/handover``). ``offered``: it waits for a yes."""
        self.state = advance(self.state, Trigger.ASSIGN)
        self.assignee, self.group, self.changed_at = assignee, group, now
        self.offered_at = now if offered else None

    def pause(self, now: datetime, actor: str, entry: int | None, why: str, until: date | None) -> list[journal.Fact]:
        """It waits for somebody or for a day; its service-level clocks stand still."""
        self.state = advance(self.state, Trigger.REQUEST_INFORMATION)
        self.waits_until, self.changed_at, self.needs_person = until, now, False
        said = {"until": until.isoformat() if until else "", "why": why}
        return [self._fact(journal_work.TicketPaused, now, actor, entry, **said)]

    def resume(self, now: datetime, actor: str, entry: int | None, why: str) -> list[journal.Fact]:
        """It is worked on again. ``why`` is day or agent."""
        self.state = advance(self.state, Trigger.RESUME)
        self.waits_until, self.changed_at = None, now
        return [self._fact(journal_work.TicketResumed, now, actor, entry, why=why)]

    def note(self, now: datetime, actor: str, entry: int) -> list[journal.Fact]:
        self.changed_at, self.needs_person = now, False
        return [self._fact(journal.NoteAdded, now, actor, entry)]

    def answer(self, now: datetime, actor: str, entry: int, first_aid: str = "") -> list[journal.Fact]:
        """An agent writes to the requester; the state stays. ``first_aid`` names the ready answer that was used."""
        self.changed_at, self.needs_person = now, False
        return [self._fact(journal.AgentReplied, now, actor, entry, first_aid=first_aid)]

    def resolve(self, now: datetime, actor: str, entry: int, first_aid: str = "") -> list[journal.Fact]:
        """Propose a resolution: the requester is asked, and answers to older proposals stop counting."""
        self.state = advance(self.state, Trigger.RESOLVE)
        self.resolution += 1
        self.resolved_at = self.changed_at = now
        self.needs_person = self.needs_contact = False
        said = {"resolution": self.resolution, "first_aid": first_aid}
        return [self._fact(journal.ResolutionProposed, now, actor, entry, **said)]

    def accept(
        self, now: datetime, actor: str, entry: int, words: str, evidence: str, way: str = "mail"
    ) -> list[journal.Fact]:
        """The requester says that it is solved: the ticket closes, with the entry as evidence. ``way``: mail, page."""
        self._close(now, Trigger.ACCEPT)
        said = {"resolution": self.resolution, "words": words, "evidence": evidence, "way": way}
        return [self._fact(journal.ResolutionAccepted, now, actor, entry, **said)]

    def verify(self, now: datetime, actor: str, entry: int, way: str) -> list[journal.Fact]:
        """An agent has asked the requester in person; ``way`` is phone, visit or chat."""
        self._close(now, Trigger.VERIFY)
        return [self._fact(journal.ResolutionVerified, now, actor, entry, resolution=self.resolution, way=way)]

    def accept_in_part(
        self, now: datetime, actor: str, entry: int, person: int, words: str, evidence: str, way: str, left: int
    ) -> list[journal.Fact]:
        """One of several who are affected says that it is solved; it still waits for ``left`` of them.

        Raises:
            IllegalTransition: nobody is being asked.
        """
        advance(self.state, Trigger.ACCEPT)
        self.changed_at = now
        said = {"words": words, "evidence": evidence, "way": way, "person": person, "left": left}
        kind = journal_verification.ResolutionAcceptedInPart
        return [self._fact(kind, now, actor, entry, resolution=self.resolution, **said)]

    def expire(self, now: datetime, working_days: int) -> list[journal.Fact]:
        """Nobody answered for so long that the customer's contract closes it. Nobody has verified it."""
        self._close(now, Trigger.EXPIRE)
        said = {"resolution": self.resolution, "working_days": working_days, "customer": self.customer}
        return [self._fact(journal_verification.ResolutionExpired, now, journal.DESK, None, **said)]

    def need_contact(self, now: datetime, working_days: int, why: str) -> list[journal.Fact]:
        """Nobody answered: an agent must speak with the requester."""
        self.needs_contact, self.changed_at = True, now
        said = {"resolution": self.resolution, "working_days": working_days, "why": why}
        return [self._fact(journal_verification.PersonalContactNeeded, now, journal.DESK, None, **said)]

    def undo_closure(self, now: datetime, actor: str, entry: int | None, undone: str) -> list[journal.Fact]:
        """It was closed by mistake: the question whether it is solved stands again."""
        self.state = advance(self.state, Trigger.UNDO)
        self.closed_at, self.changed_at = None, now
        said = {"resolution": self.resolution, "undone": undone}
        return [self._fact(journal_verification.AcceptanceUndone, now, actor, entry, **said)]

    def reopen(
        self, now: datetime, actor: str, entry: int | None, words: str, reason: str, way: str = ""
    ) -> list[journal.Fact]:
        """The fault is not gone. ``reason`` is requester or agent; ``way``, of a requester: mail or page."""
        self.state = advance(self.state, Trigger.REOPEN)
        self.closed_at = self.resolved_at = None
        self.changed_at, self.needs_person, self.needs_contact = now, False, False
        return [self._fact(journal.TicketReopened, now, actor, entry, words=words, reason=reason, way=way)]

    def cancel(self, now: datetime, actor: str, entry: int | None, reason: str) -> list[journal.Fact]:
        self._close(now, Trigger.CANCEL)
        return [self._fact(journal.TicketCancelled, now, actor, entry, reason=reason)]

    def recover(self, now: datetime, entry: int | None, key: str, alerts: int, evidence: str) -> list[journal.Fact]:
        """The monitoring system that opened it says that it is over, and no person has joined it."""
        self._close(now, Trigger.RECOVER)
        said = {"key": key, "alerts": alerts, "evidence": evidence}
        return [self._fact(journal_monitoring.IncidentRecovered, now, journal.DESK, entry, **said)]

    def break_out(self, now: datetime, entry: int | None, key: str, changes: int) -> list[journal.Fact]:
        """The alert is back, soon after its recovery; an incident that it had closed is open again."""
        if self.state in ENDED:
            self.state = advance(self.state, Trigger.REOPEN)
        self.closed_at, self.changed_at = None, now
        return [self._fact(journal_monitoring.IncidentBrokeOut, now, journal.DESK, entry, key=key, changes=changes)]

    def merge(self, now: datetime, actor: str, into: int) -> list[journal.Fact]:
        """It goes on in another ticket; by itself it has ended."""
        self._close(now, Trigger.CANCEL)
        return [self._fact(journal_links.TicketMerged, now, actor, None, into=into)]

    def unmerge(self, now: datetime, actor: str, other: int) -> list[journal.Fact]:
        """The merging was a mistake: it is worked on by itself again."""
        self.state = advance(self.state, Trigger.REOPEN)
        self.closed_at, self.changed_at = None, now
        return [self._fact(journal_links.TicketUnmerged, now, actor, None, other=other)]

    def acknowledge(self, now: datetime) -> None:
        """Somebody looks at it, as the monitoring system was told; the fact is that of the alert."""
        if self.state is State.NEW:
            self.state = advance(self.state, Trigger.ACKNOWLEDGE)
        self.changed_at = now

    def reopens_until(self, working_days: int, calendar: Calendar) -> datetime | None:
        """The last moment at which a reply reopens this ended ticket; None where it has not ended."""
        if self.state not in ENDED or self.closed_at is None:
            return None
        return calendar.after_working_days(self.closed_at, working_days)

    def _close(self, now: datetime, trigger: Trigger) -> None:
        self.state = advance(self.state, trigger)
        self.closed_at = self.changed_at = now
        self.needs_person = self.needs_contact = False

    def _fact(
        self, kind: type[journal.Fact], now: datetime, actor: str, entry: int | None, **said: object
    ) -> journal.Fact:
        return kind(ticket=self.number, at=now, actor=actor, entry=entry, **said)
