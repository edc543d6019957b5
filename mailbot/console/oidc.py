"""The identity provider by OpenID Connect: code flow with PKCE, state and nonce (OIDC Core, 3.1; RFC 7636, RFC 9700).

The only room that knows authlib, joserfc and httpx: they come with ``pip install mailbot[oidc]``.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, field
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mailbot.console.room import IdentityTrouble, Proofs
from mailbot.workflows.identities import Identity

with warnings.catch_warnings():
    # authlib tells that it will come to prefer another client library than httpx
    warnings.simplefilter("ignore")
    from authlib.integrations.httpx_client import OAuth2Client

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signatures with a public key alone: with none, or with a shared secret, others could write a token."""
FRESH = 3600.0
LEEWAY = 60
PATIENCE = 10.0
_TROUBLE = (httpx.HTTPError, AuthlibBaseError, JoseError, ValueError, KeyError, TypeError)


@dataclass
class OpenIdProvider:
    """``issuer`` is the provider's address; ``name`` what the button says; ``domains`` whose addresses may come."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    domains: tuple[str, ...] = ()
    _known: tuple[float, dict[str, Any], KeySet] | None = field(default=None, repr=False)

    def look(self) -> None:
        """See whether the provider answers. Raises IdentityTrouble."""
        try:
            self._look(again=True)
        except _TROUBLE as error:
            raise IdentityTrouble(_said(error)) from error

    def begin(self, proofs: Proofs, back: str) -> str:
        """Where to send the visitor. Raises IdentityTrouble."""
        try:
            with self._client(back) as client:
                url, _ = client.create_authorization_url(
                    self._look()[0]["authorization_endpoint"],
                    state=proofs.state,
                    nonce=proofs.nonce,
                    code_verifier=proofs.verifier,
                )
                return str(url)
        except _TROUBLE as error:
            raise IdentityTrouble(_said(error)) from error

    def finish(self, code: str, proofs: Proofs, back: str) -> Identity:
        """Who came back with this code. Raises IdentityTrouble."""
        try:
            about, keys = self._look()
            with self._client(back) as client:
                token = client.fetch_token(about["token_endpoint"], code=code, code_verifier=proofs.verifier)
            claims = self._read(str(token["id_token"]), keys, proofs.nonce, str(token["access_token"]))
            told = claims if "email" in claims else _ask_further(about, claims["sub"], str(token["access_token"]))
        except _TROUBLE as error:
            raise IdentityTrouble(_said(error)) from error
        return Identity(
            f"{self.issuer} {claims['sub']}", str(told.get("email", "")), told.get("email_verified") is True
        )

    def _client(self, back: str) -> OAuth2Client:
        return OAuth2Client(
            self.client_id,
            self.client_secret,
            redirect_uri=back,
            scope="openid email",
            code_challenge_method="S256",
            timeout=PATIENCE,
            follow_redirects=False,
        )

    def _look(self, *, again: bool = False) -> tuple[dict[str, Any], KeySet]:
        """What the provider publishes about itself (OIDC Discovery, 4), and its keys; kept for an hour."""
        if self._known and not again and time.monotonic() - self._known[0] < FRESH:
            return self._known[1], self._known[2]
        with httpx.Client(timeout=PATIENCE) as client:
            about = client.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration").raise_for_status().json()
            if about["issuer"] != self.issuer:
                raise ValueError(f"it calls itself {about['issuer']!r}")
            keys = KeySet.import_key_set(client.get(about["jwks_uri"]).raise_for_status().json())
        self._known = (time.monotonic(), about, keys)
        return about, keys

    def _read(self, id_token: str, keys: KeySet, nonce: str, access_token: str) -> dict[str, Any]:
        """The claims of a token that this provider signed, for us, now, and for this visit."""
        try:
            token = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys since we looked.
            token = jwt.decode(id_token, self._look(again=True)[1], algorithms=ALGORITHMS)
        wanted = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client_id}}
        params = {"nonce": nonce, "client_id": self.client_id, "access_token": access_token}
        CodeIDToken(token.claims, token.header, wanted, params).validate(leeway=LEEWAY)
        if not isinstance(token.claims["sub"], str) or not token.claims["sub"]:
            raise ValueError("the token names nobody")
        return dict(token.claims)


def _ask_further(about: dict[str, Any], subject: str, access_token: str) -> dict[str, Any]:
    """What the userinfo endpoint tells of the same person (OIDC Core, 5.3.2: of another one it tells nothing)."""
    if "userinfo_endpoint" not in about:
        return {}
    with httpx.Client(timeout=PATIENCE, headers={"Authorization": f"Bearer {access_token}"}) as client:
        told: dict[str, Any] = client.get(about["userinfo_endpoint"]).raise_for_status().json()
    return told if told.get("sub") == subject else {}


def _said(error: Exception) -> str:
    """For the log: never a token, a code or a secret."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"{error.request.url.host} answered {error.response.status_code}"
    if isinstance(error, httpx.HTTPError):
        return f"{type(error).__name__}"
    return f"{type(error).__name__}: {error}"[:300]
