"""The demo: a desk that nobody depends on, where a newcomer plays the end user and the agent.

Whom the demo writes as, and whose tickets it shows, is bounded by names that are reserved for examples and belong to
nobody (RFC 2606, RFC 6761). So it can neither read nor touch what a real person wrote, wherever it is opened.
"""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.staff import Agent

RESERVED = ("example", "test", "example.com", "example.net", "example.org")
DEMO_AGENT = Mailbox("robin@helpdesk.example", "Robin Ek")
DEMO_USER = Mailbox("anna@kommun.example", "Anna Berg")


def make_demo_agent(group: str) -> Agent:
    """The one agent of a desk whose settings name none, while its demo is open."""
    return Agent(DEMO_AGENT, (group,))


def may_play(address: str) -> bool:
    """Whether an address lies in a domain that is reserved for examples."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return "@" in address and (domain in RESERVED or domain.endswith(tuple(f".{name}" for name in RESERVED)))
