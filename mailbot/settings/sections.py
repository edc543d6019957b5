"""The sections of ``settings.toml`` as typed values, with their defaults. What each key means is told in that file.

A key ``x_file`` beside a ``Secret`` key ``x`` names a file that holds the secret: ``x`` has its content after loading.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mailbot.settings.agreements import CalendarSettings, CustomerSettings, ServiceLevelSettings
from mailbot.settings.changes import ChangeBoardSettings, ChangeFreezeSettings, ChangeSettings
from mailbot.settings.first_aid import FirstAidSettings
from mailbot.settings.kinds import (
    Address,
    AddressOrNone,
    DomainName,
    HostName,
    HostNameOrNone,
    LanguageTag,
    Needed,
    Network,
    NotNegative,
    OneLine,
    Pattern,
    Port,
    Positive,
    Seconds,
    Secret,
    SecretUrl,
    Section,
    ShortName,
    TicketPrefix,
    Tls,
    Url,
)
from mailbot.settings.monitoring import MonitoringSettings
from mailbot.settings.telephony import ContactSettings, TelephoneSystemSettings
from mailbot.settings.work import AgentSettings, GroupSettings, RoutingSettings, ServiceSettings, WatchListSettings


class DeskSettings(Section, frozen=True, kw_only=True):
    name: OneLine = "Service Desk"
    organisation: OneLine = ""
    addresses: Annotated[tuple[Address, ...], Meta(min_length=1)] = ("desk@localhost",)
    domain: HostNameOrNone = ""
    ticket_prefix: TicketPrefix = "SD"
    timezone: OneLine = "Europe/Stockholm"
    default_language: LanguageTag = "sv"
    languages: tuple[LanguageTag, ...] = ("sv", "en")
    phone: OneLine = ""
    hours: OneLine = ""
    secret: Secret = Secret("")
    secret_file: OneLine = "var/secret.key"

    @property
    def message_id_domain(self) -> str:
        return (self.domain or self.addresses[0].rpartition("@")[2]).lower()


class StoreSettings(Section, frozen=True, kw_only=True):
    url: SecretUrl = SecretUrl("sqlite:///var/mailbot.db")
    url_file: OneLine = ""
    any_file_system: bool = False


class SmtpSettings(Section, frozen=True, kw_only=True):
    on: bool = True
    host: HostName = "127.0.0.1"
    port: Port = 8025
    server_name: HostNameOrNone = ""
    tls_certificate_file: OneLine = ""
    tls_key_file: OneLine = ""
    require_tls: bool = False
    size_limit_mb: Annotated[int, Meta(ge=1, le=200)] = 35
    connections: Positive = 500
    connections_per_address: Positive = 30
    new_connections_per_minute: Positive = 300
    unlimited_networks: tuple[Network, ...] = ()
    shares_port: bool = False
    recipients_per_mail: Positive = 100
    errors_per_connection: Positive = 20
    command_seconds: Seconds = 300
    mail_seconds: Seconds = 600


class LmtpSettings(Section, frozen=True, kw_only=True):
    on: bool = False
    host: HostName = "127.0.0.1"
    port: Port = 8024
    socket: OneLine = ""


class OAuth(Section, frozen=True, kw_only=True):
    """How a token is got for IMAP or SMTP (XOAUTH2); with provider "none" the password is used."""

    provider: Literal["none", "microsoft", "google", "custom"] = "none"
    tenant: HostNameOrNone = ""
    client_id: OneLine = ""
    client_secret: Secret = Secret("")
    client_secret_file: OneLine = ""
    refresh_token: Secret = Secret("")
    refresh_token_file: OneLine = ""
    token_url: Url = ""
    scope: OneLine = ""


class ImapAccount(Section, frozen=True, kw_only=True):
    name: ShortName
    host: HostName
    username: Needed
    port: Port = 993
    tls: Tls = "tls"
    ca_file: OneLine = ""
    password: Secret = Secret("")
    password_file: OneLine = ""
    oauth: OAuth = OAuth()
    folder: Needed = "INBOX"
    address: AddressOrNone = ""
    start: Literal["now", "beginning"] = "now"
    after: Literal["keep", "mark", "move", "delete"] = "keep"
    mark: Literal["read", "keyword"] = "read"
    move_to: Needed = "Processed"
    idle: bool = True
    poll_seconds: Seconds = 60
    timeout_seconds: Seconds = 30


class DeliverySettings(Section, frozen=True, kw_only=True):
    mode: Literal["folder", "smtp"] = "folder"
    folder: OneLine = "var/outgoing"
    host: HostNameOrNone = ""
    port: Port = 587
    tls: Tls = "starttls"
    ca_file: OneLine = ""
    username: OneLine = ""
    password: Secret = Secret("")
    password_file: OneLine = ""
    oauth: OAuth = OAuth()
    client_name: HostNameOrNone = ""
    reverse_path: AddressOrNone = ""
    connections: Annotated[int, Meta(ge=1, le=50)] = 2
    per_minute: NotNegative = 0
    batch: Positive = 20
    connect_seconds: Seconds = 30
    reply_seconds: Seconds = 300
    final_reply_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 600
    retry_first_minutes: Positive = 5
    retry_longest_minutes: Positive = 66
    give_up_days: Annotated[int, Meta(ge=1, le=30)] = 5


class IntakeSettings(Section, frozen=True, kw_only=True):
    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    batch: Positive = 50
    attempts: Annotated[int, Meta(ge=1, le=20)] = 3
    lease_seconds: Seconds = 120
    reading_seconds: Seconds = 2
    reading_memory_mb: Annotated[int, Meta(ge=64)] = 256


class ResolutionSettings(Section, frozen=True, kw_only=True):
    reopen_working_days: NotNegative = 10
    accept_on_page: bool = True
    reminders_working_days: tuple[Positive, ...] = (2, 4)
    silence_working_days: Positive = 5
    closes_on_silence: bool = False


class AuthenticationSettings(Section, frozen=True, kw_only=True):
    trusted_authserv: tuple[OneLine, ...] = ()
    verify_at_edge: bool = False
    agents_need_dmarc: bool = False


class LimitSettings(Section, frozen=True, kw_only=True):
    automatic_per_address_hour: NotNegative = 5
    automatic_per_ticket_day: NotNegative = 6
    unverified_per_domain_hour: NotNegative = 20
    unverified_per_hour: NotNegative = 50
    unconfirmed_receipts_per_day: NotNegative = 1


class OidcSettings(Section, frozen=True, kw_only=True):
    """An identity provider (OpenID Connect) beside the mailed link; without an issuer there is none."""

    issuer: Url = ""
    client_id: OneLine = ""
    client_secret: Secret = Secret("")
    client_secret_file: OneLine = ""
    name: OneLine = ""
    domains: tuple[DomainName, ...] = ()


class ConsoleSettings(Section, frozen=True, kw_only=True):
    on: bool = True
    host: HostName = "127.0.0.1"
    port: Port = 8026
    base_url: Url = ""
    proxies: tuple[HostName, ...] = ()
    idle_minutes: Annotated[int, Meta(ge=1, le=1440)] = 30
    session_hours: Annotated[int, Meta(ge=1, le=168)] = 12
    link_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15
    demo: bool = True
    oidc: OidcSettings = OidcSettings()


class LogSettings(Section, frozen=True, kw_only=True):
    format: Literal["console", "json"] = "console"
    level: Literal["debug", "info", "warning", "error"] = "info"


class AlertSource(Section, frozen=True, kw_only=True):
    name: ShortName
    sender: Address
    pattern: Pattern
    states: dict[str, str] = {}


class AlertSettings(Section, frozen=True, kw_only=True):
    sources: tuple[AlertSource, ...] = ()


class Settings(Section, frozen=True, kw_only=True):
    """All of it. ``imap``, ``calendars``, ``customers``, ``groups``, ``agents``, ``services``: arrays of tables."""

    desk: DeskSettings = DeskSettings()
    store: StoreSettings = StoreSettings()
    smtp: SmtpSettings = SmtpSettings()
    lmtp: LmtpSettings = LmtpSettings()
    imap: tuple[ImapAccount, ...] = ()
    delivery: DeliverySettings = DeliverySettings()
    intake: IntakeSettings = IntakeSettings()
    resolution: ResolutionSettings = ResolutionSettings()
    calendars: tuple[CalendarSettings, ...] = (CalendarSettings(name="desk"),)
    customers: tuple[CustomerSettings, ...] = ()
    service_levels: ServiceLevelSettings = ServiceLevelSettings()
    authentication: AuthenticationSettings = AuthenticationSettings()
    limits: LimitSettings = LimitSettings()
    alerts: AlertSettings = AlertSettings()
    console: ConsoleSettings = ConsoleSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    contacts: ContactSettings = ContactSettings()
    telephone_systems: tuple[TelephoneSystemSettings, ...] = ()
    log: LogSettings = LogSettings()
    routing: RoutingSettings = RoutingSettings()
    watch_list: WatchListSettings = WatchListSettings()
    groups: tuple[GroupSettings, ...] = (GroupSettings(name="desk"),)
    agents: tuple[AgentSettings, ...] = ()
    services: tuple[ServiceSettings, ...] = ()
    changes: ChangeSettings = ChangeSettings()
    change_boards: tuple[ChangeBoardSettings, ...] = ()
    change_freezes: tuple[ChangeFreezeSettings, ...] = ()
    first_aid: tuple[FirstAidSettings, ...] = ()
