"""Settings that are right one by one but not together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network
from zoneinfo import ZoneInfo

from mailbot.desk.vocabulary import AlertState
from mailbot.settings.agreements_checking import Contradiction, find_disagreements
from mailbot.settings.changes_checking import find_unapprovable
from mailbot.settings.console_checking import find_unusable
from mailbot.settings.first_aid_checking import find_unanswerable
from mailbot.settings.kinds import Tls
from mailbot.settings.sections import ImapAccount, OAuth, Settings
from mailbot.settings.telephony_checking import find_unreadable
from mailbot.settings.work_checking import find_misplaced

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def find_contradictions(settings: Settings) -> Iterator[Contradiction]:
    yield from _desk(settings)
    yield from _smtp(settings)
    for number, account in enumerate(settings.imap):
        yield from _imap(account, ("imap", number))
    yield from _delivery(settings)
    yield from find_unusable(settings)
    yield from find_misplaced(settings)
    yield from find_disagreements(settings)
    yield from find_unreadable(settings)
    yield from find_unapprovable(settings)
    yield from find_unanswerable(settings)
    yield from _alerts(settings)


def _desk(settings: Settings) -> Iterator[Contradiction]:
    desk = settings.desk
    try:
        ZoneInfo(desk.timezone)
    except (ValueError, OSError, LookupError):
        yield ("desk", "timezone"), f'"{desk.timezone}"', "a zone of the IANA database, such as Europe/Stockholm"
    if desk.default_language not in desk.languages:
        yield (
            ("desk", "default_language"),
            f'"{desk.default_language}"',
            f"one of desk.languages: {', '.join(desk.languages)}",
        )
    if desk.secret and len(desk.secret.encode()) < 32:
        yield ("desk", "secret"), "", "at least 32 characters"


def _smtp(settings: Settings) -> Iterator[Contradiction]:
    smtp = settings.smtp
    if bool(smtp.tls_certificate_file) != bool(smtp.tls_key_file):
        yield ("smtp", "tls_certificate_file"), "", "set tls_certificate_file and tls_key_file together, or neither"
    if smtp.require_tls and not smtp.tls_certificate_file:
        yield ("smtp", "require_tls"), "true", "require_tls needs tls_certificate_file and tls_key_file"
    for number, network in enumerate(smtp.unlimited_networks):
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            yield ("smtp", "unlimited_networks", number), f'"{network}"', f"a network, such as 192.0.2.0/24 ({error})"


def _imap(account: ImapAccount, at: tuple[str | int, ...]) -> Iterator[Contradiction]:
    if not account.password and account.oauth.provider == "none":
        yield (*at, "password"), "", "set password, password_file or oauth"
    if account.after == "move" and account.move_to == account.folder:
        yield (*at, "move_to"), f'"{account.move_to}"', "another folder than the one that is read"
    yield from _secrecy(at, account.tls, account.host, account.password, account.oauth)
    yield from _oauth((*at, "oauth"), account.oauth)


def _delivery(settings: Settings) -> Iterator[Contradiction]:
    delivery = settings.delivery
    if delivery.mode == "smtp" and not delivery.host:
        yield ("delivery", "host"), "", 'mode "smtp" needs the name of the next mail server'
    if delivery.oauth.provider != "none" and not delivery.username:
        yield ("delivery", "username"), "", "oauth needs the user whose mailbox sends"
    yield from _secrecy(("delivery",), delivery.tls, delivery.host, delivery.password, delivery.oauth)
    yield from _oauth(("delivery", "oauth"), delivery.oauth)


def _secrecy(at: tuple[str | int, ...], tls: Tls, host: str, password: str, oauth: OAuth) -> Iterator[Contradiction]:
    """A password goes over a protected connection, or does not leave the machine."""
    if tls == "none" and (password or oauth.provider != "none") and host not in LOCAL_HOSTS:
        yield (*at, "tls"), '"none"', '"tls" or "starttls" where a password or token is sent to another machine'


def _oauth(at: tuple[str | int, ...], oauth: OAuth) -> Iterator[Contradiction]:
    needed = {"microsoft": ("tenant", "client_id"), "google": ("client_id",), "custom": ("token_url", "client_id")}
    for name in needed.get(oauth.provider, ()):
        if not getattr(oauth, name):
            yield (*at, name), "", f'provider "{oauth.provider}" needs {name}'
    if oauth.provider != "none" and not (oauth.client_secret or oauth.refresh_token):
        yield (*at, "client_secret"), "", "set client_secret or refresh_token (or their files)"


def _alerts(settings: Settings) -> Iterator[Contradiction]:
    for number, source in enumerate(settings.alerts.sources):
        try:
            re.compile(source.pattern)
        except re.error as error:
            yield ("alerts", "sources", number, "pattern"), "", f"a regular expression: {error}"
        for word, state in source.states.items():
            if state not in tuple(AlertState):
                yield ("alerts", "sources", number, "states"), f'{word} = "{state}"', f"one of {', '.join(AlertState)}"
