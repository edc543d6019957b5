"""What came in: the list, and each mail with its disposition, the reasons, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from mailbot.console.mail_frame import frame_html
from mailbot.console.mail_shown import ShownMail
from mailbot.console.masking import mask, mask_headers
from mailbot.console.paging import MOST, PAGE, address_of, cut_leaf, read_number, shown_count
from mailbot.console.ticket_page import download
from mailbot.console.visit import PageError, Rank, Visit
from mailbot.desk.policy import Policy
from mailbot.desk.reference import read_ticket_reference, ticket_reference
from mailbot.desk.vocabulary import Disposition
from mailbot.reading_room import RoomError
from mailbot.reading_worker import Unread
from mailbot.store.inbox_questions import InboxRow
from mailbot.workflows.office import Office

# What wants somebody's eyes stands first.
ORDER = (
    Disposition.QUARANTINED,
    Disposition.HELD,
    Disposition.RECEIVED,
    Disposition.TICKET,
    Disposition.REPLY,
    Disposition.ALERT,
    Disposition.AUTOMATIC,
    Disposition.BOUNCE,
    Disposition.DUPLICATE,
    Disposition.LOOP,
    Disposition.OVERSIZE,
)
VIEWS = ("mail", "text", "reading", "headers", "source")
SOURCE_SHOWN = 60_000
ANSWERS = (Disposition.REPLY, Disposition.HELD)


@dataclass(frozen=True, slots=True)
class Opened:
    """A kept mail with its bytes; ``evidence`` is how well its sender was known, "" where it is in no ticket."""

    row: InboxRow
    raw: bytes
    sent: tuple[bytes, ...]
    evidence: str


def show_mails(visit: Visit) -> Response:
    disposition = next((d for d in Disposition if d.value == visit.query.get("state")), None)
    ticket = read_ticket_reference(visit.room.policy.prefix, visit.query.get("ticket", ""))
    before, after = read_number(visit.query.get("beyond", "")), read_number(visit.query.get("back", ""))
    with visit.room.open_office(reads_only=True) as office:
        counts = office.work.inbox.count_some_by_disposition(MOST)
        rows = office.work.inbox.list_rows(
            disposition=disposition, ticket=ticket, limit=PAGE + 1, before=before, after=after
        )
    reference = ticket_reference(visit.room.policy.prefix, ticket) if ticket is not None else ""
    address = {"state": disposition.value if disposition else "", "ticket": reference}
    came = "back" if after else "beyond" if before else ""
    return visit.page(
        "mails.html",
        leaf=cut_leaf(rows, address, lambda row: str(row.id), came=came),
        disposition=disposition,
        ticket=reference,
        tabs=_tabs(disposition, counts, reference),
        quarantined=counts[Disposition.QUARANTINED],
    )


def show_mail_page(visit: Visit) -> Response:
    opened = _open_mail(visit)
    view = visit.query.get("view", "")
    if view not in VIEWS:
        view = "source" if opened.row.disposition is Disposition.QUARANTINED else "mail"
    shown, trouble = (None, "") if view == "source" else _read(visit, opened, fully=True)
    if view == "mail" and shown and not shown.html.html:
        view = "text"
    policy = visit.room.policy
    may_act = visit.visitor.rank >= Rank.AGENT
    return visit.page(
        "mail.html",
        row=opened.row,
        hidden=lambda text: mask(str(text), policy),
        headers=mask_headers(shown.headers, policy) if shown and view == "headers" else [],
        view=view if shown or view == "source" else "source",
        views=_views(shown, may_act),
        shown=shown,
        trouble=trouble,
        evidence=opened.evidence,
        source=_source(opened.raw, may_act) if view == "source" or trouble else "",
        cut=len(opened.raw) > SOURCE_SHOWN,
        spans=_spans(shown, policy) if shown and view == "reading" else [],
        may_act=may_act,
    )


def _source(raw: bytes, may_act: bool) -> str:
    """The source holds what lets its sender answer us: it is for those who may answer themselves."""
    return raw[:SOURCE_SHOWN].decode("utf-8", "replace") if may_act else ""


def _views(shown: ShownMail | None, may_act: bool) -> list[str]:
    without = set() if may_act else {"source"}
    if shown and not (shown.html.html or shown.html.refused):
        without.add("mail")
    return [view for view in VIEWS if view not in without]


def show_frame(visit: Visit) -> Response:
    """The mail's HTML, for the frame on its page."""
    shown, _ = _read(visit, _open_mail(visit), fully=False)
    return frame_html(mask(shown.html.html, visit.room.policy) if shown else "")


def send_raw(visit: Visit) -> Response:
    """The mail byte for byte, to be kept as a file."""
    opened = _open_mail(visit)
    return download(opened.raw, f"mail-{opened.row.id}.eml")


def replay(visit: Visit) -> Response:
    """Let a quarantined mail be read again, with fresh attempts."""
    number = visit.argument("number", number=True)
    with visit.room.open_office() as office:
        row = _get_row(office, number)
        done = office.work.inbox.replay(number, office.now)
    if not done:
        said = visit.texts("mail.not_replayed", state=visit.texts(f"disposition.{row.disposition}"))
        return visit.redirect(f"/mail/{number}", said=said, kind="bad")
    visit.room.wake_intake()
    return visit.redirect(f"/mail/{number}", said=visit.texts("mail.replayed"))


def _tabs(current: Disposition | None, counts: Mapping[Disposition, int], ticket: str) -> list[tuple[str, str, str]]:
    """(value, address, count) of those ways to end that any mail has, and of the one that is looked at."""
    shown = [d for d in ORDER if counts[d] or d is current]
    return [
        (d.value, "/mail" + address_of({"state": d.value, "ticket": ticket}), shown_count(counts[d])) for d in shown
    ]


def _open_mail(visit: Visit) -> Opened:
    with visit.room.open_office(reads_only=True) as office:
        row = _get_row(office, visit.argument("number", number=True))
        original = row.duplicate_of or row.id
        raw = office.work.inbox.raw_of([original]).get(original, b"")
        answers = row.ticket is not None and row.disposition in ANSWERS
        sent = office.work.outbox.contents_of_ticket(row.ticket or 0) if answers else []
        evidence = office.work.story.find_evidence(row.ticket, row.id) if row.ticket is not None else ""
    return Opened(row, raw, tuple(sent), evidence)


def _get_row(office: Office, number: int) -> InboxRow:
    row = office.work.inbox.find(number)
    if row is None:
        raise PageError(404, "no_mail", str(number))
    return row


def _read(visit: Visit, opened: Opened, *, fully: bool) -> tuple[ShownMail | None, str]:
    """The mail as its page shows it, or why it could not be read."""
    try:
        if fully:
            found = visit.room.reading.read(opened.raw, opened.row.envelope, visit.room.policy.reading, opened.sent)
        else:
            found = visit.room.reading.read(opened.raw)
    except RoomError as error:
        return None, str(error)
    return (None, found.reason) if isinstance(found, Unread) else (found, "")


def _spans(shown: ShownMail, policy: Policy) -> list[tuple[str, str, int, tuple[str, str, str]]]:
    """(kind, reason, confidence in percent, the text around the words that decided) of each span."""
    if shown.reading is None:
        return []
    words, left = mask(shown.reading.intent.words, policy), True
    found = []
    for span in shown.reading.answer.spans:
        text = mask(span.text, policy)
        before, mark, after = text.partition(words) if words and left else (text, "", "")
        left = left and not mark
        found.append((span.kind.value, span.reason, round(span.confidence * 100), (before, mark, after)))
    return found
