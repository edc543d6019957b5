"""An identity provider of the console that is right key by key but could not be used, or not be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from mailbot.settings.agreements_checking import Contradiction
from mailbot.settings.sections import Settings

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def find_unusable(settings: Settings) -> Iterator[Contradiction]:
    console, oidc = settings.console, settings.console.oidc
    at = ("console", "oidc")
    if not oidc.issuer:
        return
    if not oidc.issuer.startswith("https://") and urlsplit(oidc.issuer).hostname not in THIS_MACHINE:
        yield (*at, "issuer"), f'"{oidc.issuer}"', "an https address: who can change its answers could be anybody"
    if not oidc.client_id:
        yield (*at, "client_id"), "", "an issuer needs client_id"
    if not console.base_url:
        yield ("console", "base_url"), "", "console.oidc needs to know where the provider sends people back to"
