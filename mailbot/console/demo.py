"""The demo inbox: a newcomer writes as an end user, plays the agent, and answers; all through the desk's real doors.

It opens on the embedded default alone (``settings.embedded``); its people are of reserved domains (``desk.demo``).
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response

from mailbot.console.demo_letters import lead_links
from mailbot.console.demo_post import Draft, compose_draft, hand_in
from mailbot.console.demo_scene import find_letter, find_stamp, is_played, readers, set_scene
from mailbot.console.visit import PageError, Visit
from mailbot.courier.addressing import is_sendable
from mailbot.desk.demo import DEMO_AGENT, DEMO_USER, may_play
from mailbot.workflows import assignment, resolution


def show_demo(visit: Visit) -> Response:
    """The stage. ``who`` reads mail, ``mail`` and ``ticket`` are open, ``write`` opens a new mail with its fields."""
    _need_demo(visit)
    return _show(visit, _draft_asked_for(visit))


def tell_state(visit: Visit) -> Response:
    """Whether anything has happened: a stamp that changes then. For the script that looks again."""
    _need_demo(visit)
    with visit.room.open_office(reads_only=True) as office:
        return visit.json({"stamp": find_stamp(office)})


def show_letter(visit: Visit) -> Response:
    """The HTML of one mail, for its frame."""
    _need_demo(visit)
    reader = _reader(visit)
    with visit.room.open_office(reads_only=True) as office:
        letter = find_letter(office, reader, visit.argument("number", number=True))
    if letter is None:
        raise PageError(404, "not_found")
    return HTMLResponse(lead_links(letter.html, reader, letter.id, visit.origin))


def send_mail(visit: Visit) -> Response:
    """Write to the desk, as whoever stands in the form."""
    _need_demo(visit)
    draft = _draft_sent(visit)
    wrong = _find_fault(visit, draft)
    if wrong:
        return _show(visit, draft, wrong)
    with visit.room.open_office(reads_only=True) as office:
        answered = find_letter(office, draft.address, draft.answers)
    refusal = hand_in(compose_draft(draft, visit.now, answered), draft.address, draft.to, visit.room.terms.mail_door)
    if refusal:
        return _show(visit, draft, "refused", refusal)
    return visit.redirect("/demo?" + urlencode({"who": draft.address}), said=visit.texts("demo.sent"))


def act(visit: Visit) -> Response:
    """The agent takes a ticket, writes to its requester, or says what was done: the workflows of every agent."""
    _need_demo(visit)
    words, chosen = visit.form.get("words", "").strip(), visit.form.get("act", "")
    number = _number(visit.form.get("ticket", ""))
    back = "/demo?" + urlencode({"who": _reader(visit), "ticket": number})
    if chosen != "take" and not words:
        return visit.redirect(f"{back}#agent", said=visit.texts("demo.needs_words"), kind="bad")
    with visit.room.open_office() as office:
        ticket = office.work.tickets.find(number, lock=True)
        if ticket is None or not is_played(ticket):
            raise PageError(404, "not_found")
        if chosen == "take":
            assignment.take(office, ticket, DEMO_AGENT)
        elif chosen == "reply":
            resolution.answer(office, ticket, DEMO_AGENT, words)
        elif chosen == "resolve":
            resolution.propose(office, ticket, DEMO_AGENT, words)
    visit.room.wake_delivery()
    return visit.redirect(f"{back}#agent", said=visit.texts(f"demo.done_{chosen}"))


def _show(visit: Visit, draft: Draft | None, wrong: str = "", detail: str = "") -> Response:
    reader = _reader(visit)
    letter, ticket = (_number(visit.query.get(name, "")) for name in ("mail", "ticket"))
    with visit.room.open_office(reads_only=True) as office:
        scene = set_scene(office, reader, letter, ticket)
        known = office.work.directory.find_by_address(reader)
    if draft and known and not wrong:
        draft = replace(draft, name=draft.name or known.mailbox.name)
    if draft is None and not scene.letters and not scene.has_written:
        draft = _empty(visit, reader)
    return visit.page(
        "demo.html",
        status=422 if wrong else 200,
        scene=scene,
        asked=letter,
        draft=draft,
        wrong=wrong,
        detail=detail,
        readers=readers(reader),
        agent=DEMO_AGENT,
        first=_first_example(visit) if draft and not (wrong or scene.letters or scene.is_agent) else None,
    )


def _need_demo(visit: Visit) -> None:
    if not visit.room.terms.demo:
        raise PageError(404, "not_found")


def _reader(visit: Visit) -> str:
    """Whose mailbox is open. Anybody but the people of the play is the first of them."""
    asked = visit.form.get("who", "") or visit.query.get("who", "")
    return asked.lower() if may_play(asked) and is_sendable(asked) else DEMO_USER.address


def _draft_asked_for(visit: Visit) -> Draft | None:
    if not visit.query.get("write"):
        return None
    query, empty = visit.query, _empty(visit, _reader(visit))
    words, answers = query.get("body", ""), _number(query.get("answers", ""))
    return Draft(empty.name, empty.address, query.get("to") or empty.to, query.get("subject", ""), words, answers)


def _draft_sent(visit: Visit) -> Draft:
    form = visit.form
    address = form.get("address", "").strip().lower()
    to = form.get("to", "").strip() or visit.room.policy.main_address
    return Draft(
        form.get("name", ""),
        address,
        to,
        form.get("subject", ""),
        form.get("words", ""),
        _number(form.get("answers", "")),
    )


def _empty(visit: Visit, reader: str) -> Draft:
    known = {DEMO_USER.address: DEMO_USER.name, DEMO_AGENT.address: DEMO_AGENT.name}
    return Draft(known.get(reader, ""), reader, visit.room.policy.main_address)


def _first_example(visit: Visit) -> tuple[str, str]:
    return visit.texts("demo.example_subject"), visit.texts("demo.example_words")


def _find_fault(visit: Visit, draft: Draft) -> str:
    """What the newcomer must mend, as a key of the texts; nothing where the mail can leave."""
    if not draft.address.isascii() or not is_sendable(draft.address):
        return "bad_address"
    if not may_play(draft.address):
        return "real_address"
    if not is_sendable(draft.to) or not visit.room.policy.is_ours(draft.to):
        return "bad_recipient"
    return "" if draft.words.strip() else "no_words"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
