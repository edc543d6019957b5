"""An OAuth2 provider on 127.0.0.1: a token endpoint (RFC 6749) and introspection (RFC 7662), which Dovecot asks.

Tokens can be made to expire, the provider to be down (``answer_with = 503``) or to refuse (``error``).
``requests`` are the forms that came to the token endpoint. With ``rotates`` a refresh token is good for one use.
"""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl


class IdentityProvider:
    def __init__(self) -> None:
        self.requests: list[dict[str, str]] = []
        self.answer_with, self.error = 200, ""
        self.lifetime, self.rotates = 3600.0, False
        self.refresh_token = "refresh-0"
        self._owners: dict[str, tuple[str, float]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.token_url, self.introspection_url = f"{self.url}/token", f"{self.url}/introspect"

    def __enter__(self) -> IdentityProvider:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reset(self) -> None:
        self.requests.clear()
        self.answer_with, self.error = 200, ""
        self.lifetime, self.rotates, self.refresh_token = 3600.0, False, "refresh-0"

    def issue(self, owner: str, lifetime: float | None = None) -> str:
        """A token for the mailbox ``owner``."""
        token = f"token-{len(self._owners)}-{owner}"
        self._owners[token] = (owner, time.time() + (self.lifetime if lifetime is None else lifetime))
        return token

    def expire_all(self) -> None:
        self._owners = {token: (owner, 0.0) for token, (owner, _) in self._owners.items()}

    def grant(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.requests.append(form)
        if self.answer_with != 200:
            return self.answer_with, {"error": "temporarily_unavailable"}
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self.refresh_token:
            return 400, {"error": "invalid_grant", "error_description": "the refresh token was used before"}
        if self.error or form.get("client_secret") == "wrong":
            return 400, {"error": self.error or "invalid_client", "error_description": "because the test says so"}
        answer = {"access_token": self.issue(form["client_id"]), "token_type": "Bearer", "expires_in": self.lifetime}
        if self.rotates:
            self.refresh_token = f"refresh-{len(self.requests)}"
            answer["refresh_token"] = self.refresh_token
        return 200, answer

    def introspect(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        owner, expires = self._owners.get(form.get("token", ""), ("", 0.0))
        return 200, {"active": True, "username": owner} if expires > time.time() else {"active": False}


def _make_handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            answer = provider.introspect if self.path == "/introspect" else provider.grant
            status, content = answer(dict(parse_qsl(body)))
            octets = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

    return Handler
