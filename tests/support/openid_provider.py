"""An OpenID provider on 127.0.0.1 that says who comes, or whatever a test wants it to say instead.

``claims`` is what it knows of the person; ``spoil`` changes the claims of tokens, ``sign`` how they are signed.
It checks what a real one checks: client, secret, where it sends people back to, PKCE (RFC 7636), each code once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

Claims = dict[str, Any]
CLIENT, SECRET = "mailbot", "canary-client-secret-8d1f"


@dataclass
class OpenIdServer:
    back: str = ""
    """The one address that people may be sent back to."""
    claims: Claims = field(default_factory=lambda: {"sub": "p-1", "email": "lisa@desk.example", "email_verified": True})
    spoil: Claims = field(default_factory=dict)
    sign: Callable[[Claims], str] | None = None
    in_userinfo: bool = False
    """Whether the address is told at the userinfo endpoint and not in the token."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}, auto_kid=False)
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> OpenIdServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def about(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def keys(self) -> Claims:
        return {"keys": [self.key.as_dict(private=False)]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Nobody is asked for a password here; the address that the visitor is sent back to."""
        assert (asked["client_id"], asked["redirect_uri"]) == (CLIENT, self.back)
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert set(asked["scope"].split()) == {"openid", "email"}
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return f"{self.back}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        client = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or client != f"{CLIENT}:{SECRET}" or form["redirect_uri"] != self.back:
            return 400, {"error": "invalid_grant"}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if challenge.decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        token = {"access_token": "canary-access-token-5c2e", "token_type": "Bearer", "expires_in": 60}
        return 200, token | {"id_token": self.write_token(asked["nonce"])}

    def write_token(self, nonce: str) -> str:
        now = int(time.time())
        told = {"sub": self.claims["sub"]} if self.in_userinfo else self.claims
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce, **told, **self.spoil}
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.sign(claims) if self.sign else jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)


def _handler(server: OpenIdServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            place = urlsplit(self.path)
            asked = dict(parse_qsl(place.query))
            server.asked.append((place.path, asked))
            if place.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", server.authorize(asked))
                self.end_headers()
                return
            pages = {
                "/.well-known/openid-configuration": server.about,
                "/keys": server.keys,
                "/userinfo": lambda: server.claims,
            }
            found = pages.get(place.path)
            self._tell(200, found()) if found else self._tell(404, {})

        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()))
            server.asked.append((self.path, form))
            self._tell(*server.exchange(form, self.headers.get("Authorization", "")))

        def _tell(self, status: int, value: Claims) -> None:
            octets = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

    return Handler
