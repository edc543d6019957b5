"""Access tokens from a provider on this machine, and what is told of a refusal."""

import time

import pytest

from mailbot.channels import credentials
from mailbot.channels.credentials import (
    CredentialsRefused,
    OAuthSettings,
    OAuthToken,
    Password,
    ProviderUnavailable,
    grant_form,
    post_form,
    token_url,
)
from tests.support.identity_provider import IdentityProvider


@pytest.fixture
def provider(identity_provider: IdentityProvider) -> IdentityProvider:
    identity_provider.reset()
    return identity_provider


def custom(provider: IdentityProvider, **changes: str) -> OAuthSettings:
    return OAuthSettings("custom", **{"client_id": "help@desk.example", "token_url": provider.token_url, **changes})


def test_token_is_asked_for_once_and_again_after_renewal(provider: IdentityProvider) -> None:
    token = OAuthToken(custom(provider, client_secret="hush"))
    first = token.secret()
    assert token.secret() == first
    assert token.renew()
    assert token.secret() != first
    assert (
        provider.requests
        == [{"client_id": "help@desk.example", "client_secret": "hush", "grant_type": "client_credentials"}] * 2
    )


def test_token_is_replaced_before_it_ends(provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    provider.lifetime = 3600.0
    token = OAuthToken(custom(provider, client_secret="hush"))
    first = token.secret()
    now = time.monotonic()
    monkeypatch.setattr(credentials.time, "monotonic", lambda: now + 3400.0)
    assert token.secret() == first
    monkeypatch.setattr(credentials.time, "monotonic", lambda: now + 3500.0)
    assert token.secret() != first


def test_replaced_refresh_token_is_kept_before_the_access_token_is_used(provider: IdentityProvider) -> None:
    provider.rotates = True
    kept: list[str] = []
    token = OAuthToken(custom(provider, refresh_token="refresh-0"), kept.append)
    for _ in range(3):
        token.secret()
        token.renew()
    assert kept == ["refresh-1", "refresh-2", "refresh-3"]
    assert [request["refresh_token"] for request in provider.requests] == ["refresh-0", "refresh-1", "refresh-2"]


def test_refresh_token_that_cannot_be_kept_gives_no_access_token(provider: IdentityProvider) -> None:
    provider.rotates = True

    def fail(_token: str) -> None:
        raise OSError("read-only")

    token = OAuthToken(custom(provider, refresh_token="refresh-0"), fail)
    with pytest.raises(OSError, match="read-only"):
        token.secret()


@pytest.mark.parametrize(
    ("status", "error", "raised"),
    [
        (200, "invalid_grant", CredentialsRefused),
        (200, "temporarily_unavailable", ProviderUnavailable),
        (401, "", CredentialsRefused),
        (429, "", ProviderUnavailable),
        (503, "", ProviderUnavailable),
    ],
)
def test_refusal_and_trouble_are_told_apart(
    provider: IdentityProvider, status: int, error: str, raised: type[Exception]
) -> None:
    provider.answer_with, provider.error = status, error
    if status == 401:
        provider.answer_with, provider.error = 200, "invalid_client"
    with pytest.raises(raised) as told:
        OAuthToken(custom(provider, client_secret="hush")).secret()
    assert "hush" not in str(told.value) and "because the test" not in str(told.value)


def test_unreachable_provider_is_trouble_that_passes() -> None:
    with pytest.raises(ProviderUnavailable):
        post_form("http://127.0.0.1:9/token", {}, timeout=1.0)


def test_secrets_do_not_travel_in_clear_text() -> None:
    with pytest.raises(CredentialsRefused, match="must be https"):
        post_form("http://login.example/token", {"client_secret": "hush"}, timeout=1.0)


def test_secrets_are_not_shown() -> None:
    settings = OAuthSettings("google", "id", "hush", "hush")
    assert "hush" not in repr(Password("hush")) + repr(settings) + repr(OAuthToken(settings, print))


def test_microsoft_and_google_are_asked_in_their_own_way() -> None:
    application = OAuthSettings("microsoft", "id", "secret", tenant="desk.example")
    assert token_url(application) == "https://login.microsoftonline.com/desk.example/oauth2/v2.0/token"
    assert grant_form(application) == {
        "client_id": "id",
        "client_secret": "secret",
        "grant_type": "client_credentials",
        "scope": "https://outlook.office365.com/.default",
    }
    person = OAuthSettings("microsoft", "id", refresh_token="r")
    assert token_url(person) == "https://login.microsoftonline.com/common/oauth2/v2.0/token"
    assert grant_form(person)["scope"].endswith("offline_access")
    google = OAuthSettings("google", "id", "secret", "r")
    assert token_url(google) == "https://oauth2.googleapis.com/token"
    assert grant_form(google) == {
        "client_id": "id",
        "client_secret": "secret",
        "grant_type": "refresh_token",
        "refresh_token": "r",
    }


def test_password_cannot_be_renewed() -> None:
    assert (Password("x").secret(), Password("x").renew(), Password("x").mechanism) == ("x", False, "password")
