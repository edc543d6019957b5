"""Signing in by the identity provider of the organisation, where settings name one.

One secret in a cookie makes state, nonce and verifier, so that the answer counts only in the browser that asked. The
provider sends the visitor back by GET, which changes nothing here: a button (pressed by a script where there is one)
sends what came.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode

import structlog
from starlette.responses import RedirectResponse, Response

from mailbot.console.frame import local_path
from mailbot.console.room import IdentityProvider, IdentityTrouble, Proofs
from mailbot.console.sign_in import enter, home_of
from mailbot.console.visit import PageError, Visit
from mailbot.workflows.identities import Identity, admit

log = structlog.get_logger()

COOKIE, LIVES = "mailbot-oidc", 600
BACK = "/sign-in/oidc/back"


def go_to_provider(visit: Visit) -> Response:
    """Away to the provider; only a cookie is set. ``to`` in the query is the page that was asked for."""
    provider = _provider(visit)
    secret = secrets.token_urlsafe(32)
    try:
        url = provider.begin(proofs_of(secret), home_of(visit) + BACK)
    except IdentityTrouble as error:
        return _tell(visit, "trouble", str(error))
    visit.cookies_to_set[COOKIE] = (f"{secret}{local_path(visit.query.get('to', ''))}", LIVES)
    return RedirectResponse(url, 303)


def show_return(visit: Visit) -> Response:
    """The visitor is back, with a code or with what went wrong."""
    provider = _provider(visit)
    if "code" not in visit.query:
        return _tell(visit, "trouble", visit.query.get("error", "")[:100])
    state = visit.query.get("state", "")
    return visit.page("sign_in_oidc.html", code=visit.query["code"], state=state, identity=provider)


def finish_return(visit: Visit) -> Response:
    """Sign in, where the answer belongs to this browser and names somebody who has a role."""
    provider = _provider(visit)
    secret, to = visit.cookies.get(COOKIE, "")[:43], visit.cookies.get(COOKIE, "")[43:]
    visit.cookies_to_set[COOKIE] = ("", -1)
    proofs = proofs_of(secret)
    ours = re.fullmatch(r"[\w-]{43}", secret, re.ASCII)
    if not ours or not hmac.compare_digest(visit.form.get("state", "").encode(), proofs.state.encode()):
        return _tell(visit, "foreign")
    try:
        identity = provider.finish(visit.form.get("code", ""), proofs, home_of(visit) + BACK)
    except IdentityTrouble as error:
        return _tell(visit, "trouble", str(error))
    refusal = _come_in(visit, identity, provider.domains)
    return _tell(visit, refusal) if refusal else visit.redirect(local_path(to))


def proofs_of(secret: str) -> Proofs:
    return Proofs(*(_derive(secret, use) for use in ("state", "nonce", "verifier")))


def _derive(secret: str, use: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(f"{use}|{secret}".encode()).digest()).decode().rstrip("=")


def _come_in(visit: Visit, identity: Identity, domains: tuple[str, ...]) -> str:
    with visit.room.open_office() as office:
        admitted = admit(office, identity, domains)
        if isinstance(admitted, str):
            return admitted
        enter(visit, office, admitted.mailbox.address, "oidc")
    return ""


def _provider(visit: Visit) -> IdentityProvider:
    if visit.room.identity is None:
        raise PageError(404, "not_found")
    return visit.room.identity


def _tell(visit: Visit, why: str, detail: str = "") -> Response:
    if detail:
        log.warning("identity provider failed", reason=detail)
    status = 502 if why == "trouble" else 403
    return visit.page("sign_in_refused.html", status=status, why=why, identity=visit.room.identity)
