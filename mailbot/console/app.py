"""The list of all pages, and the application that serves them. What is not in the list does not exist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mailbot.console import (
    alerts,
    announcement_acts,
    announcement_form,
    announcements,
    change_acts,
    change_form,
    change_page,
    changes,
    demo,
    frame,
    mail,
    outbox,
    people,
    phone,
    sign_in,
    sign_in_oidc,
    ticket_acts,
    ticket_choosing,
    ticket_form,
    ticket_page,
    tickets,
    wording,
    wording_history,
    wording_trials,
    your_sessions,
)
from mailbot.console.gate import Page, own_origin, pass_gate
from mailbot.console.headers import protect
from mailbot.console.room import ConsoleRoom
from mailbot.console.static_files import serve_static
from mailbot.console.unsubscribe import change_subscription, show_unsubscribe
from mailbot.console.verification import give_answer, show_answer
from mailbot.console.visit import Rank

PAGES: tuple[Page, ...] = (
    Page("GET", "/", frame.show_start, Rank.ANYONE),
    Page("POST", "/look", frame.set_look, Rank.ANYONE),
    Page("GET", "/sign-in", sign_in.show_sign_in, Rank.ANYONE),
    Page("POST", "/sign-in", sign_in.send_link, Rank.ANYONE),
    Page("GET", "/sign-in/oidc", sign_in_oidc.go_to_provider, Rank.ANYONE),
    Page("GET", "/sign-in/oidc/back", sign_in_oidc.show_return, Rank.ANYONE),
    Page("POST", "/sign-in/oidc/back", sign_in_oidc.finish_return, Rank.ANYONE),
    Page("GET", "/sign-in/{token}", sign_in.show_link, Rank.ANYONE),
    Page("POST", "/sign-in/{token}", sign_in.press_link, Rank.ANYONE),
    Page("POST", "/sign-out", sign_in.sign_out, Rank.ANYONE),
    Page("GET", "/sessions", your_sessions.show_sessions, Rank.READER),
    Page("POST", "/sessions/end", your_sessions.end_sessions, Rank.READER),
    Page("GET", "/people", people.show_people, Rank.ADMIN),
    Page("GET", "/people/{address}", people.show_person, Rank.ADMIN),
    Page("POST", "/people/invite", people.invite_person, Rank.ADMIN),
    Page("POST", "/people/role", people.give_role, Rank.ADMIN),
    Page("POST", "/people/remove", people.remove_person, Rank.ADMIN),
    Page("POST", "/people/sessions", people.end_sessions_of, Rank.ADMIN),
    Page("GET", "/demo", demo.show_demo, Rank.ANYONE),
    Page("GET", "/demo/state", demo.tell_state, Rank.ANYONE),
    Page("GET", "/demo/mail/{number}", demo.show_letter, Rank.ANYONE, framed=True, leads_out=True),
    Page("POST", "/demo/write", demo.send_mail, Rank.ANYONE),
    Page("POST", "/demo/act", demo.act, Rank.ANYONE),
    Page("GET", "/answer/{token}", show_answer, Rank.ANYONE),
    Page("POST", "/answer/{token}", give_answer, Rank.ANYONE, own_token=True),
    Page("GET", "/unsubscribe/{token}", show_unsubscribe, Rank.ANYONE),
    Page("POST", "/unsubscribe/{token}", change_subscription, Rank.ANYONE, own_token=True, one_click=True),
    Page("GET", "/tickets", tickets.show_tickets, Rank.READER),
    Page("GET", "/tickets/new", ticket_form.show_new, Rank.AGENT),
    Page("POST", "/tickets/new", ticket_form.register, Rank.AGENT),
    Page("GET", "/tickets/new/people", ticket_form.say_people, Rank.AGENT),
    Page("GET", "/tickets/{reference}", ticket_page.show_ticket, Rank.READER),
    Page("GET", "/tickets/{reference}/files/{sha256}", ticket_page.send_file, Rank.READER),
    Page("POST", "/tickets/{reference}/act", ticket_acts.act, Rank.AGENT),
    Page("GET", "/tickets/{reference}/others", ticket_choosing.say_others, Rank.AGENT),
    Page("POST", "/tickets/{reference}/here", ticket_page.say_here, Rank.AGENT),
    Page("GET", "/announcements", announcements.show_announcements, Rank.READER),
    Page("GET", "/announcements/new", announcement_form.show_new, Rank.AGENT),
    Page("POST", "/announcements/new", announcement_form.announce, Rank.AGENT),
    Page("GET", "/announcements/{number}", announcements.show_announcement, Rank.READER),
    Page("POST", "/announcements/{number}/act", announcement_acts.act, Rank.AGENT),
    Page("GET", "/changes", changes.show_changes, Rank.READER),
    Page("GET", "/changes/new", change_form.show_new, Rank.AGENT),
    Page("POST", "/changes/new", change_form.plan_change, Rank.AGENT),
    Page("GET", "/changes/{reference}", change_page.show_change, Rank.READER),
    Page("POST", "/changes/{reference}/act", change_acts.act, Rank.AGENT),
    Page("GET", "/alerts", alerts.show_alerts, Rank.READER),
    Page("GET", "/phone", phone.show_phone, Rank.READER),
    Page("GET", "/mail", mail.show_mails, Rank.READER),
    Page("GET", "/mail/{number}", mail.show_mail_page, Rank.READER),
    Page("GET", "/mail/{number}/frame", mail.show_frame, Rank.READER, framed=True),
    Page("GET", "/mail/{number}/raw", mail.send_raw, Rank.AGENT),
    Page("POST", "/mail/{number}/replay", mail.replay, Rank.AGENT),
    Page("GET", "/outbox", outbox.show_outbox, Rank.READER),
    Page("GET", "/outbox/{number}", outbox.show_outgoing, Rank.READER),
    Page("GET", "/outbox/{number}/frame", outbox.show_frame, Rank.READER, framed=True),
    Page("POST", "/outbox/{number}/retry", outbox.retry, Rank.AGENT),
    Page("POST", "/outbox/{number}/cancel", outbox.cancel, Rank.AGENT),
    Page("GET", "/wording", wording.show_wordings, Rank.ADMIN),
    Page("GET", "/wording/frames/{name}", wording_trials.show_frame, Rank.ADMIN, framed=True),
    Page("GET", "/wording/{notice}/{language}", wording.show_editor, Rank.ADMIN),
    Page("POST", "/wording/{notice}/{language}", wording.change_wording, Rank.ADMIN),
    Page("POST", "/wording/{notice}/{language}/try", wording_trials.try_wording, Rank.ADMIN),
    Page("POST", "/wording/{notice}/{language}/proof", wording_trials.send_proof, Rank.ADMIN),
    Page("GET", "/wording/{notice}/{language}/history", wording_history.show_history, Rank.ADMIN),
    Page("GET", "/wording/{notice}/{language}/diff", wording_history.show_difference, Rank.ADMIN),
    Page("POST", "/wording/{notice}/{language}/restore", wording_history.restore_wording, Rank.ADMIN),
)


def make_console(room: ConsoleRoom) -> Starlette:
    routes = [Route(page.path, _endpoint(page, room), methods=[page.method]) for page in PAGES]
    files = Route("/static/{name:path}", partial(_static, room), methods=["GET"])
    missing = partial(_missing, room)
    app = Starlette(routes=[*routes, files], exception_handlers={404: missing, 405: missing})
    app.router.redirect_slashes = False
    return app


def _endpoint(page: Page, room: ConsoleRoom) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await pass_gate(page, room, request)

    return endpoint


async def _static(room: ConsoleRoom, request: Request) -> Response:
    if not own_origin(room, request.headers.get("host", "")):
        return PlainTextResponse("There is no such host here.", 421)
    accepts = "gzip" in request.headers.get("accept-encoding", "")
    found = serve_static(request.path_params["name"], accepts, request.query_params.get("v", ""))
    return protect(found, secure=room.terms.secure)


async def _missing(room: ConsoleRoom, request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    page = Page("GET", request.url.path, frame.show_missing if status == 404 else frame.show_wrong_method, Rank.ANYONE)
    return await pass_gate(page, room, request)
