"""What goes out: each mail with its delivery, the last reply of the next server, and when it is tried again."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from mailbot.console.mail_frame import frame_html, frame_size
from mailbot.console.mail_shown import ShownMail
from mailbot.console.masking import mask, mask_headers
from mailbot.console.paging import MOST, PAGE, address_of, cut_leaf, read_number, shown_count
from mailbot.console.ticket_story import name_notice
from mailbot.console.visit import PageError, Rank, Visit
from mailbot.desk.reference import read_ticket_reference, ticket_reference
from mailbot.desk.vocabulary import DeliveryStatus
from mailbot.reading_room import RoomError
from mailbot.reading_worker import Unread
from mailbot.store.outbox import Outgoing
from mailbot.workflows.office import Office

ORDER = (
    DeliveryStatus.FAILED,
    DeliveryStatus.UNCERTAIN,
    DeliveryStatus.DELAYED,
    DeliveryStatus.QUEUED,
    DeliveryStatus.SENDING,
    DeliveryStatus.RELAYED,
    DeliveryStatus.CANCELLED,
)
RETRIED = frozenset({"failed", "cancelled", "uncertain", "delayed"})
STOPPED = frozenset({"queued", "delayed"})
SECRET = frozenset({"sign_in_link"})
"""Notices whose words let their reader in: nobody else is shown them."""
VIEWS = ("mail", "text", "headers")


def show_outbox(visit: Visit) -> Response:
    status = next((s for s in DeliveryStatus if s.value == visit.query.get("state")), None)
    ticket = read_ticket_reference(visit.room.policy.prefix, visit.query.get("ticket", ""))
    before, after = read_number(visit.query.get("beyond", "")), read_number(visit.query.get("back", ""))
    with visit.room.open_office(reads_only=True) as office:
        counts = office.work.outbox_lists.count_some_by_status(MOST)
        rows = office.work.outbox_lists.list_lines(
            status=status, ticket=ticket, limit=PAGE + 1, before=before, after=after
        )
    reference = ticket_reference(visit.room.policy.prefix, ticket) if ticket is not None else ""
    address = {"state": status.value if status else "", "ticket": reference}
    came = "back" if after else "beyond" if before else ""
    return visit.page(
        "outbox.html",
        leaf=cut_leaf(rows, address, lambda line: str(line.id), came=came),
        chosen=status,
        ticket=reference,
        tabs=_tabs(status, counts, reference),
        notice_of=lambda notice: name_notice(notice, visit.texts),
        failed=counts[DeliveryStatus.FAILED],
    )


def show_outgoing(visit: Visit) -> Response:
    mail = _open(visit)
    secret = mail.notice.value in SECRET
    view = visit.query.get("view", "") if visit.query.get("view") in VIEWS else "mail"
    shown = None if secret or view == "text" else _read(visit, mail)
    policy = visit.room.policy
    return visit.page(
        "outgoing.html",
        mail=mail,
        secret=secret,
        view=view if shown is None or shown.html.html or view != "mail" else "text",
        text="" if secret else mask(mail.words, policy),
        headers=mask_headers(shown.headers, policy) if shown else [],
        views=VIEWS,
        size=frame_size(shown.html.html) if shown else "",
        notice=name_notice(mail.notice.value, visit.texts),
        may_retry=mail.status.value in RETRIED and visit.visitor.rank >= Rank.AGENT,
        may_cancel=mail.status.value in STOPPED and visit.visitor.rank >= Rank.AGENT,
    )


def show_frame(visit: Visit) -> Response:
    """The mail's HTML, for the frame on its page; its links lead nowhere."""
    mail = _open(visit)
    shown = None if mail.notice.value in SECRET else _read(visit, mail)
    return frame_html(mask(shown.html.html, visit.room.policy) if shown else "")


def retry(visit: Visit) -> Response:
    """Try a mail again that failed, waits or is uncertain: the same bytes, the same Message-ID."""
    return _change(visit, "retry")


def cancel(visit: Visit) -> Response:
    """Keep a mail from leaving that has not left yet."""
    return _change(visit, "cancel")


def _tabs(
    current: DeliveryStatus | None, counts: Mapping[DeliveryStatus, int], ticket: str
) -> list[tuple[str, str, str]]:
    shown = [s for s in ORDER if counts[s] or s is current]
    return [
        (s.value, "/outbox" + address_of({"state": s.value, "ticket": ticket}), shown_count(counts[s])) for s in shown
    ]


def _open(visit: Visit) -> Outgoing:
    with visit.room.open_office(reads_only=True) as office:
        return _get(office, visit.argument("number", number=True))


def _get(office: Office, number: int) -> Outgoing:
    mail = office.work.outbox.find(number)
    if mail is None:
        raise PageError(404, "no_outgoing", str(number))
    return mail


def _read(visit: Visit, mail: Outgoing) -> ShownMail | None:
    try:
        found = visit.room.reading.read(mail.content)
    except RoomError:
        return None
    return None if isinstance(found, Unread) else found


def _change(visit: Visit, verb: str) -> Response:
    number = visit.argument("number", number=True)
    with visit.room.open_office() as office:
        mail = _get(office, number)
        act = office.work.outbox.retry if verb == "retry" else office.work.outbox.cancel
        done = act(number, office.now)
    if not done:
        said = visit.texts(f"outbox.not_{verb}", state=visit.texts(f"delivery.{mail.status}"))
        return visit.redirect(f"/outbox/{number}", said=said, kind="bad")
    visit.room.wake_delivery()
    return visit.redirect(f"/outbox/{number}", said=visit.texts(f"outbox.done_{verb}"))
