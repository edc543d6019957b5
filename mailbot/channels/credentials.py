"""Passwords and OAuth2 access tokens for mailboxes (RFC 6749), one POST each with the standard library.

``Password`` and ``OAuthToken`` are the two kinds of ``Credentials``. Microsoft 365 gives tokens for client credentials
or a refresh token, Google for a refresh token, others at ``token_url``. A refresh token that the provider replaces is
handed to ``keep_refresh_token`` before the new access token is used: lost, it would lock the desk out.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from structlog import get_logger

from mailbot.desk.errors import PermanentError, TransientError

log = get_logger()
_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
_GOOGLE = "https://oauth2.googleapis.com/token"
_MICROSOFT_APPLICATION = "https://outlook.office365.com/.default"
_MICROSOFT_PERSON = (
    "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
)
_LONGEST_ANSWER = 65_536
_EARLY = 120.0
"""Seconds before its end at which a token is replaced."""


class CredentialsRefused(PermanentError):
    """The provider says no: a person must grant access again."""

    told = "The mail provider refused the desk's credentials."


class ProviderUnavailable(TransientError):
    """No sensible answer from the token endpoint."""


class Credentials(Protocol):
    """``mechanism`` is "password" or "xoauth2"."""

    @property
    def mechanism(self) -> str:
        """How it signs in: password or xoauth2."""
        ...

    def secret(self) -> str:
        """The password, or an access token that is valid now. Raises CredentialsRefused or ProviderUnavailable."""

    def renew(self) -> bool:
        """The secret was refused: forget it. True if ``secret()`` may now give another one."""


@dataclass(frozen=True, slots=True)
class Password:
    password: str = field(repr=False)
    mechanism: str = "password"

    def secret(self) -> str:
        return self.password

    def renew(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """``provider`` is microsoft, google or custom (then ``token_url`` is needed). Empty values take the usual ones."""

    provider: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    tenant: str = ""
    token_url: str = ""
    scope: str = ""
    timeout_seconds: float = 30.0


@dataclass(slots=True)
class OAuthToken:
    """An access token, asked for when needed, kept until shortly before its end. For use by several threads."""

    settings: OAuthSettings
    keep_refresh_token: Callable[[str], None] | None = field(default=None, repr=False)
    mechanism: str = "xoauth2"
    _token: str = field(default="", repr=False)
    _ends: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def secret(self) -> str:
        with self._lock:
            if not self._token or time.monotonic() >= self._ends:
                self._fetch()
            return self._token

    def renew(self) -> bool:
        with self._lock:
            self._token = ""
        return True

    def _fetch(self) -> None:
        answer = post_form(token_url(self.settings), grant_form(self.settings), self.settings.timeout_seconds)
        replaced = str(answer.get("refresh_token") or "")
        if replaced and replaced != self.settings.refresh_token:
            if self.keep_refresh_token is not None:
                self.keep_refresh_token(replaced)
            self.settings = replace(self.settings, refresh_token=replaced)
        lifetime = _read_lifetime(answer.get("expires_in"))
        self._token, self._ends = str(answer["access_token"]), time.monotonic() + lifetime - min(_EARLY, lifetime / 2)
        log.info("access token obtained", provider=self.settings.provider, lifetime=lifetime)


def token_url(settings: OAuthSettings) -> str:
    if settings.token_url:
        return settings.token_url
    return _GOOGLE if settings.provider == "google" else _MICROSOFT.format(tenant=settings.tenant or "common")


def grant_form(settings: OAuthSettings) -> dict[str, str]:
    """The fields of the request: a refresh token where there is one (RFC 6749, 6), else client credentials (4.4)."""
    form = {"client_id": settings.client_id, "client_secret": settings.client_secret}
    if settings.refresh_token:
        form |= {"grant_type": "refresh_token", "refresh_token": settings.refresh_token}
    else:
        form["grant_type"] = "client_credentials"
    usual = ""
    if settings.provider == "microsoft":
        usual = _MICROSOFT_PERSON if settings.refresh_token else _MICROSOFT_APPLICATION
    return {name: value for name, value in {**form, "scope": settings.scope or usual}.items() if value}


def post_form(url: str, form: dict[str, str], timeout: float) -> dict[str, Any]:
    """The provider's JSON answer with its ``access_token``. Over TLS only, except to this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise CredentialsRefused(f"the token endpoint must be https: {parts.scheme}://{parts.hostname}")
    request = urllib.request.Request(url, urlencode(form).encode(), {"Accept": "application/json"})
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=timeout) as response:
            answer = _read_json(response.read(_LONGEST_ANSWER))
    except urllib.error.HTTPError as refusal:
        raise _refusal(refusal.code, _read_json(refusal.read(_LONGEST_ANSWER))) from None
    except OSError as trouble:
        raise ProviderUnavailable(f"{parts.hostname}: {type(trouble).__name__}") from trouble
    if not answer.get("access_token"):
        raise ProviderUnavailable(f"{parts.hostname} answered without a token")
    return answer


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Secrets go where the settings say, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _refusal(status: int, answer: dict[str, Any]) -> CredentialsRefused | ProviderUnavailable:
    """``error`` is a word of RFC 6749, 5.2; the description may hold anything, and is left out."""
    word = str(answer.get("error", ""))[:60]
    if status in (400, 401, 403) and word not in ("temporarily_unavailable", "slow_down"):
        return CredentialsRefused(f"{status} {word}")
    return ProviderUnavailable(f"{status} {word}")


def _read_json(octets: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(octets)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _read_lifetime(value: Any) -> float:
    try:
        return min(max(float(value), 0.0), 86_400.0)
    except (TypeError, ValueError):
        return 3600.0
