"""The words of the desk as enumerations.

ITIL gives the service-desk terms, RFC 3464 the delivery terms, RFC 3834 and RFC 5230 the terms of automatic mail.
The values are what stands in the store and in ``--json`` output, so they never change meaning.
"""

from enum import StrEnum


class TicketKind(StrEnum):
    """What a ticket is about (ITIL)."""

    INCIDENT = "incident"
    SERVICE_REQUEST = "service_request"
    PROBLEM = "problem"
    CHANGE = "change"


class Origin(StrEnum):
    """Who found the fault: row 6 of the founding document."""

    USER = "user"
    STAFF = "staff"
    MONITORING = "monitoring"
    PHONE = "phone"


class Priority(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Impact(StrEnum):
    """How much of the organisation is hit (ITIL): much of it, a group, one person."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Urgency(StrEnum):
    """How long it can wait (ITIL): work stands still, work is hampered, it can wait."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Role(StrEnum):
    """What a person is to the desk, or to one ticket."""

    REQUESTER = "requester"
    PARTICIPANT = "participant"
    AGENT = "agent"
    ADMIN = "admin"
    STRANGER = "stranger"


class Disposition(StrEnum):
    """Where a received mail ended. Every inbox row is RECEIVED until it has exactly one of the others (rule D2)."""

    RECEIVED = "received"
    TICKET = "ticket"
    REPLY = "reply"
    HELD = "held"
    DUPLICATE = "duplicate"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    ALERT = "alert"
    LOOP = "loop"
    OVERSIZE = "oversize"
    QUARANTINED = "quarantined"
    STATUS = "status"
    """Only a question how it goes; it was answered, or its sender is not known well enough for an answer."""
    UNSUBSCRIBED = "unsubscribed"
    """It took its sender off the mails about events."""


class Intent(StrEnum):
    """What the new words of a reply want."""

    ACCEPT = "accept"
    REOPEN = "reopen"
    THANKS = "thanks"
    STATUS = "status"
    COMMENT = "comment"
    NEW_PROBLEM = "new_problem"
    AUTOMATIC = "automatic"
    NONE = "none"
    """There are no new words."""


class MailKind(StrEnum):
    """What sort of sender wrote a mail: the narrow verdict. Whether it may be answered is another question."""

    PERSON = "person"
    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
    DELAY_WARNING = "delay_warning"
    DELIVERY_RECEIPT = "delivery_receipt"
    READ_RECEIPT = "read_receipt"
    COMPLAINT = "complaint"
    REPORT = "report"
    ALERT = "alert"
    LIST = "list"
    GENERATED = "generated"
    """Written by a machine (Auto-Submitted: auto-generated, a no-reply sender), and none of the kinds above."""


class SpanKind(StrEnum):
    """What a run of lines in a mail is."""

    NEW = "new"
    QUOTED = "quoted"
    ATTRIBUTION = "attribution"
    HEADER_BLOCK = "header_block"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"
    MARKER = "marker"
    """A line that a machine put there: reply-above marker, caution banner, "Sent from my phone"."""
    FORWARDED = "forwarded"
    """A mail passed on; kept as content, never read for intent."""


class AlertState(StrEnum):
    PROBLEM = "problem"
    RECOVERY = "recovery"
    ACKNOWLEDGEMENT = "acknowledgement"
    UPDATE = "update"
    FLAPPING = "flapping"
    DOWNTIME = "downtime"
    UNKNOWN = "unknown"


class DeliveryStatus(StrEnum):
    """State of one outgoing mail to one recipient; RELAYED, DELAYED and FAILED are the words of RFC 3464."""

    QUEUED = "queued"
    SENDING = "sending"
    RELAYED = "relayed"
    DELAYED = "delayed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class NoticeKind(StrEnum):
    """The occasions on which the desk writes to somebody; each is a file in ``templates/<language>/``."""

    RECEIPT = "receipt"
    AGENT_NEW_TICKET = "agent_new_ticket"
    AGENT_NEW_REPLY = "agent_new_reply"
    PUBLIC_REPLY = "public_reply"
    RESOLUTION = "resolution"
    REOPENED = "reopened"
    CLOSED = "closed"
    REFUSED_COMMAND = "refused_command"
    VERIFICATION_REMINDER = "verification_reminder"
    STATUS = "status"
    ACCEPTANCE_NOTED = "acceptance_noted"
    CONTACT_NEEDED = "contact_needed"
    SIGN_IN_LINK = "sign_in_link"
    """Of the console: about no ticket."""
    CANCELLED = "cancelled"
    PROMISE_RENEWED = "promise_renewed"
    HEARTBEAT = "heartbeat"
    SERVICE_LEVEL = "service_level"
    HANDOVER = "handover"
    TICKET_BACK = "ticket_back"
    COMMAND_TRANSCRIPT = "command_transcript"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_NOTED = "approval_noted"
    CHANGE_NEWS = "change_news"
    WATCH_LIST = "watch_list"
    """Of the desk: about no single ticket."""
    EVENT_ANNOUNCED = "event_announced"
    """Of an announced event, to people who have not written: about no ticket of theirs; and the three below."""
    EVENT_UPDATED = "event_updated"
    EVENT_ENDED = "event_ended"
    UNSUBSCRIBED = "unsubscribed"
