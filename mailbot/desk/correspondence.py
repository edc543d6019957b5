"""Mail as the desk sees it: what came in, what it says, and how sure we are.

Every class is a frozen value that pickles, because mail is read in a child process. Times are timezone-aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from mailbot.desk.vocabulary import AlertState, Intent, MailKind, SpanKind


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name and an addr-spec (RFC 5322, 3.4). ``address`` is as written, with the domain in lower case."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the transport said about a mail (RFC 5321, 2.3.1), apart from its content.

    ``way_in`` is smtp, lmtp, imap or file. ``forward_paths`` are the addresses it was delivered to; for a mail from
    IMAP, the mailbox's own address. ``peer`` is the IP address that handed it over (empty where there is none).
    ``source_key`` identifies the copy at its source, e.g. ``imap:helpdesk/INBOX/1700000000/42``.
    """

    reverse_path: str
    forward_paths: tuple[str, ...]
    received_at: datetime
    way_in: str = "smtp"
    peer: str = ""
    helo: str = ""
    source_key: str = ""
    withheld_size: int = 0
    """Size in octets of a mail that was too big to fetch: then the raw bytes are its header section alone (else 0)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a mail, decoded. ``filename`` is cleaned of path, control and bidi characters, never empty."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail decoded from its bytes (RFC 5322, MIME). No field is trusted: all of it is what the sender wrote.

    ``headers`` are (name as written, unfolded and decoded value) in order. ``text`` is what there is to read in plain
    text: text/plain parts as they stand, or empty. ``html`` is the HTML part, or empty. Line ends are LF.
    ``defects`` are short English notes of what was wrong. ``fully_read`` is False where a limit stopped the reading:
    then only headers may be here, and the raw mail is the content.
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    from_: tuple[Mailbox, ...] = ()
    sender: Mailbox | None = None
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/plain"
    encrypted: bool = False
    signed: bool = False
    defects: tuple[str, ...] = ()
    fully_read: bool = True
    nested: tuple[InboundMail, ...] = ()
    """The mails inside message/rfc822 parts, outermost first; each also stands in ``attachments`` as it came."""
    report_parts: tuple[tuple[str, str], ...] = ()
    """(content type, text) of message/* and text/rfc822-headers parts: delivery status, disposition, feedback."""

    @property
    def author(self) -> Mailbox | None:
        """The only address in From, or None where From is missing, broken or has several (RFC 5322, 3.6.2)."""
        return self.from_[0] if len(self.from_) == 1 and self.from_[0].address else None

    def header(self, name: str) -> str:
        """First value of a header, or the empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def header_all(self, name: str) -> tuple[str, ...]:
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of whole lines and what it is. The spans of an answer, joined by LF, are the text it was read from."""

    kind: SpanKind
    text: str
    reason: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply taken apart (a partition: every line is in exactly one span, in order).

    ``basis`` says what it was read from: text, html, or none. ``confidence`` is 0–1 for the whole: text and HTML
    that disagree, or a cut that rests on one weak sign, lower it.
    """

    spans: tuple[Span, ...] = ()
    new_words: str = ""
    """What the person newly wrote, without quotation, signature, disclaimer and markers. Inline answers in order."""
    confidence: float = 1.0
    basis: str = "none"
    inline: bool = False
    """New words stand between or below quoted ones."""
    below: bool = False
    """Inline, but all in one place: below the whole quotation and apart from it, as some programs have people write."""
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class IntentVerdict:
    """What the new words want, with the words that decided and a reason a person can read."""

    intent: Intent = Intent.NONE
    words: str = ""
    reason: str = ""
    confidence: float = 0.0
    language: str = ""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """``#assign network`` → word "assign", argument "network"; ``text`` is the line as written."""

    word: str
    argument: str
    text: str


@dataclass(frozen=True, slots=True)
class Automatic:
    """Two verdicts on one mail: ``kind`` is narrow (what it is), ``answerable`` wide (may a machine answer it?)."""

    kind: MailKind = MailKind.PERSON
    answerable: bool = True
    reason: str = ""
    returns_on: date | None = None
    """Out of office: first day back, where the mail says it."""
    substitute: Mailbox | None = None


@dataclass(frozen=True, slots=True)
class ReportedRecipient:
    """One recipient of a delivery report (RFC 3464, 2.3). ``action``: failed, delayed, delivered, relayed, expanded."""

    address: str
    action: str
    status: str = ""
    """Enhanced status code (RFC 3463), e.g. 5.1.1."""
    diagnostic: str = ""
    reason: str = ""
    """A word for the reason: user_unknown, mailbox_full, host_unknown, blocked, too_large, expired, …"""
    permanent: bool | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A report on the fate of a mail (RFC 3464, RFC 6533, RFC 8098, RFC 5965, or free-form)."""

    recipients: tuple[ReportedRecipient, ...]
    original_message_id: str = ""
    original_references: tuple[str, ...] = ()
    reporting_mta: str = ""
    form: str = "rfc3464"


@dataclass(frozen=True, slots=True)
class Alert:
    """One event told by a monitoring system. ``key`` is stable from problem to recovery, unique within ``tool``."""

    tool: str
    state: AlertState
    key: str
    severity: str = ""
    host: str = ""
    service: str = ""
    summary: str = ""
    link: str = ""
    occurred_at: datetime | None = None
    group: str = ""
    """The rule or notification group that this is one case of, where the tool tells several together; "" for none.
    Stable like ``key``: a desk that wants one incident for a group may tie alerts by it."""


@dataclass(frozen=True, slots=True)
class ThreadHints:
    """Where a mail says it belongs, in order of trust. Only extracted here; whether to believe it is decided later."""

    reply_details: tuple[str, ...] = ()
    """Sub-address details (RFC 5233) of our own addresses among the recipients, envelope first."""
    message_ids: tuple[str, ...] = ()
    """In-Reply-To, then References from the newest to the oldest, without angle brackets, no repeats."""
    subject_references: tuple[str, ...] = ()
    """Ticket references in the subject, e.g. ("SD-1042",)."""

    def __bool__(self) -> bool:
        return bool(self.reply_details or self.message_ids or self.subject_references)


@dataclass(frozen=True, slots=True)
class Authentication:
    """What is known of the sender's authentication (RFC 8601). Results are the words of that RFC, or "" if unknown.

    ``checked_by`` names who found out: an authserv-id that is trusted, "mailbot" where this desk is the edge, or "".
    ``aligned`` is True only where DMARC passed for the one From domain (RFC 7489, 3.1).
    """

    dmarc: str = ""
    spf: str = ""
    dkim: str = ""
    arc: str = ""
    from_domain: str = ""
    dmarc_policy: str = ""
    """The domain's published policy: none, quarantine, reject; "absent" where it publishes none; "" unknown."""
    checked_by: str = ""
    reason: str = ""

    @property
    def aligned(self) -> bool:
        return self.dmarc == "pass" and bool(self.checked_by)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a mail says. Pure function of its bytes, envelope, language data and the mails that it answers."""

    mail: InboundMail
    hints: ThreadHints = field(default_factory=ThreadHints)
    automatic: Automatic = field(default_factory=Automatic)
    report: DeliveryReport | None = None
    alerts: tuple[Alert, ...] = ()
    answer: Answer = field(default_factory=Answer)
    intent: IntentVerdict = field(default_factory=IntentVerdict)
    commands: tuple[CommandLine, ...] = ()
    authentication: Authentication = field(default_factory=Authentication)
    language: str = ""
    """BCP 47 tag of the language the new words are written in, or "" where it cannot be told."""
    status_about: tuple[str, ...] | None = None
    """The mail only asks how it goes: what with, in folded words, or () for no word of that. None: it does not."""
