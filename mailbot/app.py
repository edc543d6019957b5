"""The composition root: settings become a desk, and the parts of a running desk are started and stopped.

Everything below gets what it needs as an argument; only here are settings, clock, database and threads put together.
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot.agreements import make_calendars, make_customers, make_default_customer, make_service_levels
from mailbot.changing import make_change_rules
from mailbot.desk.demo import make_demo_agent
from mailbot.desk.policy import Budget, Policy
from mailbot.desk.reading_rules import AlertRule, ReadingRules
from mailbot.desk.reference import Keyring
from mailbot.desk.retry import RetrySchedule
from mailbot.desk.staff import Agent
from mailbot.settings import OAuth, Settings, load_or_create_keys, replace_secret
from mailbot.settings.embedded import is_demo_open
from mailbot.settings.sections import DeliverySettings
from mailbot.staffing import make_agents, make_first_aid, make_groups, make_rules, make_services
from mailbot.store.engine import Engine, open_engine
from mailbot.store.unit_of_work import open_unit_of_work
from mailbot.telephony import make_answer_target, make_telephone_systems
from mailbot.watching import make_monitoring_rules, make_sources
from mailbot.workflows.current_wording import CurrentWording
from mailbot.workflows.office import Office

if TYPE_CHECKING:
    from mailbot.channels.credentials import OAuthToken
    from mailbot.courier import Courier, Smarthost

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """A desk that can be worked at: its settings, its policy, its store. Nothing of it runs by itself."""

    settings: Settings
    clock: Clock = system_clock

    @cached_property
    def engine(self) -> Engine:
        store = self.settings.store
        return open_engine(store.url, pool_size=8, any_file_system=store.any_file_system)

    @cached_property
    def policy(self) -> Policy:
        return make_policy(self.settings)

    @cached_property
    def wording(self) -> CurrentWording:
        """What the desk says now; offices of one process share what they know of it."""
        return CurrentWording()

    @contextmanager
    def open_office(self, *, reads_only: bool = False) -> Iterator[Office]:
        """Commit when the block ends, roll back when it raises. Time stands still inside."""
        with open_unit_of_work(self.engine, reads_only=reads_only) as work:
            yield Office(work, self.policy, self.clock(), self.wording)

    def make_courier(self) -> Courier:
        from mailbot.courier import FolderCourier, SmtpCourier

        delivery = self.settings.delivery
        return FolderCourier(Path(delivery.folder)) if delivery.mode == "folder" else SmtpCourier(_smarthost(delivery))


def make_policy(settings: Settings) -> Policy:
    """Settings as the desk's own value. Makes the key file at the first start.

    Raises:
        SettingsError: the key file cannot be made or read.
    """
    calendars = make_calendars(settings)
    return replace(
        _own_policy(settings),
        agents=make_agents(settings, calendars) or _demo_agents(settings),
        groups=make_groups(settings),
        first_group=settings.groups[0].name,
        calendars=calendars,
        customers=make_customers(settings),
        default_customer=make_default_customer(settings),
        service_levels=make_service_levels(settings),
        services=make_services(settings),
        first_aid=make_first_aid(settings),
        routing=make_rules(settings),
        answer_target=make_answer_target(settings),
        monitoring=make_monitoring_rules(settings),
        sources=make_sources(settings),
        telephone_systems=make_telephone_systems(settings),
        changes=make_change_rules(settings),
    )


def _own_policy(settings: Settings) -> Policy:
    """What the desk is by itself, without its people, customers and neighbours."""
    desk, intake = settings.desk, settings.intake
    return Policy(
        name=desk.name,
        addresses=tuple(a.lower() for a in desk.addresses),
        domain=desk.message_id_domain,
        keyring=_keyring(settings),
        desk_id=_desk_id(settings),
        organisation=desk.organisation,
        phone=desk.phone,
        hours=desk.hours,
        prefix=desk.ticket_prefix,
        timezone=desk.timezone,
        default_language=desk.default_language,
        languages=desk.languages,
        reopen_working_days=settings.resolution.reopen_working_days,
        accepts_on_page=settings.resolution.accept_on_page,
        budget=_budget(settings),
        retry=_retry(settings.delivery),
        lease=timedelta(seconds=intake.lease_seconds),
        sending_lease=timedelta(seconds=_longest_relay(settings.delivery)),
        most_attempts=intake.attempts,
        batch=intake.batch,
        agents_need_dmarc=settings.authentication.agents_need_dmarc,
        verify_at_edge=settings.authentication.verify_at_edge,
        reading=_reading_rules(settings),
        console_url=console_url(settings),
    )


def _demo_agents(settings: Settings) -> tuple[Agent, ...]:
    """Somebody must work at a desk that is being tried out."""
    return (make_demo_agent(settings.groups[0].name),) if is_demo_open(settings) else ()


def console_url(settings: Settings) -> str:
    """Where people reach the console, for links in mails. Empty where only this machine would."""
    console = settings.console
    if not console.on or console.base_url:
        return console.base_url.rstrip("/") if console.on else ""
    here = settings.delivery.mode == "folder" and console.port
    return f"http://{_bracketed(console.host)}:{console.port}" if here else ""


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _budget(settings: Settings) -> Budget:
    limits = settings.limits
    return Budget(
        limits.automatic_per_address_hour,
        limits.automatic_per_ticket_day,
        limits.unverified_per_domain_hour,
        limits.unverified_per_hour,
        limits.unconfirmed_receipts_per_day,
    )


def _retry(delivery: DeliverySettings) -> RetrySchedule:
    return RetrySchedule(
        timedelta(minutes=delivery.retry_first_minutes),
        timedelta(minutes=delivery.retry_longest_minutes),
        timedelta(days=delivery.give_up_days),
    )


def _longest_relay(delivery: DeliverySettings) -> float:
    """Seconds of a lease that is renewed when half of it has gone: a mail must not take longer than the other half."""
    one = _smarthost(delivery).longest_seconds if delivery.mode == "smtp" else delivery.final_reply_seconds
    return 2 * one + 60


def _desk_id(settings: Settings) -> str:
    """What tells this desk its own mail again; only letters, digits, dots and dashes stand in a header as they are."""
    return f"{settings.desk.ticket_prefix}.{settings.desk.message_id_domain}"


def _reading_rules(settings: Settings) -> ReadingRules:
    sources = settings.alerts.sources
    return ReadingRules(
        own_addresses=frozenset(a.lower() for a in settings.desk.addresses),
        domain=settings.desk.message_id_domain,
        ticket_prefix=settings.desk.ticket_prefix,
        own_mark=_desk_id(settings),
        trusted_authserv=settings.authentication.trusted_authserv,
        alert_rules=tuple(AlertRule(s.name, s.sender, s.pattern, tuple(s.states.items())) for s in sources),
    )


def worker_name() -> str:
    """``host/pid/start``: tells whether the worker that holds a lease still lives (``is_dead``)."""
    return f"{socket.gethostname()[:30]}/{os.getpid()}/{_started(os.getpid())}"


def is_dead(worker: str) -> bool:
    """Whether a worker of this machine is gone. Of other machines nothing is known: their leases run out."""
    host, _, rest = worker.partition("/")
    pid, _, started = rest.partition("/")
    started = started.partition("#")[0]
    if host != socket.gethostname()[:30] or not pid.isdecimal():
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """When a process began, in ticks since boot: a process number alone is given again to others."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "" if pid != os.getpid() else "0"
    # A killed process that nobody has waited for keeps its number, in a container without an init for ever.
    return "" if state in "ZX" else fields[18]


def _keyring(settings: Settings) -> Keyring:
    if settings.desk.secret:
        return Keyring((("s", hashlib.sha256(settings.desk.secret.encode()).digest()),))
    return Keyring(load_or_create_keys(Path(settings.desk.secret_file)))


def _smarthost(delivery: DeliverySettings) -> Smarthost:
    from mailbot.courier import Smarthost

    return Smarthost(
        host=delivery.host,
        port=delivery.port,
        tls=delivery.tls,
        ca_file=delivery.ca_file,
        username=delivery.username,
        password=delivery.password,
        token=token.secret if (token := make_oauth_token(delivery.oauth)) else None,
        client_name=delivery.client_name,
        connections=delivery.connections,
        connect_seconds=delivery.connect_seconds,
        reply_seconds=delivery.reply_seconds,
        final_reply_seconds=delivery.final_reply_seconds,
    )


def make_oauth_token(oauth: OAuth) -> OAuthToken | None:
    """A token that renews itself, for IMAP or SMTP; None where no provider is named and the password is used."""
    from mailbot.channels.credentials import OAuthSettings, OAuthToken

    if oauth.provider == "none":
        return None
    keep = (lambda token: replace_secret(Path(oauth.refresh_token_file), token)) if oauth.refresh_token_file else None
    return OAuthToken(
        keep_refresh_token=keep,
        settings=OAuthSettings(
            provider=oauth.provider,
            tenant=oauth.tenant,
            client_id=oauth.client_id,
            client_secret=oauth.client_secret,
            refresh_token=oauth.refresh_token,
            token_url=oauth.token_url,
            scope=oauth.scope,
        ),
    )
