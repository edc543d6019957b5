"""Who the desk works for, and what has been agreed with each: hours, promises, ways of closing.

A ticket belongs to the customer of its requester, found by address and then by domain. Whoever is none of them belongs
to the unnamed customer, for whom the desk's own defaults hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from mailbot.desk.vocabulary import Priority


@dataclass(frozen=True, slots=True)
class Target:
    """The working time within which the desk answers and solves; None where nothing has been agreed."""

    response: timedelta | None = None
    resolution: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """``targets`` are this customer's own; a priority that is missing there has the desk's.

    ``receipts`` says whether its people get receipts ("if so agreed"), ``status_mail`` whether they are told how it
    goes without asking. With ``closes_on_silence`` a solution that nobody answers for ``silence_working_days`` closes;
    otherwise the desk then asks in person. Reminders go out ``reminders_working_days`` after the solution.
    ``audience`` are addresses that are told of announced events without having written.
    """

    name: str = ""
    title: str = ""
    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    calendar: str = ""
    language: str = ""
    receipts: bool = True
    status_mail: bool = True
    closes_on_silence: bool = False
    silence_working_days: int = 5
    reminders_working_days: tuple[int, ...] = (2, 4)
    escalate_to: tuple[str, ...] = ()
    targets: Mapping[Priority, Target] = field(default_factory=dict)
    audience: tuple[str, ...] = ()


def find_customer(customers: Iterable[Customer], address: str) -> Customer | None:
    """Whose person has this address: that exact address, else the longest domain that it lies in."""
    asked = address.strip("<> ").lower()
    domain = asked.rpartition("@")[2]
    suffixes = [domain[at:] for at in range(len(domain)) if at == 0 or domain[at - 1] == "."]
    known = tuple(customers)
    for customer in known:
        if asked in customer.addresses:
            return customer
    for suffix in suffixes[:20]:
        for customer in known:
            if suffix in customer.domains:
                return customer
    return None
