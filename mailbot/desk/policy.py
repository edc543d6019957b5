"""The desk as configured: one frozen value, handed to every workflow. Settings are turned into it at start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from mailbot.desk.business_hours import Calendar
from mailbot.desk.change_rules import ChangeRules
from mailbot.desk.contacts import AnswerTarget, TelephoneSystem
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.customers import Customer, find_customer
from mailbot.desk.errors import AmbiguousPerson, UnknownPerson
from mailbot.desk.first_aid import FirstAid
from mailbot.desk.monitoring import MonitoringRules, Source
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.reference import Keyring
from mailbot.desk.retry import RetrySchedule
from mailbot.desk.routing import RoutingRules
from mailbot.desk.service_level import Agreement, ServiceLevels
from mailbot.desk.services import Service
from mailbot.desk.staff import Agent as Agent
from mailbot.desk.staff import Group as Group


@dataclass(frozen=True, slots=True)
class Budget:
    """How many automatic mails may go out, against loops and backscatter (rule D10). 0 means without limit."""

    per_address_hour: int = 5
    per_ticket_day: int = 6
    unverified_per_domain_hour: int = 20
    unverified_per_hour: int = 50
    unconfirmed_receipts_day: int = 1


@dataclass(frozen=True, slots=True)
class Policy:
    """``addresses`` are the desk's own, lower case, the first being the main one.

    ``console_url`` is where people reach the console, without a slash at its end; empty where mails cannot link to it.
    """

    name: str
    addresses: tuple[str, ...]
    domain: str
    keyring: Keyring
    desk_id: str = "mailbot"
    organisation: str = ""
    phone: str = ""
    hours: str = ""
    prefix: str = "SD"
    default_language: str = "sv"
    languages: tuple[str, ...] = ("sv", "en")
    agents: tuple[Agent, ...] = ()
    groups: tuple[Group, ...] = ()
    first_group: str = "desk"
    timezone: str = "Europe/Stockholm"
    reopen_working_days: int = 10
    accepts_on_page: bool = True
    calendars: tuple[Calendar, ...] = (Calendar(),)
    customers: tuple[Customer, ...] = ()
    default_customer: Customer = field(default_factory=Customer)
    service_levels: ServiceLevels = field(default_factory=ServiceLevels)
    services: tuple[Service, ...] = ()
    routing: RoutingRules = field(default_factory=RoutingRules)
    budget: Budget = field(default_factory=Budget)
    retry: RetrySchedule = field(default_factory=RetrySchedule)
    lease: timedelta = timedelta(minutes=2)
    sending_lease: timedelta = timedelta(minutes=20)
    most_attempts: int = 3
    batch: int = 50
    agents_need_dmarc: bool = False
    verify_at_edge: bool = False
    reading: ReadingRules = field(default_factory=ReadingRules)
    console_url: str = ""
    monitoring: MonitoringRules = field(default_factory=MonitoringRules)
    sources: tuple[Source, ...] = ()
    answer_target: AnswerTarget = field(default_factory=AnswerTarget)
    telephone_systems: tuple[TelephoneSystem, ...] = ()
    changes: ChangeRules = field(default_factory=ChangeRules)
    first_aid: tuple[FirstAid, ...] = ()

    @property
    def main_address(self) -> str:
        return self.addresses[0]

    def is_ours(self, address: str) -> bool:
        """Whether mail for this address belongs to the desk: an own address, with or without sub-address detail."""
        return self.own_address(address) != ""

    def own_address(self, address: str) -> str:
        """``Support+x@Desk.example`` → ``support@desk.example``; empty where the address is not ours.

        An own address may have detail itself (``town+it@desk.example``): the longest one that fits is meant.
        """
        local, _, domain = address.strip("<> ").lower().rpartition("@")
        while local:
            if f"{local}@{domain}" in self.addresses:
                return f"{local}@{domain}"
            local = local.rpartition("+")[0]
        return ""

    def queue_of(self, address: str) -> str:
        """The own address whose mail this is, or empty: as ``own_address``, and the postmaster is of the desk too.

        Whoever takes mail for a domain must take mail for its postmaster, in any case of letters and also without a
        domain (RFC 5321, 4.5.1).
        """
        if own := self.own_address(address):
            return own
        local, _, domain = address.strip("<> ").lower().partition("@")
        if local != "postmaster":
            return ""
        return next((a for a in self.addresses if not domain or a.rpartition("@")[2] == domain), "")

    @property
    def calendar(self) -> Calendar:
        """The desk's own hours."""
        return self.calendars[0]

    def calendar_of(self, customer: str) -> Calendar:
        """The hours agreed with a customer, by its name; the desk's own where none are."""
        wanted = self.get_customer(customer).calendar
        return next((c for c in self.calendars if c.name == wanted), self.calendar)

    def agreement_with(self, customer: str) -> Agreement:
        """What holds for the tickets of a customer, by its name."""
        return Agreement(self.get_customer(customer), self.calendar_of(customer), self.service_levels)

    def find_customer(self, address: str) -> Customer:
        """Whose person has this address: that address, else the longest domain; the unnamed customer for strangers."""
        return find_customer(self.customers, address) or self.default_customer

    def get_customer(self, name: str) -> Customer:
        """A customer by name; the unnamed one also for a name that is no longer in the settings."""
        return next((c for c in self.customers if c.name == name), self.default_customer)

    def find_agent(self, address: str) -> Agent | None:
        return next((a for a in self.agents if a.mailbox.address.lower() == address.lower()), None)

    def get_agent(self, who: str) -> Agent:
        """An agent by address, local part or name, in any case of letters. A whole address goes before a name.

        Raises:
            AmbiguousPerson: more than one is called so.
            UnknownPerson: nobody is.
        """
        asked = who.strip().lower()
        found = [a for a in self.agents if asked in _names(a.mailbox)]
        found = [a for a in found if asked == a.mailbox.address.lower()][:1] or found
        if len(found) > 1:
            raise AmbiguousPerson(who, tuple(a.mailbox.address for a in found))
        if not found:
            raise UnknownPerson(who, tuple(a.mailbox.address for a in self.agents))
        return found[0]

    def find_group(self, name: str) -> Group | None:
        """A group by its name, or by what people call a service that it supports, in any case of letters."""
        asked = name.strip().lower()
        called = (s.group.lower() for s in self.services if s.group and asked in s.names)
        by_name = {g.name.lower(): g for g in self.groups}
        return next((by_name[n] for n in (asked, *called) if n in by_name), None)

    def find_service(self, name: str) -> Service | None:
        return next((s for s in self.services if s.name == name), None)

    def members(self, group: str) -> Iterable[Agent]:
        return (a for a in self.agents if a.is_in(group))


def _names(mailbox: Mailbox) -> tuple[str, ...]:
    address = mailbox.address.lower()
    return tuple(filter(None, (address, address.partition("@")[0], mailbox.name.lower())))
